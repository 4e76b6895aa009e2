#pragma once

#include "kernels/rounding.hpp"

/// Powers of two that keep squares and products of floats away from overflow and from the subnormal numbers.
/// Multiplying by them and dividing the sums by them again is exact.
namespace dq::kernels {

/// Brings the largest of some magnitudes into [1, 2), or as near as 2^126 can; 1 for 0 and for what is not
/// finite.
DQ_ANYWHERE inline float unitFor(float largest) {
    const std::uint32_t exponent = rounding::bitsOf(largest) >> 23 & 0xffu;
    if (largest == 0 || exponent == 255) return 1.0f;
    const std::uint32_t wanted = exponent == 0 ? 253u : 254u - exponent;
    return rounding::floatOf((wanted < 1 ? 1u : (wanted > 253 ? 253u : wanted)) << 23);
}

/// The same for a row of weights, which is left alone where its largest is of ordinary size: squares of
/// what rounding takes from it are then of ordinary size too.
DQ_ANYWHERE inline float weightUnitFor(float largest) {
    return largest >= 0x1p-30f && largest <= 0x1p30f ? 1.0f : unitFor(largest);
}

}  // namespace dq::kernels
