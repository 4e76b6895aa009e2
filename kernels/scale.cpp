#include "kernels/scale.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/dtype.hpp"
#include "kernels/dynamic_map.hpp"
#include "kernels/element.hpp"

namespace dq::kernels {

namespace {
std::uint32_t rounded(ScaleType type, float value) {
    constexpr float largestHalf = 65504.0f;
    switch (type) {
        case ScaleType::None:
            return 0;
        case ScaleType::E4M3:
            return toE4M3(value);
        case ScaleType::F16:
            return toF16(std::min(value, largestHalf));
        case ScaleType::F32:
            return std::bit_cast<std::uint32_t>(value);
        case ScaleType::Bf16:
            return toBf16Saturated(value);
        case ScaleType::E8M0:
        case ScaleType::Dynamic8:
            break;
    }
    return 0;
}

/// No integer's product with it overflows, however the scale is rounded.
float largestIntScale(const Encoding& encoding) {
    return 0x1p127f / (largestCode(encoding) + 1.0f);
}

/// The exponent of the largest power of two an element can be: 448 is 1.75 * 2^8.
int largestExponent(const Encoding& encoding) {
    return std::ilogb(largestCode(encoding));
}
}  // namespace

std::uint32_t powerScaleBits(const Encoding& encoding, float largest) {
    const int field = static_cast<int>(std::bit_cast<std::uint32_t>(largest) >> 23 & 0xff);
    return static_cast<std::uint32_t>(std::clamp(field - largestExponent(encoding), 1, 254));
}

std::uint32_t scaleBitsFor(const Encoding& encoding, float largest, float globalScale) {
    if (encoding.scale == ScaleType::E8M0) return powerScaleBits(encoding, largest);
    float wanted = largest / largestCode(encoding);
    if (encoding.globalScale) wanted = wanted / globalScale;
    if (encoding.element == Element::Int) wanted = std::min(wanted, largestIntScale(encoding));
    const std::uint32_t bits = rounded(encoding.scale, wanted);
    return bits == 0 && largest > 0 ? 1
                                    : bits;  // bit pattern 1 is the smallest positive number of every type
}

float scaleValue(ScaleType type, std::uint32_t bits) {
    switch (type) {
        case ScaleType::None:
            return 1.0f;
        case ScaleType::E4M3:
            return fromE4M3(static_cast<std::uint8_t>(bits));
        case ScaleType::F16:
            return fromF16(static_cast<std::uint16_t>(bits));
        case ScaleType::F32:
            return std::bit_cast<float>(bits);
        case ScaleType::Bf16:
            return fromBf16(static_cast<std::uint16_t>(bits));
        case ScaleType::E8M0:
            return bits == 0 ? 0x1p-127f : std::bit_cast<float>(bits < 255 ? bits << 23 : 0x7fc00000u);
        case ScaleType::Dynamic8:
            return dynamicMap()[bits & 0xff];
    }
    return 1.0f;
}

float divisorOf(const Encoding& encoding, float scale, float globalScale) {
    return encoding.globalScale ? scale * globalScale : scale;
}

std::size_t scaleSize(ScaleType type) {
    switch (type) {
        case ScaleType::None:
            return 0;
        case ScaleType::E4M3:
        case ScaleType::E8M0:
        case ScaleType::Dynamic8:
            return 1;
        case ScaleType::F16:
        case ScaleType::Bf16:
            return 2;
        case ScaleType::F32:
            return 4;
    }
    return 0;
}

void storeScale(ScaleType type, std::uint32_t bits, std::byte* to) {
    for (std::size_t i = 0; i < scaleSize(type); ++i)
        to[i] = static_cast<std::byte>(bits >> (8 * i) & 0xff);
}

std::uint32_t loadScale(ScaleType type, const std::byte* from) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < scaleSize(type); ++i)
        bits |= static_cast<std::uint32_t>(from[i]) << (8 * i);
    return bits;
}

}  // namespace dq::kernels
