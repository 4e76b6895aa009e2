// The rounding of kernels/element.hpp for a vector of weights already divided by their scale. Compiled once a target.
#if defined(DQ_SIMD_ROUNDING_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_SIMD_ROUNDING_INL
#undef DQ_SIMD_ROUNDING_INL
#else
#define DQ_SIMD_ROUNDING_INL
#endif

#include "kernels/rounding.hpp"
#include "kernels/simd/highway.hpp"

#if HWY_TARGET != HWY_SCALAR  // there the reference does the work
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most the 16 lanes of kernels/lanes.hpp; where they are less, one lane after the other is taken.
using Floats = hn::CappedTag<float, 16>;
using Words = hn::RebindToUnsigned<Floats>;
using Vec = hn::Vec<Floats>;
inline constexpr std::size_t width = hn::MaxLanes(Floats());

HWY_INLINE Vec all(float number) {
    return hn::Set(Floats(), number);
}
HWY_INLINE hn::Vec<Words> bitsOf(Vec v) {
    return hn::BitCast(Words(), v);
}

/// A magnitude rounded to a float of `mantissa` bits whose smallest normal number is 2^smallest: adding the number
/// whose spacing is the type's there does the rounding, ties to even.
template <int mantissa, int smallest>
HWY_INLINE Vec toSmallFloat(Vec magnitude) {
    const auto exponent = hn::And(bitsOf(magnitude), hn::Set(Words(), 0x7f800000u));
    const auto atLeast = hn::Max(exponent, hn::Set(Words(), static_cast<std::uint32_t>(127 + smallest) << 23));
    const auto spacing = hn::Add(atLeast, hn::Set(Words(), static_cast<std::uint32_t>(23 - mantissa) << 23));
    const Vec magic = hn::BitCast(Floats(), spacing);
    return hn::Sub(hn::Add(magnitude, magic), magic);
}

HWY_INLINE Vec toE4M3(Vec magnitude) {
    return toSmallFloat<3, -6>(hn::Min(magnitude, all(448.0f)));
}
HWY_INLINE Vec toE2M1(Vec magnitude) {
    return toSmallFloat<1, 0>(hn::Min(magnitude, all(6.0f)));
}

template <int i = 0>
HWY_INLINE Vec toNf4(Vec scaled, Vec level) {
    if constexpr (i == 15) {
        return level;
    } else {
        constexpr float threshold = rounding::atOrBelowMiddle(nf4Levels[i], nf4Levels[i + 1]);
        return toNf4<i + 1>(scaled,
                            hn::IfThenElse(hn::Gt(scaled, all(threshold)), all(nf4Levels[i + 1]), level));
    }
}

HWY_INLINE Vec toInt(Vec scaled, Vec lowest, Vec highest) {
    return hn::Max(hn::Min(hn::Round(scaled), highest), lowest);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
