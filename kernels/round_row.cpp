#include "kernels/round_row.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/group_scale.hpp"
#include "kernels/rounding.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels {

namespace {

/// rounded = round(weight / divisor) * scale (* globalScale), for one group.
template <class Round>
void apply(std::span<const float> weights, float divisor, float scale, float* __restrict rounded,
           Round round) {
    const float* const from = weights.data();
    const std::size_t size = weights.size();
    for (std::size_t j = 0; j < size; ++j)
        rounded[j] = round(from[j] / divisor) * scale;
}

void roundScaled(std::span<const float> weights, const Encoding& encoding, float divisor, float scale,
                 float* rounded) {
    switch (encoding.element) {
        case Element::Int: {
            const float highest = largestCode(encoding);
            const float lowest = -highest - 1.0f;
            return apply(weights, divisor, scale, rounded,
                         [=](float scaled) { return rounding::toInt(scaled, lowest, highest); });
        }
        case Element::E4M3:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toE4M3(scaled); });
        case Element::E2M1:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toE2M1(scaled); });
        case Element::Nf4:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toNf4(scaled); });
        case Element::E5M2:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toE5M2(scaled); });
        case Element::E2M3:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toE2M3(scaled); });
        case Element::E3M2:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toE3M2(scaled); });
        case Element::Fp4:
            return apply(weights, divisor, scale, rounded,
                         [](float scaled) { return rounding::toFp4(scaled); });
        case Element::Bf16:
        case Element::Block:
            break;
    }
    for (std::size_t j = 0; j < weights.size(); ++j)
        rounded[j] = rounding::toBf16(weights[j]);
}

}  // namespace

float largestOf(std::span<const float> weights) {
    std::int32_t largest = 0;  // magnitudes order like their bits, and integers may be compared in any order
    for (const float weight : weights)
        largest = std::max(largest, static_cast<std::int32_t>(rounding::bitsOf(weight) & 0x7fffffffu));
    return rounding::floatOf(static_cast<std::uint32_t>(largest));
}

void roundGroup(std::span<const float> group, const Encoding& encoding, const GroupScale& stored,
                float globalScale, float* rounded) {
    const float scale = scaleValue(encoding.scale, stored.bits);
    const float divisor = divisorOf(encoding, scale, globalScale);
    if (!(divisor > 0)) {
        std::fill_n(rounded, group.size(), 0.0f);
        return;
    }
    if (encoding.zeroPoint) {
        const auto zero = static_cast<float>(stored.zero);
        const float highest = largestCode(encoding);
        return apply(group, divisor, scale, rounded,
                     [=](float scaled) { return rounding::toInt(scaled + zero, 0.0f, highest) - zero; });
    }
    roundScaled(group, encoding, divisor, scale, rounded);
    if (encoding.globalScale)
        for (std::size_t j = 0; j < group.size(); ++j)
            rounded[j] *= globalScale;
}

void roundRow(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
              std::span<float> rounded, const float* importance) {
    assert(rounded.size() == row.size());
    if (encoding.element == Element::Bf16) return roundScaled(row, encoding, 1.0f, 1.0f, rounded.data());
    if (encoding.scale == ScaleType::None) return roundGroup(row, encoding, {}, globalScale, rounded.data());
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : row.size();
    for (std::size_t begin = 0; begin < row.size(); begin += group) {
        const auto weights = row.subspan(begin, std::min(group, row.size() - begin));
        if (given.divisors) {
            const float divisor = given.divisors[begin / group];
            if (divisor > 0)
                roundScaled(weights, encoding, divisor, given.scales[begin / group], rounded.data() + begin);
            else
                std::fill_n(rounded.data() + begin, weights.size(), 0.0f);
            continue;
        }
        roundGroup(weights, encoding, groupScale(weights, encoding, globalScale, importance ? importance + begin : nullptr),
                   globalScale, rounded.data() + begin);
    }
}

}  // namespace dq::kernels
