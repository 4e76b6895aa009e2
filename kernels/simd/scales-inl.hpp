// kernels/scale.hpp for many groups at a time, and the search of kernels/group_scale.hpp. Compiled once a target.
#if defined(DQ_SIMD_SCALES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_SIMD_SCALES_INL
#undef DQ_SIMD_SCALES_INL
#else
#define DQ_SIMD_SCALES_INL
#endif

#include "kernels/group_scale.hpp"
#include "kernels/simd/rounding-inl.hpp"

#if HWY_TARGET != HWY_SCALAR  // there the reference does the work
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

/// What scales of one encoding are made with.
struct Scaler {
    ScaleType type;
    float largestCode;
    bool hasGlobal;
    float globalScale;
};

HWY_INLINE Vec toHalf(Vec wanted) {
    const Vec inside = hn::Min(wanted, all(65504.0f));
    return toSmallFloat<10, -14>(inside);
}

/// 2^(floor(log2 largest) - that of the largest code), at least 2^-126.
HWY_INLINE Vec powerScaleOf(float largestCode, Vec largest) {
    const std::uint32_t top = (rounding::bitsOf(largestCode) & 0x7f800000u) - (127u << 23);
    const auto exponent = hn::And(bitsOf(largest), hn::Set(Words(), 0x7f800000u));
    const auto enough = hn::Max(exponent, hn::Set(Words(), top + (1u << 23)));
    return hn::BitCast(Floats(), hn::Sub(enough, hn::Set(Words(), top)));
}

/// The scale of groups with these largest magnitudes.
HWY_INLINE Vec scaleOf(const Scaler& scaler, Vec largest) {
    if (scaler.type == ScaleType::E8M0) return powerScaleOf(scaler.largestCode, largest);
    Vec wanted = hn::Div(largest, all(scaler.largestCode));
    if (scaler.hasGlobal) wanted = hn::Div(wanted, all(scaler.globalScale));
    Vec scale = wanted;
    float smallest = 0x1p-149f;
    if (scaler.type == ScaleType::F16) {
        scale = toHalf(wanted);
        smallest = 0x1p-24f;
    }
    if (scaler.type == ScaleType::Bf16) {
        scale = toSmallFloat<7, -126>(wanted);
        smallest = 0x1p-133f;
    }
    if (scaler.type == ScaleType::E4M3) {
        scale = toE4M3(wanted);
        smallest = 0x1p-9f;
    }
    const Vec zero = hn::Zero(Floats());
    const auto vanished = hn::And(hn::Eq(scale, zero), hn::Gt(largest, zero));
    return hn::IfThenElse(vanished, all(smallest), scale);
}

HWY_INLINE Vec divisorOf(const Scaler& scaler, Vec scale) {
    return scaler.hasGlobal ? hn::Mul(scale, all(scaler.globalScale)) : scale;
}

/// 1 / divisor, and 0 where the divisor is 0.
HWY_INLINE Vec inverseOf(Vec divisor) {
    const auto positive = hn::Gt(divisor, hn::Zero(Floats()));
    return hn::IfThenElseZero(positive, hn::Div(all(1.0f), divisor));
}

/// |w| r - (the number nearest to it), up to its sign; `cap` is the largest number on the weight's side of zero.
/// What may run beside a multiplication does: subtractions are written as fused ones whose product is exact.
HWY_INLINE Vec minus(Vec a, Vec b) {
    return hn::NegMulAdd(all(1.0f), b, a);
}
HWY_INLINE Vec lesserMagnitude(Vec a, Vec b) {
    return hn::BitCast(Floats(), hn::Min(bitsOf(a), bitsOf(b)));
}
struct IntOff {
    float lowest, highest;
    static constexpr bool hasZero = false;
    HWY_INLINE Vec capOf(Vec weight) const {
        const auto negative = hn::Lt(weight, hn::Zero(Floats()));
        return hn::IfThenElse(negative, all(-lowest), all(highest));
    }
    HWY_INLINE Vec operator()(Vec scaled, Vec cap) const {
        return minus(scaled, lesserMagnitude(hn::Round(scaled), cap));
    }
};
struct E2M1Off {
    static constexpr bool hasZero = false;
    HWY_INLINE Vec capOf(Vec) const { return all(6.0f); }
    HWY_INLINE Vec operator()(Vec scaled, Vec cap) const {
        return minus(scaled, toSmallFloat<1, 0>(lesserMagnitude(scaled, cap)));
    }
};

struct AffineOff {
    float highest;
    static constexpr bool hasZero = true;
    HWY_INLINE Vec capOf(Vec) const { return all(highest); }
    HWY_INLINE Vec operator()(Vec scaled, Vec cap) const {
        return minus(scaled, hn::Max(hn::Min(hn::Round(scaled), cap), hn::Zero(Floats())));
    }
};

/// The zero point of groups with these divisors.
HWY_INLINE Vec zeroOf(const Scaler& scaler, Vec divisor, Vec lowest) {
    const Vec none = hn::Zero(Floats());
    const Vec wanted = toInt(hn::Div(hn::Neg(lowest), divisor), none, all(scaler.largestCode));
    return hn::IfThenElseZero(hn::Gt(divisor, none), wanted);
}

struct Found {
    Vec scale, zero;
};

/// `width` groups side by side: `weights` holds their first weights, 16 further on their second ones; so does `importance`,
/// where errors are weighed.
struct GroupLanes {
    const float* weights;
    const float* importance;  // or null
    std::size_t size;
};

template <bool weighted, class Off>
HWY_INLINE Found searchedScaleOf(const Scaler& scaler, float step, const Off& off, const GroupLanes& in, Vec largest,
                                 Vec lowest) {
    Vec best = scaleOf(scaler, largest);
    const Vec first = divisorOf(scaler, best);
    Vec bestZero = zeroOf(scaler, first, lowest);
    Vec least = hn::Zero(Floats());
    for (int k = 0; k < searchCandidates; k += 4) {
        Vec scale[4], inverse[4], zero[4], sum[4];
        for (int c = 0; c < 4; ++c) {
            const Vec factor = all(1.0f - static_cast<float>(k + c) * step);
            scale[c] = scaleOf(scaler, hn::Mul(largest, factor));
            inverse[c] = inverseOf(divisorOf(scaler, scale[c]));
            if (Off::hasZero) zero[c] = zeroOf(scaler, divisorOf(scaler, scale[c]), hn::Mul(lowest, factor));
            sum[c] = hn::Zero(Floats());
        }
        for (std::size_t i = 0; i < in.size; ++i) {
            const Vec weight = hn::Load(Floats(), in.weights + i * 16);
            const Vec by = weighted ? hn::Load(Floats(), in.importance + i * 16) : weight;
            const Vec cap = off.capOf(weight), operand = Off::hasZero ? weight : hn::Abs(weight);
            for (int c = 0; c < 4; ++c) {
                Vec scaled = hn::Mul(operand, inverse[c]);
                if (Off::hasZero) scaled = hn::Add(scaled, zero[c]);
                const Vec one = off(scaled, cap);
                const Vec square = hn::Mul(one, one);
                sum[c] = hn::Add(sum[c], weighted ? hn::Mul(by, square) : square);
            }
        }
        for (int c = 0; c < 4; ++c) {
            const Vec ratio = hn::Div(divisorOf(scaler, scale[c]), first);
            const Vec error = hn::Mul(sum[c], hn::Mul(ratio, ratio));
            if (k + c == 0) {
                least = error;
                continue;
            }
            const auto better = hn::Lt(error, least);
            least = hn::IfThenElse(better, error, least);
            best = hn::IfThenElse(better, scale[c], best);
            if (Off::hasZero) bestZero = hn::IfThenElse(better, zero[c], bestZero);
        }
    }
    return {best, bestZero};
}

template <class Off>
HWY_INLINE Found searchedScale(const Scaler& scaler, float step, const Off& off, const GroupLanes& in, Vec largest,
                               Vec lowest) {
    if (in.importance) return searchedScaleOf<true>(scaler, step, off, in, largest, lowest);
    return searchedScaleOf<false>(scaler, step, off, in, largest, lowest);
}

/// [16 groups][group] -> [group][16]: the groups of a row, one in each lane.
HWY_INLINE void layAcross(const float* groups, std::size_t group, float* across) {
    const hn::CappedTag<float, 4> d;
    for (std::size_t l = 0; l < 16; l += 4)
        for (std::size_t i = 0; i < group; i += 4) {
            const float* const from = groups + l * group + i;
            const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + group);
            const auto r2 = hn::LoadU(d, from + 2 * group), r3 = hn::LoadU(d, from + 3 * group);
            const auto a = hn::InterleaveLower(d, r0, r2), b = hn::InterleaveUpper(d, r0, r2);
            const auto c = hn::InterleaveLower(d, r1, r3), e = hn::InterleaveUpper(d, r1, r3);
            float* const to = across + i * 16 + l;
            hn::Store(hn::InterleaveLower(d, a, c), d, to);
            hn::Store(hn::InterleaveUpper(d, a, c), d, to + 16);
            hn::Store(hn::InterleaveLower(d, b, e), d, to + 32);
            hn::Store(hn::InterleaveUpper(d, b, e), d, to + 48);
        }
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
