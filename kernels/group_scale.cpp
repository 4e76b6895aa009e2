#include "kernels/group_scale.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "kernels/lanes.hpp"
#include "kernels/round_row.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels {

namespace {

float squaredError(std::span<const float> group, const float* rounded) {
    std::array<float, laneCount> lanes{};
    const std::size_t whole = group.size() - group.size() % laneCount;
    const auto add = [&](std::size_t lane, std::size_t j) {
        const float difference = group[j] - rounded[j];
        lanes[lane] += difference * difference;
    };
    for (std::size_t j = 0; j < whole; j += laneCount)
        for (std::size_t lane = 0; lane < laneCount; ++lane)
            add(lane, j + lane);
    for (std::size_t j = whole; j < group.size(); ++j)
        add(j - whole, j);
    return sumOf(lanes);
}

std::uint32_t searched(std::span<const float> group, const Encoding& encoding, float globalScale) {
    thread_local std::vector<float> rounded;
    rounded.resize(group.size());
    const float largest = largestOf(group);
    const float step = searchStep(encoding);
    std::uint32_t best = 0;
    float least = std::numeric_limits<float>::infinity();
    for (int k = 0; k < searchCandidates; ++k) {
        const float factor = 1.0f - static_cast<float>(k) * step;
        const std::uint32_t bits = scaleBitsFor(encoding, largest * factor, globalScale);
        roundGroup(group, encoding, bits, globalScale, rounded.data());
        const float error = squaredError(group, rounded.data());
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
