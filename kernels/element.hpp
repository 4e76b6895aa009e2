#pragma once

#include <array>
#include <cstdint>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// One number in each of the small types. Encoding rounds to nearest, ties to the even code, and saturates:
/// neither infinity nor NaN is ever written.
///
///     E4M3   s eeee mmm   bias 7; e = 0: m/8 * 2^-6; 1111 111 is NaN; largest 448, smallest 2^-9
///     E2M1   s ee m       bias 1; 0 .5 1 1.5 2 3 4 6
///     E5M2   s eeeee mm   bias 15; 11111 is infinity and NaN; largest 57344, smallest 2^-16
///     E2M3   s ee mmm     bias 1; largest 7.5, smallest 1/8
///     E3M2   s eee mm     bias 3; largest 28, smallest 1/16
///
/// The sign of zero is kept.
std::uint8_t toE4M3(float value);
float fromE4M3(std::uint8_t code);
std::uint8_t toE2M1(float value);
float fromE2M1(std::uint8_t code);

/// The levels of NF4 (QLoRA, arXiv 2305.14314, appendix E) in float, rising; a code is an index.
inline constexpr std::array<float, 16> nf4Levels{-1.0f,
                                                 -0.6961928009986877f,
                                                 -0.5250730514526367f,
                                                 -0.39491748809814453f,
                                                 -0.28444138169288635f,
                                                 -0.18477343022823334f,
                                                 -0.09105003625154495f,
                                                 0.0f,
                                                 0.07958029955625534f,
                                                 0.16093020141124725f,
                                                 0.24611230194568634f,
                                                 0.33791524171829224f,
                                                 0.44070982933044434f,
                                                 0.5626170039176941f,
                                                 0.7229568362236023f,
                                                 1.0f};

/// The nearest level; exactly between two, the lower.
std::uint8_t toNf4(float value);

/// The magnitudes of bitsandbytes' FP4, rising, the codes that stand for them (8 more for negative numbers), and what
/// a magnitude must be above to be the next one: its kernel's constants, which are not always the middle.
inline constexpr std::array<float, 8> fp4Levels{0.0f,        5.208333333e-03f, 0.16666667f, 0.25f,
                                                0.33333333f, 0.5f,             0.66666667f, 1.0f};
inline constexpr std::array<std::uint8_t, 8> fp4Codes{0, 1, 6, 7, 4, 5, 2, 3};
inline constexpr std::array<float, 7> fp4Above{0.00260417f, 0.0859375f, 0.20833333f, 0.29166667f,
                                               0.4166667f,  0.583333f,  0.8333333f};
std::uint8_t toFp4(float value);
float fromFp4(std::uint8_t code);

/// bfloat16, except that what would round to infinity becomes the largest finite number.
std::uint16_t toBf16Saturated(float value);

/// The code of a weight already divided by its scale (with zero points: that is added too), in the low `bits`
/// bits, and the number a code stands for, from which the zero point is yet to be taken.
std::uint16_t encode(const Encoding& encoding, float scaled);
float decode(const Encoding& encoding, std::uint16_t code);

}  // namespace dq::kernels
