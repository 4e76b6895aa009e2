#include "core/base/dtype.hpp"

#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <string>

#include "core/base/error.hpp"

namespace dq {

namespace {
struct Known {
    DType type;
    std::string_view name;
    std::size_t size;
};
constexpr std::array<Known, 15> known{{{DType::F64, "F64", 8},
                                       {DType::F32, "F32", 4},
                                       {DType::F16, "F16", 2},
                                       {DType::BF16, "BF16", 2},
                                       {DType::F8E4M3, "F8_E4M3", 1},
                                       {DType::F8E5M2, "F8_E5M2", 1},
                                       {DType::I64, "I64", 8},
                                       {DType::I32, "I32", 4},
                                       {DType::I16, "I16", 2},
                                       {DType::I8, "I8", 1},
                                       {DType::U64, "U64", 8},
                                       {DType::U32, "U32", 4},
                                       {DType::U16, "U16", 2},
                                       {DType::U8, "U8", 1},
                                       {DType::Bool, "BOOL", 1}}};
}  // namespace

std::size_t elementSize(DType type) {
    return known[static_cast<std::size_t>(type)].size;
}

std::string_view dtypeName(DType type) {
    return known[static_cast<std::size_t>(type)].name;
}

std::optional<DType> dtypeOf(std::string_view safetensorsName) {
    for (const Known& one : known)
        if (one.name == safetensorsName) return one.type;
    return std::nullopt;
}

std::uint16_t toBf16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (value != value) return static_cast<std::uint16_t>((bits >> 16) | 0x40);
    return static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float fromF16(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1f;
    const std::uint32_t fraction = bits & 0x3ff;
    if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000 | (fraction << 13));
    if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
    const float tiny = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -tiny : tiny;
}

std::uint16_t toF16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
    const std::uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return static_cast<std::uint16_t>(sign | 0x7e00);
    if (magnitude >= 0x477ff000) return static_cast<std::uint16_t>(sign | 0x7c00);
    if (magnitude < 0x38800000) {  // below the smallest normal half: count units of 2^-24
        const float units = std::nearbyint(std::fabs(value) * 0x1p24f);
        return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(units));
    }
    const std::uint32_t rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
    return static_cast<std::uint16_t>(sign | ((rounded - (112u << 23)) >> 13));
}

void toFloat(DType type, std::span<const std::byte> from, std::span<float> to) {
    assert(from.size() == to.size() * elementSize(type));
    if (to.empty()) return;
    if (type == DType::F32) {
        std::memcpy(to.data(), from.data(), from.size());
        return;
    }
    if (type != DType::F16 && type != DType::BF16)
        throw Error(Kind::Unsupported, "weights of type " + std::string(dtypeName(type)) +
                                           " cannot be read as numbers: F32, F16 and BF16 can");
    for (std::size_t i = 0; i < to.size(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, from.data() + 2 * i, 2);
        to[i] = type == DType::F16 ? fromF16(bits) : fromBf16(bits);
    }
}

}  // namespace dq
