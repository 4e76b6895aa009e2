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

/// NF4's thresholds, the one below each code; what is below code 0 is never asked for.
struct Nf4Table {
    alignas(64) float below[16] = {};
    constexpr Nf4Table() {
        for (std::size_t i = 0; i < 15; ++i)
            below[i + 1] = rounding::atOrBelowMiddle(nf4Levels[i], nf4Levels[i + 1]);
    }
};
inline constexpr Nf4Table nf4Table;

/// What stands for each threshold that is passed, the last one that is: fifteen comparisons and choices.
template <int i = 0, class Numbers>
HWY_INLINE Vec lastPassed(Vec scaled, Vec number, const Numbers& numbers) {
    if constexpr (i == 15)
        return number;
    else
        return lastPassed<i + 1>(
            scaled, hn::IfThenElse(hn::Gt(scaled, all(nf4Table.below[i + 1])), all(numbers(i + 1)), number), numbers);
}

#if HWY_TARGET == HWY_AVX3
/// Halving sixteen codes takes four comparisons, where a register holds all thresholds.
HWY_INLINE hn::Vec<Words> nf4Halved(Vec scaled) {
    const Vec below = hn::Load(Floats(), nf4Table.below);
    auto code = hn::Zero(Words());
    for (const std::uint32_t half : {8u, 4u, 2u, 1u}) {
        const auto higher = hn::Or(code, hn::Set(Words(), half));
        const Vec threshold = hn::TableLookupLanes(below, hn::IndicesFromVec(Floats(), higher));
        code = hn::IfThenElse(hn::RebindMask(Words(), hn::Gt(scaled, threshold)), higher, code);
    }
    return code;
}
HWY_INLINE Vec toNf4(Vec scaled) {
    const Vec levels = hn::LoadU(Floats(), nf4Levels.data());
    return hn::TableLookupLanes(levels, hn::IndicesFromVec(Floats(), nf4Halved(scaled)));
}
HWY_INLINE hn::Vec<Words> nf4Code(Vec scaled) {
    return nf4Halved(scaled);
}
#else
HWY_INLINE Vec toNf4(Vec scaled) {
    return lastPassed(scaled, all(nf4Levels[0]), [](int i) HWY_ATTR { return nf4Levels[static_cast<std::size_t>(i)]; });
}
HWY_INLINE hn::Vec<Words> nf4Code(Vec scaled) {
    const hn::RebindToSigned<Floats> integers;
    const Vec index = lastPassed(scaled, hn::Zero(Floats()), [](int i) HWY_ATTR { return static_cast<float>(i); });
    return hn::BitCast(Words(), hn::ConvertTo(integers, index));
}
#endif

HWY_INLINE Vec toInt(Vec scaled, Vec lowest, Vec highest) {
    return hn::Max(hn::Min(hn::Round(scaled), highest), lowest);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
