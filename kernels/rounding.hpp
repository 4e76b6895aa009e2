#pragma once

#include <cstdint>

#include "kernels/element.hpp"

#ifdef __CUDACC__
#define DQ_ANYWHERE __host__ __device__
#else
#define DQ_ANYWHERE
#endif

/// A weight already divided by its scale -> the number its code stands for, without making the code. The same
/// values as decode(encode(x)) in kernels/element.hpp, written without branches, tables and library calls so
/// that compilers turn loops over them into vector code. Arguments are finite.
namespace dq::kernels::rounding {

DQ_ANYWHERE inline std::uint32_t bitsOf(float value) {
    return __builtin_bit_cast(std::uint32_t, value);
}
DQ_ANYWHERE inline float floatOf(std::uint32_t bits) {
    return __builtin_bit_cast(float, bits);
}
DQ_ANYWHERE inline float magnitudeOf(float value) {
    return floatOf(bitsOf(value) & 0x7fffffffu);
}
DQ_ANYWHERE inline float withSignOf(float sign, float magnitude) {
    return floatOf(bitsOf(magnitude) | (bitsOf(sign) & 0x80000000u));
}

/// Nearest multiple of the spacing of floats near `magic`, ties to even: the addition does the rounding.
/// Right for |value| well below magic.
DQ_ANYWHERE inline float toSpacingOf(float magic, float value) {
    return (value + magic) - magic;
}

/// Nearest float with `drop` fewer mantissa bits, ties to even; magnitudes only.
template <int drop>
DQ_ANYWHERE inline float shortened(float magnitude) {
    const std::uint32_t bits = bitsOf(magnitude);
    const std::uint32_t half = (1u << (drop - 1)) - 1;
    return floatOf((bits + half + ((bits >> drop) & 1u)) & ~((1u << drop) - 1));
}

DQ_ANYWHERE inline float toInt(float scaled, float lowest, float highest) {
    const float above = scaled < lowest ? lowest : scaled;
    const float inside = above > highest ? highest : above;
    return toSpacingOf(0x1.8p23f, inside);
}

DQ_ANYWHERE inline float toE4M3(float scaled) {
    const float asked = magnitudeOf(scaled);
    const float magnitude = asked > 448.0f ? 448.0f : asked;
    const float normal = shortened<20>(magnitude);
    const float subnormal = toSpacingOf(0x1p14f, magnitude);
    return withSignOf(scaled, magnitude < 0x1p-6f ? subnormal : normal);
}

DQ_ANYWHERE inline float toE2M1(float scaled) {
    const float asked = magnitudeOf(scaled);
    const float magnitude = asked > 6.0f ? 6.0f : asked;
    const float normal = shortened<22>(magnitude);
    const float subnormal = toSpacingOf(0x1p22f, magnitude);
    return withSignOf(scaled, magnitude < 1.0f ? subnormal : normal);
}

DQ_ANYWHERE inline float toE5M2(float scaled) {
    const float asked = magnitudeOf(scaled);
    const float magnitude = asked > 57344.0f ? 57344.0f : asked;
    return withSignOf(scaled, magnitude < 0x1p-14f ? toSpacingOf(0x1p7f, magnitude) : shortened<21>(magnitude));
}

DQ_ANYWHERE inline float toE2M3(float scaled) {
    const float asked = magnitudeOf(scaled);
    const float magnitude = asked > 7.5f ? 7.5f : asked;
    return withSignOf(scaled, magnitude < 1.0f ? toSpacingOf(0x1p20f, magnitude) : shortened<20>(magnitude));
}

DQ_ANYWHERE inline float toE3M2(float scaled) {
    const float asked = magnitudeOf(scaled);
    const float magnitude = asked > 28.0f ? 28.0f : asked;
    return withSignOf(scaled, magnitude < 0.25f ? toSpacingOf(0x1p19f, magnitude) : shortened<21>(magnitude));
}

DQ_ANYWHERE inline float toBf16(float weight) {
    const float rounded = shortened<16>(magnitudeOf(weight));
    return withSignOf(weight, bitsOf(rounded) >= 0x7f800000u ? floatOf(0x7f7f0000u) : rounded);
}

/// The largest float not above the middle of two levels: x > middle and x > this say the same for every float
/// x.
constexpr float atOrBelowMiddle(float low, float high) {
    const double middle = (double{low} + double{high}) / 2;
    const float nearest = static_cast<float>(middle);
    if (double{nearest} <= middle) return nearest;
    const auto bits = __builtin_bit_cast(std::uint32_t, nearest);
    return __builtin_bit_cast(float, nearest > 0 ? bits - 1 : bits + 1);
}

template <int i>
DQ_ANYWHERE inline float nf4From(float scaled, float level) {
    if constexpr (i == 15) {
        return level;
    } else {
        constexpr float threshold = atOrBelowMiddle(nf4Levels[i], nf4Levels[i + 1]);
        constexpr float next = nf4Levels[i + 1];
        return nf4From<i + 1>(scaled, scaled > threshold ? next : level);
    }
}

template <int i>
DQ_ANYWHERE inline float fp4From(float magnitude, float level) {
    if constexpr (i == 7) {
        return level;
    } else {
        constexpr float threshold = fp4Above[i];
        constexpr float next = fp4Levels[i + 1];
        return fp4From<i + 1>(magnitude, magnitude > threshold ? next : level);
    }
}

DQ_ANYWHERE inline float toFp4(float scaled) {
    return withSignOf(scaled, fp4From<0>(magnitudeOf(scaled), 0.0f));
}

DQ_ANYWHERE inline float toNf4(float scaled) {
    constexpr float lowest = nf4Levels[0];
    return nf4From<0>(scaled, lowest);
}

}  // namespace dq::kernels::rounding
