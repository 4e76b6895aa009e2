#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

/// The roundings and sums that stock code uses, with what they do far outside their range: degenerate rows
/// reach those places, and the bytes must still agree.
namespace dq::kernels::gguf {

/// Below this a group counts as all zero.
inline constexpr float nothing = 1e-15f;

/// To nearest, ties to even, while |value| < 2^22; beyond, whatever the low 23 bits say (0 for NaN).
inline int nearest(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value + 12582912.0f);
    return static_cast<int>(bits & 0x7fffff) - 0x400000;
}

/// Toward zero, as the processor does it: what no int holds becomes the smallest int.
inline int truncated(float value) {
    const bool fits = value >= -2147483648.0f && value < 2147483648.0f;
    return fits ? static_cast<int>(value) : std::numeric_limits<int>::min();
}

/// The nearest code of a range, as a number.
inline float codeOf(float value, int lowest, int highest) {
    return static_cast<float>(std::clamp(nearest(value), lowest, highest));
}

/// One addition after the other: the order decides the last bit.
inline float sumOfSquares(const float* x, std::size_t n) {
    float sum = 0;
    for (std::size_t i = 0; i < n; ++i)
        sum += x[i] * x[i];
    return sum;
}

/// The first number of the largest magnitude, with its sign.
inline float farthest(const float* x, std::size_t n) {
    float found = 0;
    for (std::size_t i = 0; i < n; ++i)
        if (std::fabs(x[i]) > std::fabs(found)) found = x[i];
    return found;
}

inline float inverseOrZero(float value) {
    return value != 0 ? 1.0f / value : 0.0f;
}

/// How much each weight's error counts under an importance: importance * sqrt(spread + x^2).
inline void importanceWeights(const float* x, const float* importance, float spread, std::size_t n,
                              float* weights) {
    for (std::size_t i = 0; i < n; ++i)
        weights[i] = importance[i] * std::sqrt(spread + x[i] * x[i]);
}

}  // namespace dq::kernels::gguf
