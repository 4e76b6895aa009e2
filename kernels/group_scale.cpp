#include "kernels/group_scale.hpp"

#include <algorithm>
#include <limits>

#include "kernels/codes.hpp"
#include "kernels/importance.hpp"
#include "kernels/round_row.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels {

namespace {

struct Range {
    float size;
    float lowest;  // never above 0
};

Range rangeOf(std::span<const float> group, const Encoding& encoding) {
    if (!encoding.zeroPoint) return {largestOf(group), 0};
    float lowest = 0, highest = 0;
    for (const float weight : group) {
        lowest = std::min(lowest, weight);
        highest = std::max(highest, weight);
    }
    return {std::min(highest - lowest, std::numeric_limits<float>::max()), lowest};
}

float divisorFor(const GroupScale& scale, const Encoding& encoding, float globalScale) {
    return divisorOf(encoding, scaleValue(encoding.scale, scale.bits), globalScale);
}

GroupScale scaleFor(const Range& range, const Encoding& encoding, float globalScale) {
    GroupScale scale{scaleBitsFor(encoding, range.size, globalScale), 0};
    const float divisor = divisorFor(scale, encoding, globalScale);
    if (encoding.zeroPoint && divisor > 0)
        scale.zero = codes::ofUnsigned(-range.lowest / divisor, encoding.bits);
    return scale;
}

/// `importance`: of each column, or null.
float squaredError(std::span<const float> group, const Encoding& encoding, float divisor, std::uint32_t zero,
                   const float* importance) {
    const float inverse = divisor > 0 ? 1.0f / divisor : 0.0f;
    float sum = 0;
    for (std::size_t j = 0; j < group.size(); ++j) {
        float scaled = group[j] * inverse;
        if (encoding.zeroPoint) scaled += static_cast<float>(zero);
        const float off = scaled - codes::rounded(encoding, scaled);
        const float square = off * off;
        sum += importance ? importance[j] * square : square;
    }
    return sum;
}

int candidates(const Encoding& encoding) {
    return encoding.scale == ScaleType::E8M0 ? 3 : searchCandidates;
}

float candidateFactor(const Encoding& encoding, int k) {
    if (encoding.scale == ScaleType::E8M0) return k == 0 ? 1.0f : k == 1 ? 2.0f : 0.5f;
    return 1.0f - static_cast<float>(k) * searchStep(encoding);
}

GroupScale searched(std::span<const float> group, const Encoding& encoding, float globalScale, const float* importance) {
    const Range range = rangeOf(group, encoding);
    GroupScale best;
    float first = 0;
    float least = 0;
    for (int k = 0; k < candidates(encoding); ++k) {
        const float factor = candidateFactor(encoding, k);
        const GroupScale scale =
            scaleFor({range.size * factor, range.lowest * factor}, encoding, globalScale);
        const float divisor = divisorFor(scale, encoding, globalScale);
        if (k == 0) first = divisor;
        const float ratio = divisor / first;
        const float error = squaredError(group, encoding, divisor, scale.zero, importance) * (ratio * ratio);
        if (k > 0 && !(error < least)) continue;
        least = error;
        best = scale;
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

GroupScale groupScale(std::span<const float> group, const Encoding& encoding, float globalScale, const float* importance) {
    if (encoding.scaling == Scaling::Searched) return searched(group, encoding, globalScale, nullptr);
    if (encoding.scaling == Scaling::Weighted || encoding.scaling == Scaling::Fisher)
        return searched(group, encoding, globalScale, isKnown(importance, group.size()) ? importance : nullptr);
    return scaleFor(rangeOf(group, encoding), encoding, globalScale);
}

}  // namespace dq::kernels
