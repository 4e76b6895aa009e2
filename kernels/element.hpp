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

/// bfloat16, except that what would round to infinity becomes the largest finite number.
std::uint16_t toBf16Saturated(float value);

/// The code of a weight already divided by its scale, in the low `bits` bits, and the number a code stands
/// for.
std::uint16_t encode(const Encoding& encoding, float scaled);
float decode(const Encoding& encoding, std::uint16_t code);

}  // namespace dq::kernels
