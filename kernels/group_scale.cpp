#include "kernels/group_scale.hpp"

#include "kernels/codes.hpp"
#include "kernels/round_row.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels {

namespace {

float squaredError(std::span<const float> group, const Encoding& encoding, float divisor) {
    const float inverse = divisor > 0 ? 1.0f / divisor : 0.0f;
    float sum = 0;
    for (const float weight : group) {
        const float scaled = weight * inverse;
        const float off = scaled - codes::rounded(encoding, scaled);
        sum += off * off;
    }
    return sum;
}

std::uint32_t searched(std::span<const float> group, const Encoding& encoding, float globalScale) {
    const float largest = largestOf(group);
    const float step = searchStep(encoding);
    std::uint32_t best = 0;
    float first = 0;
    float least = 0;
    for (int k = 0; k < searchCandidates; ++k) {
        const float factor = 1.0f - static_cast<float>(k) * step;
        const std::uint32_t bits = scaleBitsFor(encoding, largest * factor, globalScale);
        const float divisor = divisorOf(encoding, scaleValue(encoding.scale, bits), globalScale);
        if (k == 0) first = divisor;
        const float ratio = divisor / first;
        const float error = squaredError(group, encoding, divisor) * (ratio * ratio);
        if (k > 0 && !(error < least)) continue;
        least = error;
        best = bits;
    }
    return best;
}

}  // namespace

float searchStep(const Encoding& encoding) {
    switch (encoding.bits) {
        case 2:
            return 0x1.9p-5f;  // 0.0488
        case 3:
            return 0x1.4p-5f;  // 0.0391
        default:
            return 0x1.4p-6f;  // 0.0195
    }
}

std::uint32_t groupScaleBits(std::span<const float> group, const Encoding& encoding, float globalScale) {
    if (encoding.scaling == Scaling::Searched) return searched(group, encoding, globalScale);
    return scaleBitsFor(encoding, largestOf(group), globalScale);
}

}  // namespace dq::kernels
