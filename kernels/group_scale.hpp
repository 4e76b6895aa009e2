#pragma once

#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// The stored bits of the scale of one group, chosen as encoding.scaling says:
/// - Largest: scaleBitsFor(max |w|).
/// - Searched: of scaleBitsFor(max |w| * f) with f = 1 - k * searchStep(encoding), k = 0 .. 15, the first that has
///   the least sum of (w - rounded w)^2. Everything is float: weight i of the group adds to lane i % 16, lanes
///   are folded as in kernels/lanes.hpp.
std::uint32_t groupScaleBits(std::span<const float> group, const Encoding& encoding, float globalScale);

/// The less bits, the further down it pays to look: the last of 16 candidates is 0.25 of the largest at 2 bits,
/// 0.7 at 4.
inline constexpr int searchCandidates = 16;
float searchStep(const Encoding& encoding);

}  // namespace dq::kernels
