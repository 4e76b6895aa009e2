#include "kernels/matvec/input.hpp"

#include <algorithm>

#include "kernels/codes.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/matvec/weights.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::matvec {

Input::Input(std::span<const float> x, std::int64_t batch, std::size_t cols, std::size_t stepsPerGroup)
    : batch_(batch),
      padded_(blocksOf(cols) * blockColumns),
      stepsPerGroup_(stepsPerGroup),
      numbers_(hwy::AllocateAligned<float>(std::max<std::size_t>(padded_ * static_cast<std::size_t>(batch), lanes))),
      sums_(hwy::AllocateAligned<float>(std::max<std::size_t>(padded_ / stepsPerGroup * static_cast<std::size_t>(batch), lanes))) {
    for (std::size_t b = 0; b < static_cast<std::size_t>(batch); ++b) {
        float* const to = numbers_.get() + b * padded_;
        std::copy_n(x.data() + b * cols, cols, to);
        std::fill_n(to + cols, padded_ - cols, 0.0f);
        float* const sums = sums_.get() + b * (padded_ / stepsPerGroup_);
        std::fill_n(sums, padded_ / stepsPerGroup_, 0.0f);
        for (std::size_t j = 0; j < padded_; ++j)
            sums[j / (lanes * stepsPerGroup_) * lanes + j % lanes] += to[j];
    }
}

namespace {

float numberOf(const Encoding& encoding, std::uint32_t code, std::uint32_t zero) {
    switch (encoding.element) {
        case Element::Int:
            return static_cast<float>(static_cast<std::int32_t>(code) - static_cast<std::int32_t>(zero));
        case Element::E2M1:
            return codes::fromE2M1(code);
        case Element::E4M3:
            return codes::fromE4M3(code);
        default:
            return rounding::floatOf(code << 16);
    }
}

}  // namespace

float plainProduct(const Weights& weights, std::int64_t row, const float* x) {
    const Encoding& encoding = weights.encoding;
    const auto cols = static_cast<std::size_t>(weights.cols), r = static_cast<std::size_t>(row);
    const std::size_t perRow = blocksOf(cols) * wordsPerBlock(encoding.bits), groups = weights.groupsPerRow();
    const std::uint32_t* const words = weights.words.data() + r * perRow;
    float total = 0;
    for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t at = r * groups + g, size = scaleSize(encoding.scale), width = lanes * weights.stepsPerGroup();
        const float scale = encoding.scale == ScaleType::None
                                ? 1.0f
                                : scaleValue(encoding.scale, loadScale(encoding.scale, reinterpret_cast<const std::byte*>(weights.scales.data()) + at * size));
        const std::uint32_t zero = encoding.zeroPoint ? weights.zeros[at] : encoding.element == Element::Int ? 1u << (encoding.bits - 1) : 0u;
        float sum = 0;
        for (std::size_t j = g * width; j < std::min((g + 1) * width, cols); ++j) {
            const Place place = placeOf(j, encoding.bits);
            std::uint32_t code = words[place.word] >> place.shift;
            if (place.shift + encoding.bits > 32) code |= words[place.word + lanes] << (32 - place.shift);
            sum += numberOf(encoding, code & ((1u << encoding.bits) - 1), zero) * x[j];
        }
        total += sum * scale;
    }
    return total * weights.globalScale;
}

}  // namespace dq::kernels::matvec
