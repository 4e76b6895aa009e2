#pragma once

#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// What one group is stored with. The zero point is that of encodings that have one, else 0.
struct GroupScale {
    std::uint32_t bits = 0;
    std::uint32_t zero = 0;
    bool operator==(const GroupScale&) const = default;
};

/// A group's scale and zero point, chosen as encoding.scaling says. Its range is, without zero points, the largest
/// magnitude; with them the difference of highest and lowest weight, 0 counted among them (compressed-tensors' rule):
///
///     scale = range / largestCode    rounded to its type (kernels/scale.hpp)
///     zero  = -lowest / scale        rounded, within the codes
///
/// - Largest: that.
/// - Searched: of ranges and lowest weights multiplied by f = 1 - k * searchStep(encoding), k = 0 .. 15, the first that
///   has the least error. With d = the divisor of a candidate, d0 that of the first, z its zero point and r = 1 / d
///   (0 where d is), everything float and every operation rounded once,
///
///       error = (sum over the group, columns rising, of e e) * ((d / d0) (d / d0))
///       e     = x - (the number nearest to x)     x = w r, with zero points w r + z
///
///   A product with 1 / d may fall on the other side of a tie than the quotient by d, which decides the codes;
///   what it costs the error is the same on both sides. Scales that are powers of two have three candidates: f = 1, 2, 1/2.
/// - Weighted: the same with v (e e) for e e, v the column's importance (kernels/importance.hpp); 1 where it is not known or
///   0 in all the group's columns.
/// - Fisher: the same with v the weight's own sensitivity (kernels/sensitivity.hpp).
/// `importance` belongs to the group's weights; null: not known. Other scalings do not look at it.
GroupScale groupScale(std::span<const float> group, const Encoding& encoding, float globalScale,
                      const float* importance = nullptr);

/// The less bits, the further down it pays to look: the last of 16 candidates is 0.25 of the largest at 2 bits,
/// 0.7 at 4.
inline constexpr int searchCandidates = 16;
float searchStep(const Encoding& encoding);

}  // namespace dq::kernels
