#pragma once

#include <cuda_runtime.h>

#include "kernels/codes.hpp"
#include "kernels/cuda/device.cuh"

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

__device__ inline GroupScale scaleOf(const Encoding& encoding, float largestCode, float globalScale,
                                     float largest) {
    if (encoding.scale == ScaleType::None) return {0, 1.0f, 1.0f};
    const std::uint32_t bits = codes::scaleBits(encoding, largestCode, largest, globalScale);
    const float scale = codes::scaleValue(encoding.scale, bits);
    return {bits, scale, encoding.globalScale ? scale * globalScale : scale};
}

}  // namespace dq::kernels::cuda
