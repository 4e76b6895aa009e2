#include "kernels/matvec/read_rate.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/parallel.hpp"

namespace dq::kernels::matvec {

namespace {

constexpr std::size_t step = 8;  // sums side by side, so that additions do not wait for each other

std::uint64_t folded(const std::uint64_t* from, std::size_t count) {
    std::uint64_t sum[step] = {};
    for (std::size_t k = 0; k < count; k += step)
        for (std::size_t lane = 0; lane < step; ++lane)
            sum[lane] ^= from[k + lane];
    std::uint64_t all = 0;
    for (const std::uint64_t one : sum)
        all ^= one;
    return all;
}

}  // namespace

ReadRate::ReadRate(std::size_t bytes)
    : words_(std::max<std::size_t>(bytes / 8, step)), sums_(static_cast<std::size_t>(threadCount()) * 8) {
    for (std::size_t i = 0; i < words_.size(); ++i)
        words_[i] = i;  // pages that were never written are one page
}

double ReadRate::bytesPerSecond() {
    const std::size_t part = words_.size() / sums_.size() / step * step;
    const auto start = std::chrono::steady_clock::now();
    parallelFor(std::ssize(sums_), [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        sums_[at] ^= folded(words_.data() + at * part, part);
    });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return static_cast<double>(part * sums_.size() * 8) / seconds;
}

}  // namespace dq::kernels::matvec
