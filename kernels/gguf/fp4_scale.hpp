#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/gguf/rounding.hpp"

/// The one-byte scales of MXFP4 (a power of two) and NVFP4 (E4M3 without sign).
namespace dq::kernels::gguf {

/// 2^(e - 127) with e = floor(log2 max) - 2 + 127: 6 times it is the largest level. Numbers below 2^-125 wrap
/// around, as stock's do.
inline std::uint8_t mxScaleFor(float max) {
    if (!(max > 0)) return 0;
    return static_cast<std::uint8_t>(truncated(std::floor(std::log2(max)) - 2.0f + 127.0f));
}

/// Half of 2^(e - 127), subnormal where it must be: the levels are doubled.
inline float halfMxScale(std::uint8_t e) {
    return std::bit_cast<float>(e < 2 ? std::uint32_t{0x00200000} << e
                                      : static_cast<std::uint32_t>(e - 1) << 23);
}

/// Three bits of fraction, ties away from zero; below 2^-6 multiples of 2^-9. All that rounds to 256 or more
/// becomes 448, as in stock.
inline std::uint8_t nvScaleFor(float value) {
    if (!(value > 0)) return 0;
    if (value >= 256.0f) return 0x7e;
    if (value < 0x1p-6f) {
        const int units = static_cast<int>(value * 512.0f + 0.5f);
        return static_cast<std::uint8_t>(units < 7 ? units : 7);
    }
    const std::uint32_t rounded = (std::bit_cast<std::uint32_t>(value) + (1u << 19)) >> 20;
    const std::uint32_t code = rounded - ((127u - 7u) << 3);
    return static_cast<std::uint8_t>(code < (15u << 3) ? code : 0x7e);
}

inline float halfNvScale(std::uint8_t code) {
    if (code == 0x7f) return 0;
    const int exponent = (code >> 3) & 15;
    const auto fraction = static_cast<float>(code & 7);
    return exponent == 0 ? fraction * 0x1p-10f : std::ldexp(1.0f + fraction / 8.0f, exponent - 8);
}

}  // namespace dq::kernels::gguf
