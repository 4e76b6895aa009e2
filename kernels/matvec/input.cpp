#include "kernels/matvec/input.hpp"

#include <algorithm>
#include <vector>

#include "core/base/dtype.hpp"
#include "kernels/codes.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/matvec/weights.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::matvec {

namespace {

template <class T>
hwy::AlignedFreeUniquePtr<T[]> zeros(std::size_t count) {
    auto numbers = hwy::AllocateAligned<T>(std::max(count, lanes));
    std::fill_n(numbers.get(), std::max(count, lanes), T{0});
    return numbers;
}

}  // namespace

Input::Input(std::span<const float> x, std::int64_t batch, std::size_t cols)
    : batch_(batch),
      padded_(blocksOf(cols) * blockColumns),
      numbers_(zeros<float>(padded_ * static_cast<std::size_t>(batch))),
      sums_(zeros<float>(padded_ / 16 * static_cast<std::size_t>(batch))),
      pairs_(zeros<std::uint32_t>(padded_ / 2 * static_cast<std::size_t>(batch))) {
    for (std::int64_t b = 0; b < batch; ++b)
        take(x.data() + static_cast<std::size_t>(b) * cols, cols, b);
}

void Input::take(const float* x, std::size_t cols, std::int64_t b) {
    float* const sums = sums_.get() + at(b) / 16;
    std::vector<float> rounded(padded_);
    for (std::size_t j = 0; j < cols; ++j)
        rounded[j] = rounding::toBf16(x[j]);
    for (std::size_t j = 0; j < cols; j += 16) {  // both halves of one part of a lane
        const Seat seat = seatOf(j);
        const std::size_t block = j / blockColumns;
        float* const numbers = numbers_.get() + at(b) + block * blockColumns + seat.step * 2 * lanes + seat.lane;
        std::uint32_t* const pairs = pairs_.get() + (at(b) + block * blockColumns) / 2 + seat.step * lanes + seat.lane;
        const float *const low = rounded.data() + j, *const high = low + 8;
        float sum = 0;
        for (std::size_t t = 0; t < 8; ++t) {
            numbers[t * 2 * lanes] = low[t];
            numbers[(t * 2 + 1) * lanes] = high[t];
            pairs[t * lanes] = rounding::bitsOf(low[t]) >> 16 | rounding::bitsOf(high[t]);
            sum += low[t] + high[t];
        }
        sums[(block * 2 + seat.step / 8) * lanes + seat.lane] = sum;
    }
}

namespace {

float numberOf(const Encoding& encoding, std::uint32_t code) {
    switch (encoding.element) {
        case Element::Int:
            return static_cast<float>(code);
        case Element::E2M1:
            return codes::fromE2M1(code);
        case Element::E4M3:
            return codes::fromE4M3(code);
        default:
            return rounding::floatOf(code << 16);
    }
}

/// A group's weights are number * scale - minimum.
struct Affine {
    float scale = 1, minimum = 0;
};

/// `place` within the row's groups, `column` any of its.
Affine affineOf(const Weights& weights, std::size_t row, std::size_t place, std::size_t column) {
    const Encoding& encoding = weights.encoding;
    const std::size_t size = weights.scaleBytes(), groups = weights.groupsPerRow();
    if (size == 0) return {};
    const std::size_t at = row / static_cast<std::size_t>(weights.tileRows) * groups + place;
    const std::uint8_t* const scale = weights.scales.data() + at * size;
    if (!weights.halves.empty()) {
        const std::size_t per = weights.hasMinima() ? 2 : 1;
        const std::uint16_t* const halves = weights.halves.data() + (row * static_cast<std::size_t>(weights.cols) / 256 + column / 256) * per;
        const float d = fromF16(halves[0]);
        if (per == 1) {
            const float own = d * static_cast<float>(static_cast<std::int8_t>(*scale));
            return {own, own * static_cast<float>(1 << (encoding.bits - 1))};
        }
        return {d * static_cast<float>(*scale), fromF16(halves[1]) * static_cast<float>(weights.zeros[at])};
    }
    const float own = scaleValue(encoding.scale, loadScale(encoding.scale, reinterpret_cast<const std::byte*>(scale)));
    if (encoding.element != Element::Int) return {own, 0};
    const int zero = encoding.zeroPoint ? weights.zeros[row * groups + place] : 1 << (encoding.bits - 1);
    return {own, own * static_cast<float>(zero)};
}

std::size_t placeOfColumn(const Weights& weights, std::size_t column) {
    const std::size_t perBlock = weights.groupsPerBlock();
    const Seat seat = seatOf(column);
    const std::size_t within = perBlock == 2 * lanes ? seat.step / 8 * lanes + seat.lane : seat.lane * perBlock / lanes;
    return column / blockColumns * perBlock + within;
}

}  // namespace

float plainProduct(const Weights& weights, std::int64_t row, const float* x) {
    const Encoding& encoding = weights.encoding;
    const auto cols = static_cast<std::size_t>(weights.cols), r = static_cast<std::size_t>(row);
    const std::uint32_t* const words = weights.words.data() + r * blocksOf(cols) * wordsPerBlock(encoding.bits);
    float total = 0;
    for (std::size_t from = 0; from < cols; from += 16) {
        const Affine affine = affineOf(weights, r, placeOfColumn(weights, from), from);
        float sum = 0, inputs = 0;
        for (std::size_t j = from; j < std::min(from + 16, cols); ++j) {
            sum += numberOf(encoding, codeAt(words, placeOf(j, encoding.bits), encoding.bits)) * x[j];
            inputs += x[j];
        }
        total += sum * affine.scale - inputs * affine.minimum;
    }
    return total * weights.globalScale;
}

}  // namespace dq::kernels::matvec
