// A whole decode step's products in mixed formats against BF16, on a device: see tests/bench/decode_gpu.sh, which builds, checks and runs it.
//   decode_gpu_bench [ROUNDS [LAYERS [FORMATS]]]      30 rounds, 64 layers; FORMATS: a file with a format a line for each matrix
//   decode_gpu_bench check                            compares with the emulated kernel and ends
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>

#include "kernels/decode/emulate.hpp"
#include "tests/bench/decode/blas.cuh"
#include "tests/bench/decode/chain.hpp"
#include "tests/bench/decode/stock.cuh"

using namespace dq;
using namespace dq::bench;
using kernels::decoding::Launch;
using kernels::decoding::Output;

namespace {

constexpr int widest = 17408;

/// Everything that is read in order, by all processors: what the memory gives.
__global__ void readAll(const uint4* from, std::size_t count, unsigned* sums) {
    constexpr int atOnce = 8;
    uint4 sum{};
    const std::size_t step = std::size_t{gridDim.x} * blockDim.x;
    std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
    for (; i + (atOnce - 1) * step < count; i += atOnce * step)
#pragma unroll
        for (int k = 0; k < atOnce; ++k) {
            const uint4 one = __ldcs(from + i + static_cast<std::size_t>(k) * step);
            sum.x ^= one.x ^ one.y ^ one.z ^ one.w;
        }
    if (sum.x == 0x12345678u) sums[0] = sum.x;  // so that the loads are not left out
}

struct Step {
    std::vector<Placed> placed;
    std::vector<kernels::decoding::Matrix> matrices;
};

/// The inputs, results and matrices of one way to run the chain.
class Ours {
public:
    Ours(Stock& stock, const std::vector<Group>& groups, const std::vector<std::string>& formats) {
        std::size_t next = 0, most = 0;
        for (const Group& group : groups) {
            Step step;
            std::size_t rows = 0;
            for (const std::int64_t own : group.rows) {
                step.placed.push_back(stock.placed(formats[next++], own, group.cols));
                step.matrices.push_back(step.placed.back().matrix);
                bytes_ += step.placed.back().bytes();
                rows += static_cast<std::size_t>(own);
            }
            most = std::max(most, rows);
            steps_.push_back(std::move(step));
        }
        y_ = std::make_unique<DeviceBytes>(most * kernels::decoding::mostInputs * 2);
    }

    std::size_t bytes() const { return bytes_; }

    void start(const std::uint16_t* x, int batch, int processors, cudaStream_t stream) const {
        for (const Step& step : steps_) {
            std::vector<void*> to;
            std::size_t at = 0;
            for (const auto& matrix : step.matrices) {
                to.push_back(y_->data() + at);
                at += static_cast<std::size_t>(matrix.rows * batch) * 2;
            }
            kernels::decoding::cuda::start(kernels::decoding::planned(step.matrices, x, batch, to, Output::Bf16, processors), stream);
        }
    }

private:
    std::vector<Step> steps_;
    std::unique_ptr<DeviceBytes> y_;
    std::size_t bytes_ = 0;
};

/// The same chain of plain BF16 weights by cuBLAS, matrices with one input as one.
class Theirs {
public:
    Theirs(const std::vector<Group>& groups) {
        std::int64_t most = 0;
        for (const Group& group : groups) {
            std::int64_t rows = 0;
            for (const std::int64_t own : group.rows)
                rows += own;
            const std::vector<std::uint16_t> pattern = inBf16(bell(patternRows * group.cols, 0.02f, 2));
            const std::span bytes(reinterpret_cast<const std::uint8_t*>(pattern.data()), pattern.size() * 2);
            weights_.push_back(repeated(bytes, static_cast<std::size_t>(rows * group.cols) * 2));
            shapes_.push_back({static_cast<int>(rows), static_cast<int>(group.cols)});
            most = std::max(most, rows);
        }
        y_ = std::make_unique<DeviceBytes>(static_cast<std::size_t>(most) * kernels::decoding::mostInputs * 2);
    }

    template <class Multiply>
    void start(const std::uint16_t* x, int batch, Multiply multiply) const {
        for (std::size_t i = 0; i < weights_.size(); ++i)
            multiply(Gemm{weights_[i]->data(), x, y_->data(), shapes_[i].first, shapes_[i].second, batch});
    }

private:
    std::vector<std::unique_ptr<DeviceBytes>> weights_;
    std::vector<std::pair<int, int>> shapes_;
    std::unique_ptr<DeviceBytes> y_;
};

/// Every result of a pattern's matrix beside the emulated kernel's. The largest difference over the largest result.
double difference(Stock& stock, const std::string& format, std::int64_t cols, int batch) {
    const kernels::decoding::Repacked& pattern = stock.patternOf(format, cols);
    const std::vector<std::uint16_t> x = inBf16(bell(batch * cols, 1, 7));
    std::vector<float> expected(static_cast<std::size_t>(batch * patternRows));
    void* const to = expected.data();
    const kernels::decoding::Matrix matrix = kernels::decoding::matrixOf(pattern);
    kernels::decoding::emulate(kernels::decoding::planned(std::span(&matrix, 1), x.data(), batch, std::span(&to, 1), Output::F32, 132));
    const kernels::decoding::Repacked* const one = &pattern;
    const std::vector<float> found = kernels::decoding::cuda::multiply(std::span(&one, 1), x, batch)[0];
    double off = 0, size = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        off = std::max(off, found[i] == found[i] ? std::fabs(double{found[i]} - double{expected[i]}) : 1e300);
        size = std::max(size, std::fabs(double{expected[i]}));
    }
    return off / size;
}

const std::vector<std::string> single{"int2-g64", "int3-g64", "int4-g64", "int5-g64", "int6-g64", "int7-g64", "int8-g64", "int4a-g128", "nvfp4",
                                      "mxfp4",    "fp8-e4m3", "fp8-e4m3-block", "q4_k",  "q6_k",     "q8_0",     "bf16"};

void checkAll(Stock& stock) {
    for (const std::string& format : single)
        for (const int batch : {1, 5, 16}) {
            const double off = difference(stock, format, 5120, batch);
            if (!(off <= 1e-5)) throw std::runtime_error(format + " with " + std::to_string(batch) + " inputs is off by " + std::to_string(off));
        }
    std::printf("checked: %zu formats with 1, 5 and 16 inputs against the emulated kernel\n", single.size());
}

double readBandwidth(const Stream& stream, int processors) {
    constexpr std::size_t size = std::size_t{8} << 30;
    const DeviceBytes buffer(size), sums(16);
    check(cudaMemset(buffer.data(), 3, size), "fill memory");
    const Graph graph(stream.get(), [&] {
        readAll<<<static_cast<unsigned>(8 * processors), 256, 0, stream.get()>>>(reinterpret_cast<const uint4*>(buffer.data()), size / 16,
                                                                                 reinterpret_cast<unsigned*>(sums.data()));
    });
    return static_cast<double>(size) / median(interleaved({&graph}, 11)[0]) * 1e6;
}

/// Matrices of 5120 columns and more and more rows, each many times with memory of its own: microseconds a launch = fixed + bytes / speed.
void singles(Stock& stock, const Stream& stream, int processors, double bandwidth, int rounds, const std::uint16_t* x) {
    std::printf("\none matrix a launch, one input, 5120 columns: microseconds, part of the read bandwidth; then the line through all of them\n");
    std::printf("%-16s %18s %18s %18s %18s %10s %10s\n", "format", "1024 rows", "5120 rows", "17408 rows", "69632 rows", "fixed us", "of read");
    for (const std::string& format : single) {
        std::printf("%-16s", format.c_str());
        double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (const std::int64_t rows : {1024, 5120, 17408, 69632}) {
            const std::size_t each = stock.placed(format, 16, 5120).bytes() * static_cast<std::size_t>(rows / 16);
            const std::size_t copies = std::min<std::size_t>(400, (std::size_t{2} << 30) / each + 1);
            const Ours many(stock, std::vector<Group>(copies, {5120, {rows}}), std::vector<std::string>(copies, format));
            const Graph graph(stream.get(), [&] { many.start(x, 1, processors, stream.get()); });
            const double time = median(interleaved({&graph}, rounds)[0]) / static_cast<double>(copies);
            const double bytes = static_cast<double>(many.bytes()) / static_cast<double>(copies);
            std::printf(" %10.2f %6.1f%%", time, 100 * bytes / (time * 1e-6) / bandwidth);
            n += 1, sx += bytes, sy += time, sxx += bytes * bytes, sxy += bytes * time;
        }
        const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
        std::printf(" %10.2f %9.1f%%\n", (sy - slope * sx) / n, 100 / (slope * 1e-6) / bandwidth);
    }
}

void wholeChain(Stock& stock, const Stream& stream, int processors, double bandwidth, int rounds, const std::vector<Group>& groups,
                const std::vector<std::string>& formats, const std::uint16_t* x) {
    double weights = 0;
    for (const Group& group : groups)
        for (const std::int64_t rows : group.rows)
            weights += static_cast<double>(rows) * static_cast<double>(group.cols);
    const Ours ours(stock, groups, formats);
    const Ours plain(stock, groups, std::vector<std::string>(formats.size(), "bf16"));
    const Theirs theirs(groups);
    Blas blas(stream.get());
    std::printf("\nchain of %zu matrices in %zu launches: %.2f GB, %.3f bits a weight, against BF16's %.2f GB\n", formats.size(), groups.size(),
                static_cast<double>(ours.bytes()) * 1e-9, 8 * static_cast<double>(ours.bytes()) / weights, static_cast<double>(plain.bytes()) * 1e-9);
    std::printf("%-7s %12s %12s %12s %12s %10s %22s\n", "inputs", "ours us", "GemmEx us", "Lt us", "our BF16 us", "of read", "best BF16 / ours");
    for (const int batch : {1, 2, 4, 8, 16}) {
        const auto byLight = [&](const Gemm& g) { blas.light(g); };
        theirs.start(x, batch, byLight);  // finds the fastest of each shape before anything is captured
        check(cudaStreamSynchronize(stream.get()), "try cublasLt");
        const Graph a(stream.get(), [&] { ours.start(x, batch, processors, stream.get()); });
        const Graph b(stream.get(), [&] { theirs.start(x, batch, [&](const Gemm& g) { blas.plain(g); }); });
        const Graph c(stream.get(), [&] { theirs.start(x, batch, byLight); });
        const Graph d(stream.get(), [&] { plain.start(x, batch, processors, stream.get()); });
        const auto times = interleaved({&a, &b, &c, &d}, rounds);
        std::vector<double> ratios;
        for (std::size_t r = 0; r < times[0].size(); ++r)
            ratios.push_back(std::min({times[1][r], times[2][r], times[3][r]}) / times[0][r]);
        std::sort(ratios.begin(), ratios.end());
        const double mine = median(times[0]);
        std::printf("%-7d %12.1f %12.1f %12.1f %12.1f %9.1f%% %8.3f (%.3f .. %.3f)\n", batch, mine, median(times[1]), median(times[2]), median(times[3]),
                    100 * static_cast<double>(ours.bytes()) / (mine * 1e-6) / bandwidth, ratios[ratios.size() / 2], ratios[ratios.size() / 20],
                    ratios[ratios.size() - 1 - ratios.size() / 20]);
    }
}

std::vector<std::string> readFormats(const char* file, std::size_t wanted) {
    std::ifstream in(file);
    std::vector<std::string> names;
    for (std::string name; in >> name;)
        names.push_back(name);
    if (names.size() != wanted)
        throw std::runtime_error(std::string(file) + " names " + std::to_string(names.size()) + " formats, the chain has " + std::to_string(wanted) + " matrices");
    return names;
}

void run(int rounds, int layers, const char* file) {
    const int processors = kernels::decoding::cuda::processors();
    const std::vector<Group> groups = chain(layers);
    std::vector<std::string> formats = mixture(groups);
    if (file) formats = readFormats(file, formats.size());
    Stock stock;
    checkAll(stock);
    const Stream stream;
    const double bandwidth = readBandwidth(stream, processors);
    std::printf("read bandwidth of this run: %.1f GB/s over 8 GiB; %d processors\n", bandwidth * 1e-9, processors);
    const std::vector<std::uint16_t> numbers = inBf16(bell(std::int64_t{widest} * kernels::decoding::mostInputs, 1, 3));
    const kernels::cuda::DeviceArray<std::uint16_t> x{std::span<const std::uint16_t>(numbers)};
    singles(stock, stream, processors, bandwidth, rounds, x.data());
    wholeChain(stock, stream, processors, bandwidth, rounds, groups, formats, x.data());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc > 1 && std::strcmp(argv[1], "check") == 0) {
            Stock stock;
            checkAll(stock);
            return 0;
        }
        run(argc > 1 ? std::atoi(argv[1]) : 30, argc > 2 ? std::atoi(argv[2]) : 64, argc > 3 ? argv[3] : nullptr);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
