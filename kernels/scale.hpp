#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// The stored bits of a group's scale: (largest / largestCode) (/ globalScale), each a float division,
/// rounded to the scale's own type with ties to even; of integers at most 2^127 / (largestCode + 1) before that. A scale is 0 only where the group is all zero: what
/// would round to zero becomes the type's smallest positive number, what would overflow its largest finite
/// one.
std::uint32_t scaleBitsFor(const Encoding& encoding, float largest, float globalScale);

/// E8M0 scales are powers of two (OCP Microscaling Formats 1.0): 2^(floor(log2 largest) - that of the largest code), at
/// least 2^-126. Larger codes than there are saturate.
std::uint32_t powerScaleBits(const Encoding& encoding, float largest);

/// The number that stored bits stand for; 1 for encodings without scales.
float scaleValue(ScaleType type, std::uint32_t bits);

/// What weights are divided by: the scale, times the global scale where there is one.
float divisorOf(const Encoding& encoding, float scale, float globalScale);

std::size_t scaleSize(ScaleType type);  // bytes
void storeScale(ScaleType type, std::uint32_t bits, std::byte* to);
std::uint32_t loadScale(ScaleType type, const std::byte* from);

}  // namespace dq::kernels
