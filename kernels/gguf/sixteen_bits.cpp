#include "kernels/gguf/sixteen_bits.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace dq::kernels::gguf {

namespace {

std::uint32_t brainOf(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    return value != value ? (bits >> 16) | 0x40 : rounded;
}

/// Without branches, so that the compiler can make vectors of it. Below 2^-14 the sum with 1/2 counts units
/// of 2^-24.
std::uint32_t halfOf(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t magnitude = bits & 0x7fffffff;
    const std::uint32_t units = std::bit_cast<std::uint32_t>(std::fabs(value) + 0.5f) - 0x3f000000;
    const std::uint32_t normal = (magnitude + 0xfff + ((magnitude >> 13) & 1) - (112u << 23)) >> 13;
    std::uint32_t half = magnitude < 0x38800000 ? units : normal;
    half = magnitude >= 0x477ff000 ? 0x7c00 : half;
    half = magnitude > 0x7f800000 ? 0x7e00 : half;
    return half | ((bits >> 16) & 0x8000);
}

template <class Convert>
void convertRow(std::span<const float> weights, std::byte* out, const Convert& convert) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto bits = static_cast<std::uint16_t>(convert(weights[i]));
        std::memcpy(out + 2 * i, &bits, sizeof bits);
    }
}

}  // namespace

void halvesOfRow(std::span<const float> weights, std::byte* out) {
    convertRow(weights, out, [](float value) { return halfOf(value); });
}

void brainsOfRow(std::span<const float> weights, std::byte* out) {
    convertRow(weights, out, [](float value) { return brainOf(value); });
}

}  // namespace dq::kernels::gguf
