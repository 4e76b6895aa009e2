// What error feedback costs: making U of a Hessian, and rounding under it, on all threads.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

#include "core/base/parallel.hpp"
#include "core/format/format.hpp"
#include "kernels/feedback.hpp"
#include "kernels/quantize_pack.hpp"

using namespace dq;
using namespace dq::kernels;

namespace {

std::vector<float> hessianOf(std::size_t n) {
    std::vector<float> hessian(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            hessian[i * n + j] = 0.3f + (i == j ? 1.0f + static_cast<float>(i % 7) : 0.5f / static_cast<float>(1 + (i > j ? i - j : j - i)));
    return hessian;
}

double seconds(const std::function<void()>& body) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

/// feedback_bench [columns [rows]]
int main(int argc, char** argv) {
    const auto cols = static_cast<std::int64_t>(argc > 1 ? std::atoi(argv[1]) : 2048);
    const auto rows = static_cast<std::int64_t>(argc > 2 ? std::atoi(argv[2]) : 1024);
    const auto n = static_cast<std::size_t>(cols);
    std::mt19937 generator(1);
    std::normal_distribution<float> bell(0.0f, 0.02f);
    std::vector<float> weights(static_cast<std::size_t>(rows * cols));
    for (float& weight : weights)
        weight = bell(generator);
    const std::vector<float> hessian = hessianOf(n);
    const double size = static_cast<double>(cols);
    for (const int threads : {1, threadCount()}) {
        limitThreads(threads);
        Feedback feedback;
        const double made = seconds([&] { feedback = feedbackOf(hessian, cols); });
        std::printf("%2d threads: U of %ld columns %8.3f s, %6.2f GFlop/s\n", threads, static_cast<long>(cols), made,
                    size * size * size / 3 / made * 1e-9);
        for (const char* const name : {"int4-g128-imx", "int3a-g32-imx", "nvfp4-imx"}) {
            const Encoding& encoding = format::get(name).encoding;
            std::vector<std::byte> codes(static_cast<std::size_t>(rows * codeBytesPerRow(encoding, cols)));
            std::vector<std::byte> scales(static_cast<std::size_t>(rows * scaleBytesPerRow(encoding, cols)));
            const MatrixView view{weights.data(), rows, cols};
            const float global = globalScaleFor(encoding, largestMagnitude(view));
            quantizePack(view, encoding, global, codes, scales);
            const double taken = seconds([&] { roundWithFeedback(view, encoding, global, feedback, scales, codes); });
            std::printf("%2d threads: %-14s [%ld, %ld] %8.3f s, %6.2f GFlop/s, %6.2f M weights/s\n", threads, name, static_cast<long>(rows),
                        static_cast<long>(cols), taken, size * size * static_cast<double>(rows) / taken * 1e-9,
                        size * static_cast<double>(rows) / taken * 1e-6);
        }
    }
}
