#include "kernels/matvec/weights.hpp"

#include <algorithm>
#include <string>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matvec/multiply.cpp"
#include "kernels/simd/highway.hpp"

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/matvec/input.hpp"
#include "kernels/matvec/pairs.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/simd/targets.hpp"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/matvec/rows-inl.hpp"
#endif

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::matvec::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
void multiplyRows(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y, bool) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    std::vector<float> plain(cols);
    for (std::int64_t b = 0; b < x.batch(); ++b) {
        for (std::size_t j = 0; j < cols; ++j) {
            const Seat seat = seatOf(j);
            plain[j] = x.of(b)[j / blockColumns * blockColumns + (seat.step * 2 + seat.half) * lanes + seat.lane];
        }
        for (std::int64_t row = from; row < to; ++row)
            y[b * weights.rows + row] = plainProduct(weights, row, plain.data());
    }
}
#else
void multiplyRows(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y, bool pairs) {
    rowsOf(weights, x, from, to, y, pairs);
}
#endif

}  // namespace dq::kernels::matvec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::matvec {

HWY_EXPORT(multiplyRows);

namespace {

constexpr std::int64_t rowsAtATime = 64;

void requireSizes(std::span<const Weights* const> weights, std::span<const float> x, std::int64_t batch, std::span<const std::span<float>> y) {
    if (weights.size() != y.size()) throw Error(Kind::Input, std::to_string(weights.size()) + " matrices for " + std::to_string(y.size()) + " outputs");
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (batch < 0 || std::ssize(x) != batch * weights[i]->cols || std::ssize(y[i]) != batch * weights[i]->rows)
            throw Error(Kind::Input, "a product of [" + std::to_string(weights[i]->rows) + ", " + std::to_string(weights[i]->cols) + "] with " +
                                         std::to_string(batch) + " inputs of " + std::to_string(x.size()) + " numbers into " +
                                         std::to_string(y[i].size()));
}

/// Some rows of one of the matrices.
struct Chunk {
    std::size_t matrix;
    std::int64_t from, to;
};

std::vector<Chunk> chunksOf(std::span<const Weights* const> weights) {
    std::vector<Chunk> chunks;
    for (std::size_t i = 0; i < weights.size(); ++i)
        for (std::int64_t from = 0; from < weights[i]->rows; from += rowsAtATime)
            chunks.push_back({i, from, std::min(from + rowsAtATime, weights[i]->rows)});
    return chunks;
}

bool usePairs = true;

}  // namespace

bool havePairs() {
#if defined(__x86_64__) || defined(_M_X64)
    static const bool known = __builtin_cpu_supports("avx512bf16") != 0;
    return known;
#else
    return false;
#endif
}

void allowPairs(bool allowed) {
    usePairs = allowed;
}

std::string unitName() {
    const std::vector<std::string> targets = simd::targets();
    if (targets.empty()) return "no vector unit";
    if (targets.front() != "AVX3") return targets.front();
    return havePairs() ? "AVX-512 with bfloat16 pairs" : "AVX-512";
}

void multiply(std::span<const Weights* const> weights, std::span<const float> x, std::int64_t batch, std::span<const std::span<float>> y) {
    requireSizes(weights, x, batch, y);
    if (weights.empty()) return;
    const Input input(x, batch, static_cast<std::size_t>(weights.front()->cols));
    const std::vector<Chunk> chunks = chunksOf(weights);
    const bool pairs = usePairs && havePairs();
    parallelFor(std::ssize(chunks), [&](std::int64_t i) {
        const Chunk& chunk = chunks[static_cast<std::size_t>(i)];
        HWY_DYNAMIC_DISPATCH(multiplyRows)(*weights[chunk.matrix], input, chunk.from, chunk.to, y[chunk.matrix].data(), pairs);
    });
}

void multiply(const Weights& weights, std::span<const float> x, std::int64_t batch, std::span<float> y) {
    const Weights* const one = &weights;
    multiply({&one, 1}, x, batch, {&y, 1});
}

}  // namespace dq::kernels::matvec
#endif
