#pragma once

#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// The stored bits of the scale of one group, chosen as encoding.scaling says:
/// - Largest: scaleBitsFor(max |w|).
/// - Searched: of scaleBitsFor(max |w| * f) with f = 1 - k * searchStep(encoding), k = 0 .. 15, the first that has
///   the least error. With d = the divisor of a candidate, d0 that of the first, and r = 1 / d (0 where d is),
///   everything float and every operation rounded once,
///
///       error = (sum over the group, columns rising, of e e) * ((d / d0) (d / d0))
///       e     = w r - (the number nearest to w r)
///
///   A product with 1 / d may fall on the other side of a tie than the quotient by d, which decides the codes;
///   what it costs the error is the same on both sides.
std::uint32_t groupScaleBits(std::span<const float> group, const Encoding& encoding, float globalScale);

/// The less bits, the further down it pays to look: the last of 16 candidates is 0.25 of the largest at 2 bits,
/// 0.7 at 4.
inline constexpr int searchCandidates = 16;
float searchStep(const Encoding& encoding);

}  // namespace dq::kernels
