// How fast products with packed weights are on all cores, beside reading memory and beside the same product of BF16 weights.
//   matvec_bench [MIB]     of weights for each format, 256 without
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

#include "core/base/parallel.hpp"
#include "core/format/format.hpp"
#include "kernels/matvec/weights.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/rounding.hpp"
#include "kernels/simd/targets.hpp"

using namespace dq;
using namespace dq::kernels;

namespace {

constexpr std::int64_t cols = 4096;

double secondsOf(const std::function<void()>& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Spread {
    double least, median, most;
};
Spread spreadOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {values.front(), values[values.size() / 2], values.back()};
}

/// What all cores read together, bytes a second.
double readOnce(const std::vector<std::uint64_t>& words, std::vector<std::uint64_t>& sums) {
    const std::size_t part = words.size() / sums.size();
    const double seconds = secondsOf([&] {
        parallelFor(std::ssize(sums), [&](std::int64_t i) {
            const std::uint64_t* const from = words.data() + static_cast<std::size_t>(i) * part;
            std::uint64_t sum[8] = {};
            for (std::size_t k = 0; k + 8 <= part; k += 8)
                for (std::size_t lane = 0; lane < 8; ++lane)
                    sum[lane] ^= from[k + lane];
            for (const std::uint64_t one : sum)
                sums[static_cast<std::size_t>(i)] ^= one;
        });
    });
    return static_cast<double>(words.size() * 8) / seconds;
}

matvec::Weights weightsOf(const Encoding& encoding, std::size_t bytes) {
    std::mt19937 generator(1);
    std::normal_distribution<float> bell(0.0f, 0.02f);
    constexpr std::int64_t some = 64;
    std::vector<float> numbers(static_cast<std::size_t>(some * cols));
    for (float& one : numbers)
        one = rounding::toBf16(bell(generator));
    const MatrixView view{numbers.data(), some, cols};
    const float global = globalScaleFor(encoding, largestMagnitude(view));
    std::vector<std::byte> codes(static_cast<std::size_t>(some * codeBytesPerRow(encoding, cols)));
    std::vector<std::byte> scales(static_cast<std::size_t>(scaleBytes(encoding, some, cols)));
    quantizePack(view, encoding, global, codes, scales);
    const std::size_t copies = bytes / (codes.size() + scales.size());
    std::vector<std::byte> allCodes, allScales;
    for (std::size_t i = 0; i < copies; ++i) {
        allCodes.insert(allCodes.end(), codes.begin(), codes.end());
        allScales.insert(allScales.end(), scales.begin(), scales.end());
    }
    return matvec::weightsOf(encoding, some * static_cast<std::int64_t>(copies), cols, global, allCodes, allScales);
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t bytes = (argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 256) << 20;
    std::vector<std::uint64_t> words(bytes / 8, 3), sums(static_cast<std::size_t>(threadCount()));
    const matvec::Weights plain = weightsOf(format::get("bf16").encoding, bytes);
    std::vector<float> x(static_cast<std::size_t>(16 * cols), 0.25f);
    const auto rate = [&](const matvec::Weights& weights, std::int64_t batch) {
        std::vector<float> y(static_cast<std::size_t>(batch * weights.rows));
        const std::span<const float> in(x.data(), static_cast<std::size_t>(batch * cols));
        return static_cast<double>(weights.bytes()) / secondsOf([&] { matvec::multiply(weights, in, batch, y); });
    };
    std::printf("%d threads, [n, %ld] of %zu MiB; least, median, most of 9 rounds, each beside reading\n%-12s %-6s %5s %10s  %-22s %s\n",
                threadCount(), static_cast<long>(cols), bytes >> 20, "format", "target", "batch", "GB/s", "of what is read", "weights of BF16's in the same time");
    for (const char* const name : {"bf16", "int8-g64", "int8-g32", "fp8-e4m3", "int6-g64", "int5-g64", "int4-g32", "int4-g128", "int4a-g32", "nvfp4", "mxfp4", "int3-g64", "int2-g32"}) {
        const matvec::Weights weights = weightsOf(format::get(name).encoding, bytes);
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            for (const std::int64_t batch : {1, 4}) {
                std::vector<double> rates, ofRead, ofPlain;
                for (int round = 0; round < 9; ++round) {
                    const double read = readOnce(words, sums), own = rate(weights, batch), bf16 = rate(plain, batch);
                    rates.push_back(own * 1e-9);
                    ofRead.push_back(own / read);
                    ofPlain.push_back(own / static_cast<double>(weights.bytes()) * static_cast<double>(weights.rows) /
                                      (bf16 / static_cast<double>(plain.bytes()) * static_cast<double>(plain.rows)));
                }
                const Spread own = spreadOf(rates), read = spreadOf(ofRead), over = spreadOf(ofPlain);
                std::printf("%-12s %-6s %5ld %10.1f  %.2f (%.2f .. %.2f)     %.2f (%.2f .. %.2f)\n", name, target.c_str(),
                            static_cast<long>(batch), own.median, read.median, read.least, read.most, over.median, over.least, over.most);
            }
        }
    }
    simd::forceTarget({});
}
