#pragma once

#include "kernels/rounding.hpp"

/// Codes and scales as in kernels/element.hpp and kernels/scale.hpp, in arithmetic that host and device
/// share: no tables, no library calls. Arguments are finite; any code may be decoded.
namespace dq::kernels::codes {

/// A float with fewer mantissa bits and gradual underflow, magnitude only. `bias` is the type's own.
template <int mantissa, int bias>
DQ_ANYWHERE inline std::uint32_t ofMagnitude(float rounded) {
    const float smallestNormal = rounding::floatOf((128u - bias) << 23);
    const float units = static_cast<float>(1 << mantissa) / smallestNormal;
    if (rounded < smallestNormal) return static_cast<std::uint32_t>(rounded * units);
    return (rounding::bitsOf(rounded) >> (23 - mantissa)) - ((127u - bias) << mantissa);
}

template <int mantissa, int bias>
DQ_ANYWHERE inline float magnitudeOf(std::uint32_t code) {
    const float smallestNormal = rounding::floatOf((128u - bias) << 23);
    const float units = static_cast<float>(1 << mantissa) / smallestNormal;
    if (code >> mantissa == 0) return static_cast<float>(code) / units;
    return rounding::floatOf((code + ((127u - bias) << mantissa)) << (23 - mantissa));
}

DQ_ANYWHERE inline float withSignBit(std::uint32_t code, int bit, float magnitude) {
    return rounding::floatOf(rounding::bitsOf(magnitude) | (code >> bit & 1u) << 31);
}

DQ_ANYWHERE inline std::uint32_t signBit(float value, int bit) {
    return rounding::bitsOf(value) >> 31 << bit;
}

DQ_ANYWHERE inline std::uint32_t ofE4M3(float scaled) {
    return ofMagnitude<3, 7>(rounding::magnitudeOf(rounding::toE4M3(scaled))) | signBit(scaled, 7);
}

DQ_ANYWHERE inline float fromE4M3(std::uint32_t code) {
    const float notANumber = rounding::floatOf(0x7fc00000u);
    return withSignBit(code, 7, (code & 0x7fu) == 0x7fu ? notANumber : magnitudeOf<3, 7>(code & 0x7fu));
}

DQ_ANYWHERE inline std::uint32_t ofE2M1(float scaled) {
    return ofMagnitude<1, 1>(rounding::magnitudeOf(rounding::toE2M1(scaled))) | signBit(scaled, 3);
}

DQ_ANYWHERE inline float fromE2M1(std::uint32_t code) {
    return withSignBit(code, 3, magnitudeOf<1, 1>(code & 7u));
}

template <int i>
DQ_ANYWHERE inline std::uint32_t nf4From(float scaled, std::uint32_t code) {
    if constexpr (i == 15) {
        return code;
    } else {
        constexpr float threshold = rounding::atOrBelowMiddle(nf4Levels[i], nf4Levels[i + 1]);
        return nf4From<i + 1>(scaled, code + (scaled > threshold ? 1u : 0u));
    }
}

template <int i>
DQ_ANYWHERE inline float levelFrom(std::uint32_t code) {
    constexpr float level = nf4Levels[i];
    if constexpr (i == 15)
        return level;
    else
        return code == i ? level : levelFrom<i + 1>(code);
}

DQ_ANYWHERE inline std::uint32_t ofInt(float scaled, int bits) {
    const auto highest = static_cast<float>((1 << (bits - 1)) - 1);
    const float rounded = rounding::toInt(scaled, -highest - 1.0f, highest);
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(rounded)) & ((1u << bits) - 1);
}

DQ_ANYWHERE inline float fromInt(std::uint32_t code, int bits) {
    const auto negative = static_cast<std::int32_t>(code >> (bits - 1) & 1u);
    return static_cast<float>(static_cast<std::int32_t>(code) - negative * (1 << bits));
}

DQ_ANYWHERE inline std::uint32_t ofUnsigned(float shifted, int bits) {
    return static_cast<std::uint32_t>(rounding::toInt(shifted, 0.0f, static_cast<float>((1 << bits) - 1)));
}

template <int i>
DQ_ANYWHERE inline std::uint32_t fp4From(float magnitude, std::uint32_t code) {
    if constexpr (i == 7) {
        return code;
    } else {
        constexpr float threshold = fp4Above[i];
        constexpr std::uint32_t next = fp4Codes[i + 1];
        return fp4From<i + 1>(magnitude, magnitude > threshold ? next : code);
    }
}

template <int i>
DQ_ANYWHERE inline float fp4LevelFrom(std::uint32_t code) {
    constexpr float level = fp4Levels[i];
    constexpr std::uint32_t mine = fp4Codes[i];
    if constexpr (i == 7)
        return level;
    else
        return code == mine ? level : fp4LevelFrom<i + 1>(code);
}

DQ_ANYWHERE inline std::uint32_t encode(const Encoding& encoding, float scaled) {
    switch (encoding.element) {
        case Element::Bf16:
            return rounding::bitsOf(rounding::toBf16(scaled)) >> 16;
        case Element::Int:
            return encoding.zeroPoint ? ofUnsigned(scaled, encoding.bits) : ofInt(scaled, encoding.bits);
        case Element::E4M3:
            return ofE4M3(scaled);
        case Element::E2M1:
            return ofE2M1(scaled);
        case Element::Nf4:
            return nf4From<0>(scaled, 0);
        case Element::E5M2:
            return ofMagnitude<2, 15>(rounding::magnitudeOf(rounding::toE5M2(scaled))) | signBit(scaled, 7);
        case Element::E2M3:
            return ofMagnitude<3, 1>(rounding::magnitudeOf(rounding::toE2M3(scaled))) | signBit(scaled, 5);
        case Element::E3M2:
            return ofMagnitude<2, 3>(rounding::magnitudeOf(rounding::toE3M2(scaled))) | signBit(scaled, 5);
        case Element::Fp4:
            return fp4From<0>(rounding::magnitudeOf(scaled), 0) | (scaled < 0 ? 8u : 0u);
        case Element::Block:
            break;
    }
    return 0;
}

DQ_ANYWHERE inline float decode(const Encoding& encoding, std::uint32_t code) {
    switch (encoding.element) {
        case Element::Bf16:
            return rounding::floatOf(code << 16);
        case Element::Int:
            return encoding.zeroPoint ? static_cast<float>(code) : fromInt(code, encoding.bits);
        case Element::E4M3:
            return fromE4M3(code);
        case Element::E2M1:
            return fromE2M1(code);
        case Element::Nf4:
            return levelFrom<0>(code & 15u);
        case Element::E5M2:
            return withSignBit(code, 7, (code & 0x7fu) < 0x7cu ? magnitudeOf<2, 15>(code & 0x7fu)
                                                               : ((code & 3u) ? rounding::floatOf(0x7fc00000u)
                                                                              : rounding::floatOf(0x7f800000u)));
        case Element::E2M3:
            return withSignBit(code, 5, magnitudeOf<3, 1>(code & 0x1fu));
        case Element::E3M2:
            return withSignBit(code, 5, magnitudeOf<2, 3>(code & 0x1fu));
        case Element::Fp4:
            return withSignBit(code, 3, fp4LevelFrom<0>(code & 7u));
        case Element::Block:
            break;
    }
    return 0;
}

/// The number the code of a scaled weight stands for.
DQ_ANYWHERE inline float rounded(const Encoding& encoding, float scaled) {
    switch (encoding.element) {
        case Element::Bf16:
            return rounding::toBf16(scaled);
        case Element::Int: {
            if (encoding.zeroPoint) return rounding::toInt(scaled, 0.0f, static_cast<float>((1 << encoding.bits) - 1));
            const auto highest = static_cast<float>((1 << (encoding.bits - 1)) - 1);
            return rounding::toInt(scaled, -highest - 1.0f, highest);
        }
        case Element::E4M3:
            return rounding::toE4M3(scaled);
        case Element::E2M1:
            return rounding::toE2M1(scaled);
        case Element::Nf4:
            return rounding::toNf4(scaled);
        case Element::E5M2:
            return rounding::toE5M2(scaled);
        case Element::E2M3:
            return rounding::toE2M3(scaled);
        case Element::E3M2:
            return rounding::toE3M2(scaled);
        case Element::Fp4:
            return rounding::toFp4(scaled);
        case Element::Block:
            break;
    }
    return 0;
}

/// A half of a number that is not negative, above 65504 the largest.
DQ_ANYWHERE inline std::uint32_t ofHalf(float value) {
    const float inside = value > 65504.0f ? 65504.0f : value;
    const float rounded =
        inside < 0x1p-14f ? rounding::toSpacingOf(0.5f, inside) : rounding::shortened<13>(inside);
    return ofMagnitude<10, 15>(rounded);
}

DQ_ANYWHERE inline float fromHalf(std::uint32_t bits) {
    const std::uint32_t magnitude = bits & 0x7fffu;
    const bool finite = magnitude < 0x7c00u;
    return withSignBit(bits, 15,
                       finite ? magnitudeOf<10, 15>(magnitude)
                              : rounding::floatOf(0x7f800000u | (magnitude & 0x3ffu) << 13));
}

/// scaleBitsFor and scaleValue of kernels/scale.hpp.
DQ_ANYWHERE inline std::uint32_t scaleBits(const Encoding& encoding, float largestCode, float largest,
                                           float globalScale) {
    if (encoding.scale == ScaleType::E8M0) {
        const auto field = static_cast<int>(rounding::bitsOf(largest) >> 23 & 0xffu);
        const auto most = static_cast<int>(rounding::bitsOf(largestCode) >> 23) - 127;
        const int exponent = field - most;
        return static_cast<std::uint32_t>(exponent < 1 ? 1 : (exponent > 254 ? 254 : exponent));
    }
    float wanted = largest / largestCode;
    if (encoding.globalScale) wanted = wanted / globalScale;
    const float most = 0x1p127f / (largestCode + 1.0f);
    if (encoding.element == Element::Int && wanted > most) wanted = most;
    std::uint32_t bits = 0;
    if (encoding.scale == ScaleType::F16) bits = ofHalf(wanted);
    if (encoding.scale == ScaleType::F32) bits = rounding::bitsOf(wanted);
    if (encoding.scale == ScaleType::E4M3) bits = ofE4M3(wanted);
    if (encoding.scale == ScaleType::Bf16) bits = rounding::bitsOf(rounding::toBf16(wanted)) >> 16;
    return bits == 0 && largest > 0 ? 1u : bits;
}

DQ_ANYWHERE inline float scaleValue(ScaleType type, std::uint32_t bits) {
    switch (type) {
        case ScaleType::None:
            return 1.0f;
        case ScaleType::E4M3:
            return fromE4M3(bits);
        case ScaleType::F16:
            return fromHalf(bits);
        case ScaleType::F32:
            return rounding::floatOf(bits);
        case ScaleType::Bf16:
            return rounding::floatOf(bits << 16);
        case ScaleType::E8M0:
            return bits == 0 ? 0x1p-127f : rounding::floatOf(bits < 255 ? bits << 23 : 0x7fc00000u);
        case ScaleType::Dynamic8:
            break;  // chosen for the whole matrix, by kernels/matrix_scales.hpp
    }
    return 1.0f;
}

}  // namespace dq::kernels::codes
