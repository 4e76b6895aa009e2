#pragma once

#include <array>
#include <cstdint>

/// How the blocks lie in a file, little endian, without gaps; d, dmin and m are IEEE halves. "Element j"
/// counts within the block, K is the table of levels below.
namespace dq::kernels::gguf {

using Half = std::uint16_t;

/// Nibbles of a block of 32: byte j holds element j low, element j + 16 high. The fifth bits of Q5 stand in
/// qh, element j at bit j.
struct BlockQ4_0 {  // d * (q - 8)
    Half d;
    std::array<std::uint8_t, 16> qs;
};
struct BlockQ4_1 {  // d * q + m
    Half d;
    Half m;
    std::array<std::uint8_t, 16> qs;
};
struct BlockQ5_0 {  // d * (q - 16)
    Half d;
    std::array<std::uint8_t, 4> qh;
    std::array<std::uint8_t, 16> qs;
};
struct BlockQ5_1 {  // d * q + m
    Half d;
    Half m;
    std::array<std::uint8_t, 4> qh;
    std::array<std::uint8_t, 16> qs;
};
struct BlockQ8_0 {  // d * q
    Half d;
    std::array<std::int8_t, 32> qs;
};

/// 256 weights in 16 runs of 16. Each half of 128 has 32 bytes of qs: byte l holds elements l, l + 32, l +
/// 64, l + 96 of the half, two bits each, lowest first.
struct BlockQ2_K {                        // d * (scale & 15) * q - dmin * (scale >> 4)
    std::array<std::uint8_t, 16> scales;  // one a run: scale low, minimum high
    std::array<std::uint8_t, 64> qs;
    Half d;
    Half dmin;
};
struct BlockQ3_K {                       // d * (scale - 32) * (q - 4)
    std::array<std::uint8_t, 32> hmask;  // third bits: byte j, bit k is element 32 k + j
    std::array<std::uint8_t, 64> qs;     // two low bits, as Q2_K
    // Six bits a run: bytes 0-7 hold the low nibbles of runs 0-7 and, above them, 8-15; byte 8 + j % 4 the
    // high pair of run j at bit 2 (j / 4).
    std::array<std::uint8_t, 12> scales;
    Half d;
};

/// 256 weights in 8 runs of 32, six bits of scale and of minimum each: byte j < 4 holds scale j and byte j +
/// 4 minimum j in their low six bits; byte j + 4 for j >= 4 the low nibbles of scale (low) and minimum (high)
/// j, whose two high bits stand above scale j - 4 and minimum j - 4.
struct BlockQ4_K {  // d * scale * q - dmin * minimum
    Half d;
    Half dmin;
    std::array<std::uint8_t, 12> scales;
    std::array<std::uint8_t, 128> qs;  // bytes 32 k + l: element 64 k + l low, 64 k + 32 + l high
};
struct BlockQ5_K {  // as Q4_K
    Half d;
    Half dmin;
    std::array<std::uint8_t, 12> scales;
    std::array<std::uint8_t, 32> qh;  // byte j, bit k: fifth bit of element 32 k + j
    std::array<std::uint8_t, 128> qs;
};

/// 256 weights in 16 runs of 16. Of each half of 128: ql has 64 bytes, byte l holding the low nibbles of
/// elements l and l + 64; qh 32 bytes, byte l the high pairs of elements l, l + 32, l + 64, l + 96.
struct BlockQ6_K {  // d * scale * (q - 32)
    std::array<std::uint8_t, 128> ql;
    std::array<std::uint8_t, 64> qh;
    std::array<std::int8_t, 16> scales;
    Half d;
};

/// Sixteen unevenly spaced levels.
inline constexpr std::array<std::int8_t, 16> iq4Levels{-127, -104, -83, -65, -49, -35, -22, -10,
                                                       1,    13,   25,  38,  53,  69,  89,  113};

struct BlockIq4Nl {  // d * K[q], nibbles as Q4_0
    Half d;
    std::array<std::uint8_t, 16> qs;
};
struct BlockIq4Xs {                         // d * (scale - 32) * K[q], 8 runs of 32
    Half d;                                 //
    std::uint16_t scalesHigh;               // bits 2 j and 2 j + 1: the high pair of run j's scale
    std::array<std::uint8_t, 4> scalesLow;  // nibble j: the low bits
    std::array<std::uint8_t, 128> qs;       // 16 bytes a run, nibbles as Q4_0
};

/// Twice the values of E2M1, sign in bit 3; scales are halved to make up for it.
inline constexpr std::array<std::int8_t, 16> fp4Levels{0, 1,  2,  3,  4,  6,  8,  12,
                                                       0, -1, -2, -3, -4, -6, -8, -12};

struct BlockMxfp4 {  // 2^(e - 128) * level, nibbles as Q4_0
    std::uint8_t e;
    std::array<std::uint8_t, 16> qs;
};
struct BlockNvfp4 {                   // E4M3(d) / 2 * level, 4 runs of 16
    std::array<std::uint8_t, 4> d;    // no sign; 0x7f stands for 0
    std::array<std::uint8_t, 32> qs;  // 8 bytes a run: byte j holds element j low, j + 8 high
};

static_assert(sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_1) == 20 && sizeof(BlockQ5_0) == 22);
static_assert(sizeof(BlockQ5_1) == 24 && sizeof(BlockQ8_0) == 34 && sizeof(BlockQ2_K) == 84);
static_assert(sizeof(BlockQ3_K) == 110 && sizeof(BlockQ4_K) == 144 && sizeof(BlockQ5_K) == 176);
static_assert(sizeof(BlockQ6_K) == 210 && sizeof(BlockIq4Nl) == 18 && sizeof(BlockIq4Xs) == 136);
static_assert(sizeof(BlockMxfp4) == 17 && sizeof(BlockNvfp4) == 36);

}  // namespace dq::kernels::gguf
