#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// Where the bits of codes stand in the blocks of kernels/gguf/blocks.hpp.
namespace dq::kernels::gguf {

/// 2 n codes of four bits in n bytes: code j low, j + n high.
template <std::size_t n>
void packNibbles(const std::uint8_t* codes, std::uint8_t* bytes) {
    for (std::size_t j = 0; j < n; ++j)
        bytes[j] = static_cast<std::uint8_t>(codes[j] | (codes[j + n] << 4));
}

template <std::size_t n>
void unpackNibbles(const std::uint8_t* bytes, std::uint8_t* codes) {
    for (std::size_t j = 0; j < n; ++j) {
        codes[j] = bytes[j] & 15;
        codes[j + n] = bytes[j] >> 4;
    }
}

/// One of 256 codes of four bits, as Q4_K and Q5_K hold them: 32 bytes for every 64.
inline int nibbleOf(const std::uint8_t* bytes, std::size_t element) {
    const std::uint8_t byte = bytes[32 * (element / 64) + element % 32];
    return element % 64 < 32 ? byte & 15 : byte >> 4;
}

/// 256 codes of two bits, as Q2_K and Q3_K hold them: each half in 32 bytes, quarters at bits 0, 2, 4, 6.
inline void packPairs(const std::uint8_t* codes, std::uint8_t* bytes) {
    for (std::size_t half = 0; half < 2; ++half)
        for (std::size_t j = 0; j < 32; ++j) {
            const std::uint8_t* c = codes + 128 * half + j;
            bytes[32 * half + j] =
                static_cast<std::uint8_t>(c[0] | (c[32] << 2) | (c[64] << 4) | (c[96] << 6));
        }
}

inline std::uint8_t pairOf(const std::uint8_t* bytes, std::size_t element) {
    const std::size_t half = element / 128;
    const std::size_t quarter = element % 128 / 32;
    return (bytes[32 * half + element % 32] >> (2 * quarter)) & 3;
}

/// Six bits of scale and of minimum for each of 8 runs in 12 bytes (Q4_K, Q5_K).
inline void packScales45(const std::uint8_t* scales, const std::uint8_t* minima, std::uint8_t* bytes) {
    for (std::size_t j = 0; j < 4; ++j) {
        const std::uint8_t scale = scales[j + 4];
        const std::uint8_t minimum = minima[j + 4];
        bytes[j] = static_cast<std::uint8_t>(scales[j] | ((scale >> 4) << 6));
        bytes[j + 4] = static_cast<std::uint8_t>(minima[j] | ((minimum >> 4) << 6));
        bytes[j + 8] = static_cast<std::uint8_t>((scale & 15) | ((minimum & 15) << 4));
    }
}

inline void unpackScales45(const std::uint8_t* bytes, std::uint8_t* scales, std::uint8_t* minima) {
    for (std::size_t j = 0; j < 4; ++j) {
        scales[j] = bytes[j] & 63;
        minima[j] = bytes[j + 4] & 63;
        scales[j + 4] = static_cast<std::uint8_t>((bytes[j + 8] & 15) | ((bytes[j] >> 6) << 4));
        minima[j + 4] = static_cast<std::uint8_t>((bytes[j + 8] >> 4) | ((bytes[j + 4] >> 6) << 4));
    }
}

/// Six bits for each of 16 runs in 12 bytes (Q3_K).
inline void packScales3(const std::uint8_t* scales, std::uint8_t* bytes) {
    for (std::size_t j = 0; j < 8; ++j)
        bytes[j] = static_cast<std::uint8_t>((scales[j] & 15) | ((scales[j + 8] & 15) << 4));
    for (std::size_t j = 0; j < 4; ++j)
        bytes[8 + j] = static_cast<std::uint8_t>((scales[j] >> 4) | ((scales[j + 4] >> 4) << 2) |
                                                 ((scales[j + 8] >> 4) << 4) | ((scales[j + 12] >> 4) << 6));
}

inline std::uint8_t scale3Of(const std::uint8_t* bytes, std::size_t run) {
    const int low = run < 8 ? bytes[run] & 15 : bytes[run - 8] >> 4;
    const int high = (bytes[8 + run % 4] >> (2 * (run / 4))) & 3;
    return static_cast<std::uint8_t>(low | (high << 4));
}

/// 256 codes of six bits, low nibbles and high pairs apart (Q6_K).
inline void packSixes(const std::uint8_t* codes, std::uint8_t* low, std::uint8_t* high) {
    std::array<std::uint8_t, 256> pairs{};
    for (std::size_t j = 0; j < 256; ++j)
        pairs[j] = codes[j] >> 4;
    packPairs(pairs.data(), high);
    for (std::size_t half = 0; half < 2; ++half)
        for (std::size_t j = 0; j < 64; ++j) {
            const std::uint8_t* c = codes + 128 * half + j;
            low[64 * half + j] = static_cast<std::uint8_t>((c[0] & 15) | ((c[64] & 15) << 4));
        }
}

inline std::uint8_t sixOf(const std::uint8_t* low, const std::uint8_t* high, std::size_t element) {
    const std::uint8_t byte = low[64 * (element / 128) + element % 64];
    const int nibble = element % 128 < 64 ? byte & 15 : byte >> 4;
    return static_cast<std::uint8_t>(nibble | (pairOf(high, element) << 4));
}

}  // namespace dq::kernels::gguf
