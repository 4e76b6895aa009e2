#include "kernels/matvec/random.hpp"

#include <algorithm>
#include <random>

#include "kernels/quantize_pack.hpp"
#include "kernels/rounding.hpp"

namespace dq::kernels::matvec {

namespace {

Weights fewRows(const Encoding& encoding, std::int64_t rows, std::int64_t cols) {
    std::mt19937 generator(1);
    std::normal_distribution<float> bell(0.0f, 0.02f);
    std::vector<float> numbers(static_cast<std::size_t>(rows * cols));
    for (float& one : numbers)
        one = rounding::toBf16(bell(generator));
    const MatrixView view{numbers.data(), rows, cols};
    const float global = globalScaleFor(encoding, largestMagnitude(view));
    std::vector<std::byte> codes(static_cast<std::size_t>(rows * codeBytesPerRow(encoding, cols)));
    std::vector<std::byte> scales(static_cast<std::size_t>(kernels::scaleBytes(encoding, rows, cols)));
    quantizePack(view, encoding, global, codes, scales);
    return weightsOf(encoding, rows, cols, global, codes, scales);
}

/// What `from` rows hold, for `to` rows.
template <class T>
void repeat(std::vector<T>& numbers, std::size_t perRow, std::size_t from, std::size_t to) {
    if (numbers.empty()) return;
    const std::size_t beyond = numbers.size() - from * perRow;
    numbers.resize(to * perRow + beyond);
    for (std::size_t row = from; row < to; ++row)
        std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(row % from * perRow), perRow, numbers.begin() + static_cast<std::ptrdiff_t>(row * perRow));
}

}  // namespace

Weights randomWeights(const Encoding& encoding, std::int64_t rows, std::int64_t cols) {
    const std::int64_t some = std::min<std::int64_t>(rows, std::max<std::int64_t>(16, encoding.groupRows));
    Weights weights = fewRows(encoding, some, cols);
    const auto from = static_cast<std::size_t>(some), to = static_cast<std::size_t>(rows);
    if (from == to || from == 0) return weights;
    const auto tile = static_cast<std::size_t>(weights.tileRows);
    repeat(weights.words, weights.words.size() / from, from, to);
    repeat(weights.scales, weights.groupsPerRow() * weights.scaleBytes(), (from + tile - 1) / tile, (to + tile - 1) / tile);
    repeat(weights.zeros, weights.groupsPerRow(), from, to);
    repeat(weights.halves, static_cast<std::size_t>(cols) / 256 * (weights.hasMinima() ? 2 : 1), from, to);
    weights.rows = rows;
    return weights;
}

}  // namespace dq::kernels::matvec
