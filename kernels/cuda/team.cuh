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

/// The sum of kernels/group_scale.hpp for one divisor, columns in order: each thread of a team has its own divisor.
__device__ inline float squaredError(const Scaler& scaler, float divisor, const float* row, std::int64_t begin,
                                     std::int64_t end) {
    const float inverse = divisor > 0 ? 1.0f / divisor : 0.0f;
    float sum = 0;
    for (std::int64_t j = begin; j < end; ++j) {
        const float scaled = row[j] * inverse;
        const float off = scaled - codes::rounded(scaler.encoding, scaled);
        sum += off * off;
    }
    return sum;
}

/// The scale of [begin, end) as kernels/group_scale.hpp defines it; of a search, thread k tries candidate k.
__device__ inline GroupScale scaleOf(const Scaler& scaler, const float* row, std::int64_t begin,
                                     std::int64_t end, int lane) {
    if (scaler.encoding.scale == ScaleType::None)
        return {0, 1.0f, scaler.encoding.globalScale ? scaler.globalScale : 1.0f};
    const float largest = largestOf(row, begin, end, lane);
    if (scaler.encoding.scaling != Scaling::Searched) return scaleFor(scaler, largest);
    const float factor = 1.0f - static_cast<float>(lane) * scaler.searchStep;
    const float divisor = scaleFor(scaler, largest * factor).divisor;
    const float ratio = divisor / __shfl_sync(wholeWarp, divisor, 0, teamSize);
    const float error = squaredError(scaler, divisor, row, begin, end) * (ratio * ratio);
    float least = __shfl_sync(wholeWarp, error, 0, teamSize);
    int best = 0;
    for (int k = 1; k < searchCandidates; ++k) {
        const float other = __shfl_sync(wholeWarp, error, k, teamSize);
        if (!(other < least)) continue;
        least = other;
        best = k;
    }
    return scaleFor(scaler, largest * (1.0f - static_cast<float>(best) * scaler.searchStep));
}

static_assert(searchCandidates == teamSize);

inline Scaler scalerOf(const Encoding& encoding, float globalScale) {
    return {encoding, largestCode(encoding), searchStep(encoding), globalScale};
}

}  // namespace dq::kernels::cuda
