#include "kernels/element.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/dtype.hpp"

namespace dq::kernels {

namespace {

/// A small float with gradual underflow: `mantissa` bits, the exponent of its smallest normal number, and its
/// largest number.
struct SmallFloat {
    int mantissa;
    int smallestExponent;
    float largest;
};
constexpr SmallFloat e4m3{3, -6, 448.0f};
constexpr SmallFloat e2m1{1, 0, 6.0f};
constexpr SmallFloat e5m2{2, -14, 57344.0f};
constexpr SmallFloat e2m3{3, 0, 7.5f};
constexpr SmallFloat e3m2{2, -2, 28.0f};

/// The code without sign. Codes count the representable numbers from zero up, so a carry into the next
/// exponent is simply the next code.
int magnitudeCode(const SmallFloat& type, float value) {
    const float magnitude = std::min(std::fabs(value), type.largest);
    const int exponent =
        magnitude == 0 ? type.smallestExponent : std::max(std::ilogb(magnitude), type.smallestExponent);
    const float quantum = std::ldexp(1.0f, exponent - type.mantissa);
    const int steps = static_cast<int>(std::nearbyint(magnitude / quantum));
    return ((exponent - type.smallestExponent) << type.mantissa) + steps;
}

float magnitudeOf(const SmallFloat& type, int code) {
    const int field = code >> type.mantissa;
    const int fraction = code & ((1 << type.mantissa) - 1);
    const int exponent = type.smallestExponent + std::max(field, 1) - 1;
    const int steps = fraction + (field > 0 ? 1 << type.mantissa : 0);
    return std::ldexp(static_cast<float>(steps), exponent - type.mantissa);
}

std::uint8_t withSign(int code, float value, int signBit) {
    return static_cast<std::uint8_t>(code | (std::signbit(value) ? signBit : 0));
}

std::uint16_t encodeInt(int bits, float scaled) {
    const float lowest = -std::ldexp(1.0f, bits - 1);
    const float rounded = std::clamp(std::nearbyint(scaled), lowest, -lowest - 1.0f);
    return static_cast<std::uint16_t>(static_cast<int>(rounded) & ((1 << bits) - 1));
}

std::uint16_t encodeUnsigned(int bits, float shifted) {
    const float highest = std::ldexp(1.0f, bits) - 1.0f;
    return static_cast<std::uint16_t>(std::clamp(std::nearbyint(shifted), 0.0f, highest));
}

float decodeE5M2(std::uint16_t code) {
    const int magnitude = code & 0x7f;
    if (magnitude > 0x7c) return std::nanf("");
    const float value = magnitude == 0x7c ? HUGE_VALF : magnitudeOf(e5m2, magnitude);
    return code & 0x80 ? -value : value;
}

float decodeSixBits(const SmallFloat& type, std::uint16_t code) {
    const float magnitude = magnitudeOf(type, code & 0x1f);
    return code & 0x20 ? -magnitude : magnitude;
}

float decodeInt(int bits, std::uint16_t code) {
    const int negative = code >> (bits - 1) & 1;
    return static_cast<float>(static_cast<int>(code) - (negative << bits));
}

}  // namespace

std::uint8_t toE4M3(float value) {
    return withSign(magnitudeCode(e4m3, value), value, 0x80);
}

float fromE4M3(std::uint8_t code) {
    const float magnitude = (code & 0x7f) == 0x7f ? std::nanf("") : magnitudeOf(e4m3, code & 0x7f);
    return code & 0x80 ? -magnitude : magnitude;
}

std::uint8_t toE2M1(float value) {
    return withSign(magnitudeCode(e2m1, value), value, 0x8);
}

float fromE2M1(std::uint8_t code) {
    const float magnitude = magnitudeOf(e2m1, code & 0x7);
    return code & 0x8 ? -magnitude : magnitude;
}

std::uint8_t toNf4(float value) {
    std::uint8_t code = 0;
    for (std::size_t i = 0; i + 1 < nf4Levels.size(); ++i) {
        const double between = (double{nf4Levels[i]} + double{nf4Levels[i + 1]}) / 2;
        if (value > between) code = static_cast<std::uint8_t>(i + 1);
    }
    return code;
}

std::uint8_t toFp4(float value) {
    const float magnitude = std::fabs(value);
    const auto above = std::count_if(fp4Above.begin(), fp4Above.end(), [&](float one) { return magnitude > one; });
    return static_cast<std::uint8_t>(fp4Codes[static_cast<std::size_t>(above)] | (value < 0 ? 8 : 0));
}

float fromFp4(std::uint8_t code) {
    const auto place = std::find(fp4Codes.begin(), fp4Codes.end(), code & 7) - fp4Codes.begin();
    const float magnitude = fp4Levels[static_cast<std::size_t>(place)];
    return code & 8 ? -magnitude : magnitude;
}

std::uint16_t toBf16Saturated(float value) {
    const std::uint16_t bits = toBf16(value);
    return (bits & 0x7fff) == 0x7f80 ? static_cast<std::uint16_t>(bits - 1) : bits;
}

std::uint16_t encode(const Encoding& encoding, float scaled) {
    switch (encoding.element) {
        case Element::Bf16:
            return toBf16Saturated(scaled);
        case Element::Int:
            return encoding.zeroPoint ? encodeUnsigned(encoding.bits, scaled) : encodeInt(encoding.bits, scaled);
        case Element::E4M3:
            return toE4M3(scaled);
        case Element::E2M1:
            return toE2M1(scaled);
        case Element::Nf4:
            return toNf4(scaled);
        case Element::E5M2:
            return withSign(magnitudeCode(e5m2, scaled), scaled, 0x80);
        case Element::E2M3:
            return withSign(magnitudeCode(e2m3, scaled), scaled, 0x20);
        case Element::E3M2:
            return withSign(magnitudeCode(e3m2, scaled), scaled, 0x20);
        case Element::Fp4:
            return toFp4(scaled);
        case Element::Block:
            break;
    }
    return 0;
}

float decode(const Encoding& encoding, std::uint16_t code) {
    switch (encoding.element) {
        case Element::Bf16:
            return fromBf16(code);
        case Element::Int:
            return encoding.zeroPoint ? static_cast<float>(code) : decodeInt(encoding.bits, code);
        case Element::E4M3:
            return fromE4M3(static_cast<std::uint8_t>(code));
        case Element::E2M1:
            return fromE2M1(static_cast<std::uint8_t>(code));
        case Element::Nf4:
            return nf4Levels[code & 15];
        case Element::E5M2:
            return decodeE5M2(code);
        case Element::E2M3:
            return decodeSixBits(e2m3, code);
        case Element::E3M2:
            return decodeSixBits(e3m2, code);
        case Element::Fp4:
            return fromFp4(static_cast<std::uint8_t>(code));
        case Element::Block:
            break;
    }
    return 0;
}

}  // namespace dq::kernels
