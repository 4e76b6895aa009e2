#pragma once

#include <cuda_runtime.h>

#include "kernels/codes.hpp"
#include "kernels/cuda/device.cuh"
#include "kernels/group_scale.hpp"

namespace dq::kernels::cuda {

constexpr unsigned wholeWarp = 0xffffffffu;

/// One group's scale as all threads of a team see it.
struct GroupScale {
    std::uint32_t bits;
    float scale;
    float divisor;
};

/// The first column of [begin, ...) that belongs to a lane: columns go round the lanes from the row's start.
__device__ inline std::int64_t firstColumn(std::int64_t begin, int lane) {
    return begin + (lane - begin % teamSize + teamSize) % teamSize;
}

/// The largest magnitude of [begin, end), found by the team together: a maximum is the same in any order.
__device__ inline float largestOf(const float* row, std::int64_t begin, std::int64_t end, int lane) {
    float largest = 0;
    for (std::int64_t j = firstColumn(begin, lane); j < end; j += teamSize)
        largest = fmaxf(largest, rounding::magnitudeOf(row[j]));
    for (int width = teamSize / 2; width > 0; width /= 2)
        largest = fmaxf(largest, __shfl_xor_sync(wholeWarp, largest, width, teamSize));
    return largest;
}

/// What a team needs to know of a format to choose scales.
struct Scaler {
    Encoding encoding;
    float largestCode;
    float searchStep;
    float globalScale;
};

__device__ inline GroupScale scaleFor(const Scaler& scaler, float largest) {
    const std::uint32_t bits =
        codes::scaleBits(scaler.encoding, scaler.largestCode, largest, scaler.globalScale);
    const float scale = codes::scaleValue(scaler.encoding.scale, bits);
    return {bits, scale, scaler.encoding.globalScale ? scale * scaler.globalScale : scale};
}

/// The number a weight becomes.
__device__ inline float rounded(const Scaler& scaler, const GroupScale& scale, float weight) {
    const float scaled = scale.divisor > 0 ? weight / scale.divisor : 0.0f;
    const float number = codes::rounded(scaler.encoding, scaled) * scale.scale;
    return scaler.encoding.globalScale ? number * scaler.globalScale : number;
}

/// The team's sum of squared errors of [begin, end), lanes folded as in kernels/lanes.hpp: groups begin at
/// multiples of 16 columns, so a lane of the group is a lane of the row.
__device__ inline float squaredError(const Scaler& scaler, const GroupScale& scale, const float* row,
                                     std::int64_t begin, std::int64_t end, int lane) {
    float sum = 0;
    for (std::int64_t j = firstColumn(begin, lane); j < end; j += teamSize) {
        const float difference = row[j] - rounded(scaler, scale, row[j]);
        sum += difference * difference;
    }
    for (int width = teamSize / 2; width > 0; width /= 2)
        sum += __shfl_down_sync(wholeWarp, sum, width, teamSize);
    return __shfl_sync(wholeWarp, sum, 0, teamSize);
}

/// The scale of [begin, end) as kernels/group_scale.hpp defines it.
__device__ inline GroupScale scaleOf(const Scaler& scaler, const float* row, std::int64_t begin,
                                     std::int64_t end, int lane) {
    if (scaler.encoding.scale == ScaleType::None) return {0, 1.0f, 1.0f};
    const float largest = largestOf(row, begin, end, lane);
    GroupScale best = scaleFor(scaler, largest);
    if (scaler.encoding.scaling != Scaling::Searched) return best;
    float least = squaredError(scaler, best, row, begin, end, lane);
    for (int k = 1; k < searchCandidates; ++k) {
        const float factor = 1.0f - static_cast<float>(k) * scaler.searchStep;
        const GroupScale scale = scaleFor(scaler, largest * factor);
        const float error = squaredError(scaler, scale, row, begin, end, lane);
        if (!(error < least)) continue;
        least = error;
        best = scale;
    }
    return best;
}

inline Scaler scalerOf(const Encoding& encoding, float globalScale) {
    return {encoding, largestCode(encoding), searchStep(encoding), globalScale};
}

}  // namespace dq::kernels::cuda
