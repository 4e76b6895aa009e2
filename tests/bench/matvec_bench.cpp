// How fast products with packed weights are on all cores, beside reading memory and beside the same product of BF16 weights.
//   matvec_bench [MIB]     of weights for each format, 256 without
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "core/base/parallel.hpp"
#include "core/format/format.hpp"
#include "kernels/matvec/pairs.hpp"
#include "kernels/matvec/random.hpp"
#include "kernels/matvec/read_rate.hpp"
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

matvec::Weights weightsOf(const Encoding& encoding, std::size_t bytes) {
    const matvec::Weights few = matvec::randomWeights(encoding, 128, cols);
    return matvec::randomWeights(encoding, static_cast<std::int64_t>(bytes / few.bytes() * 128), cols);
}

/// A vector unit, with or without pairs of bfloat16 numbers.
struct Unit {
    std::string target;
    bool pairs;
};
std::vector<Unit> units() {
    std::vector<Unit> all;
    if (matvec::havePairs()) all.push_back({"AVX3", true});
    for (const std::string& target : simd::targets())
        all.push_back({target, false});
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t bytes = (argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 256) << 20;
    matvec::ReadRate readRate(bytes);
    const matvec::Weights plain = weightsOf(format::get("bf16").encoding, bytes);
    std::vector<float> x(static_cast<std::size_t>(16 * cols), 0.25f);
    const auto rate = [&](const matvec::Weights& weights, std::int64_t batch) {
        std::vector<float> y(static_cast<std::size_t>(batch * weights.rows));
        const std::span<const float> in(x.data(), static_cast<std::size_t>(batch * cols));
        return static_cast<double>(weights.bytes()) / secondsOf([&] { matvec::multiply(weights, in, batch, y); });
    };
    std::printf("%d threads, [n, %ld] of %zu MiB; least, median, most of 9 rounds, each beside reading\n%-12s %-6s %5s %10s  %-22s %s\n",
                threadCount(), static_cast<long>(cols), bytes >> 20, "format", "target", "batch", "GB/s", "of what is read", "weights of BF16's in the same time");
    for (const char* const name : {"bf16", "int8-g64", "int8-g32", "fp8-e4m3", "int6-g64", "int5-g64", "int4-g32", "int4-g128", "int4a-g32", "nvfp4", "mxfp4", "int3-g64", "int2-g32", "q8_0", "q6_k", "q4_k"}) {
        const matvec::Weights weights = weightsOf(format::get(name).encoding, bytes);
        for (const Unit& unit : units()) {
            simd::forceTarget(unit.target);
            matvec::allowPairs(unit.pairs);
            for (const std::int64_t batch : {1, 4, 16}) {
                std::vector<double> rates, ofRead, ofPlain;
                for (int round = 0; round < 9; ++round) {
                    const double read = readRate.bytesPerSecond(), own = rate(weights, batch), bf16 = rate(plain, batch);
                    rates.push_back(own * 1e-9);
                    ofRead.push_back(own / read);
                    ofPlain.push_back(own / static_cast<double>(weights.bytes()) * static_cast<double>(weights.rows) /
                                      (bf16 / static_cast<double>(plain.bytes()) * static_cast<double>(plain.rows)));
                }
                const Spread own = spreadOf(rates), read = spreadOf(ofRead), over = spreadOf(ofPlain);
                std::printf("%-12s %-6s %5ld %10.1f  %.2f (%.2f .. %.2f)     %.2f (%.2f .. %.2f)\n", name, (unit.target + (unit.pairs ? "+" : "")).c_str(),
                            static_cast<long>(batch), own.median, read.median, read.least, read.most, over.median, over.least, over.most);
            }
        }
    }
    simd::forceTarget({});
}
