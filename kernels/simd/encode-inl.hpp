// Codes of weights that are in a register, as kernels/element.hpp defines them. Compiled once a target.
#if defined(DQ_SIMD_ENCODE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_SIMD_ENCODE_INL
#undef DQ_SIMD_ENCODE_INL
#else
#define DQ_SIMD_ENCODE_INL
#endif

#include "kernels/simd/rounding-inl.hpp"

#if HWY_TARGET != HWY_SCALAR  // there the reference does the work
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

using Codes = hn::Vec<Words>;

/// With zero points the one of the weight's group has been added already, and lowest is 0.
struct IntCode {
    float lowest, highest;
    std::uint32_t mask;
    HWY_INLINE Codes operator()(Vec scaled) const {
        const hn::RebindToSigned<Floats> integers;
        const auto rounded = hn::ConvertTo(integers, toInt(scaled, all(lowest), all(highest)));
        return hn::And(hn::BitCast(Words(), rounded), hn::Set(Words(), mask));
    }
};

/// Codes of a small float count its numbers from zero up; the sign stands before them.
template <int mantissa, int smallest, int bits>
HWY_INLINE Codes smallFloatCode(Vec magnitude, Vec signs) {
    const float units = static_cast<float>(1 << mantissa) * rounding::floatOf((127u - smallest) << 23);
    const hn::RebindToSigned<Floats> integers;
    const Codes few = hn::BitCast(Words(), hn::ConvertTo(integers, hn::Mul(magnitude, all(units))));
    const auto first = hn::Set(Words(), static_cast<std::uint32_t>(127 + smallest - 1) << mantissa);
    const Codes many = hn::Sub(hn::ShiftRight<23 - mantissa>(bitsOf(magnitude)), first);
    const auto subnormal = hn::Lt(magnitude, all(rounding::floatOf(static_cast<std::uint32_t>(127 + smallest) << 23)));
    const Codes code = hn::IfThenElse(hn::RebindMask(Words(), subnormal), few, many);
    const Codes sign = hn::ShiftLeft<bits - 1>(hn::ShiftRight<31>(bitsOf(signs)));
    return hn::Or(code, sign);
}

template <int mantissa, int smallest, int bits>
struct MicroCode {
    float largest;
    HWY_INLINE Codes operator()(Vec scaled) const {
        const Vec inside = hn::Min(hn::Abs(scaled), all(largest));
        return smallFloatCode<mantissa, smallest, bits>(toSmallFloat<mantissa, smallest>(inside), scaled);
    }
};

struct E4M3Code {
    HWY_INLINE Codes operator()(Vec scaled) const {
        return smallFloatCode<3, -6, 8>(toE4M3(hn::Abs(scaled)), scaled);
    }
};
struct E2M1Code {
    HWY_INLINE Codes operator()(Vec scaled) const {
        return smallFloatCode<1, 0, 4>(toE2M1(hn::Abs(scaled)), scaled);
    }
};

struct Nf4Code {
    HWY_INLINE Codes operator()(Vec scaled) const { return nf4Code(scaled); }
};

/// The stored bits of scales that their type can hold.
HWY_INLINE Codes scaleBits(ScaleType type, Vec scale) {
    const Vec positive = hn::Zero(Floats());
    if (type == ScaleType::F16) return smallFloatCode<10, -14, 16>(scale, positive);
    if (type == ScaleType::E4M3) return smallFloatCode<3, -6, 8>(scale, positive);
    if (type == ScaleType::Bf16) return hn::ShiftRight<16>(bitsOf(scale));
    if (type == ScaleType::E8M0) return hn::ShiftRight<23>(bitsOf(scale));
    return bitsOf(scale);
}

HWY_INLINE Codes bf16Code(Vec weight) {
    const Codes bits = bitsOf(weight), one = hn::Set(Words(), 1u);
    const Codes magnitude = hn::And(bits, hn::Set(Words(), 0x7fffffffu));
    const Codes odd = hn::And(hn::ShiftRight<16>(magnitude), one);
    const Codes rounded = hn::ShiftRight<16>(hn::Add(magnitude, hn::Add(odd, hn::Set(Words(), 0x7fffu))));
    const Codes finite = hn::Min(rounded, hn::Set(Words(), 0x7f7fu));
    return hn::Or(finite, hn::ShiftLeft<15>(hn::ShiftRight<31>(bits)));
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
