// search.hpp's affineScale and positiveScale, one group per lane. Included once per target, as lanes-inl.hpp.
#if defined(DQ_GGUF_AFFINE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_GGUF_AFFINE_INL
#undef DQ_GGUF_AFFINE_INL
#else
#define DQ_GGUF_AFFINE_INL
#endif

#include "kernels/gguf/lanes-inl.hpp"
#include "kernels/gguf/search.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

/// A group's search and where it stands. Its codes are those of inverse * (x - from).
struct AffineGroup {
    V low, high, sumW, sumX;
    V least, scale, minimum;
    V inverse, from;
    M flat;
};

template <std::size_t n>
HWY_INLINE AffineGroup extentOf(const float* x, const float* weights) {
    AffineGroup group;
    group.low = group.high = at(x, 0);
    group.sumW = at(weights, 0);
    group.sumX = hn::Mul(group.sumW, at(x, 0));
    for (std::size_t i = 1; i < n; ++i) {
        const V value = at(x, i);
        const V weight = at(weights, i);
        group.low = hn::IfThenElse(hn::Lt(value, group.low), value, group.low);  // of two zeros the first
        group.high = hn::IfThenElse(hn::Gt(value, group.high), value, group.high);
        group.sumW = hn::Add(group.sumW, weight);
        group.sumX = hn::Add(group.sumX, hn::Mul(weight, value));
    }
    group.low = hn::IfThenZeroElse(hn::Gt(group.low, all(0)), group.low);
    group.flat = hn::Le(group.high, group.low);
    group.minimum = group.low;
    return group;
}

struct AffineSums {
    V c, cc, xc;
};

/// Both groups at once: their chains of additions do not wait for each other. Where the rung is below limit +
/// 0.49 no code needs to be `cut` at the top.
template <std::size_t n, bool cut>
HWY_INLINE void codesAndSums(const float* x, const float* weights, V top, const V (&inverse)[2],
                             const V (&from)[2], float* codes, AffineSums (&sums)[2]) {
    V c0 = all(0), cc0 = all(0), xc0 = all(0), c1 = all(0), cc1 = all(0), xc1 = all(0);
    const V zero = all(0);
    const V inverse0 = inverse[0], inverse1 = inverse[1], from0 = from[0], from1 = from[1];
    for (std::size_t i = 0; i < n; ++i) {
        const V x0 = at(x, i), x1 = at(x, i + n);
        const V high0 = hn::Max(hn::Round(hn::Mul(inverse0, hn::Sub(x0, from0))), zero);
        const V code0 = cut ? hn::Min(high0, top) : high0;
        const V high1 = hn::Max(hn::Round(hn::Mul(inverse1, hn::Sub(x1, from1))), zero);
        const V code1 = cut ? hn::Min(high1, top) : high1;
        put(code0, codes, i);
        put(code1, codes, i + n);
        const V weighted0 = hn::Mul(at(weights, i), code0);
        const V weighted1 = hn::Mul(at(weights, i + n), code1);
        c0 = hn::Add(c0, weighted0);
        c1 = hn::Add(c1, weighted1);
        cc0 = hn::Add(cc0, hn::Mul(weighted0, code0));
        cc1 = hn::Add(cc1, hn::Mul(weighted1, code1));
        xc0 = hn::Add(xc0, hn::Mul(weighted0, x0));
        xc1 = hn::Add(xc1, hn::Mul(weighted1, x1));
    }
    sums[0] = {c0, cc0, xc0};
    sums[1] = {c1, cc1, xc1};
}

template <bool absolute>
HWY_INLINE V weighed(V weight, V off) {
    return hn::Mul(weight, absolute ? hn::Abs(off) : hn::Mul(off, off));
}

template <std::size_t n, bool absolute>
HWY_INLINE void errorsOf(const float* x, const float* weights, const float* codes, const V (&scale)[2],
                         const V (&minimum)[2], V (&error)[2]) {
    V sum0 = all(0), sum1 = all(0);
    const V scale0 = scale[0], scale1 = scale[1], minimum0 = minimum[0], minimum1 = minimum[1];
    for (std::size_t i = 0; i < n; ++i) {
        const V off0 = hn::Sub(hn::Add(hn::Mul(scale0, at(codes, i)), minimum0), at(x, i));
        const V off1 = hn::Sub(hn::Add(hn::Mul(scale1, at(codes, i + n)), minimum1), at(x, i + n));
        sum0 = hn::Add(sum0, weighed<absolute>(at(weights, i), off0));
        sum1 = hn::Add(sum1, weighed<absolute>(at(weights, i + n), off1));
    }
    error[0] = sum0;
    error[1] = sum1;
}

/// Lanes where a code could lie beyond 2^21, so that Round is not rounding.hpp's nearest, or where the
/// minimum has passed the largest number.
HWY_INLINE M tooFar(const AffineGroup& group, V inverse) {
    const V reach =
        hn::Max(hn::Abs(hn::Sub(group.high, group.minimum)), hn::Abs(hn::Sub(group.low, group.minimum)));
    const M near =
        hn::And(hn::Lt(hn::Mul(hn::Abs(inverse), reach), all(2097152.0f)), hn::Gt(group.high, group.minimum));
    return hn::Not(hn::Or(group.flat, near));
}

/// One rung: the least squares scale and minimum for the codes it gives.
HWY_INLINE void refit(const AffineGroup& group, const AffineSums& sums, V& scale, V& minimum, M& proper) {
    const V determinant = hn::Sub(hn::Mul(group.sumW, sums.cc), hn::Mul(sums.c, sums.c));
    proper = hn::Gt(determinant, all(0));
    scale = hn::Div(hn::Sub(hn::Mul(group.sumW, sums.xc), hn::Mul(group.sumX, sums.c)), determinant);
    minimum = hn::Div(hn::Sub(hn::Mul(sums.cc, group.sumX), hn::Mul(sums.c, sums.xc)), determinant);
    const M positive = hn::Gt(minimum, all(0));
    if (hn::AllFalse(D(), positive)) return;
    minimum = hn::IfThenZeroElse(positive, minimum);
    scale = hn::IfThenElse(positive, hn::Div(sums.xc, sums.cc), scale);
}

HWY_INLINE void keepBetter(AffineGroup& group, M proper, V error, V scale, V minimum, V inverse) {
    const M better = hn::And(proper, hn::Lt(error, group.least));
    group.least = hn::IfThenElse(better, error, group.least);
    group.scale = hn::IfThenElse(better, scale, group.scale);
    group.inverse = hn::IfThenElse(better, inverse, group.inverse);
    group.from = hn::IfThenElse(better, group.minimum, group.from);
    group.minimum = hn::IfThenElse(better, minimum, group.minimum);
}

/// Two groups of n that lie one after the other. `codes` is room for 2 n. Adds to `astray` the lanes whose
/// numbers are beyond the shortcuts. Afterwards minimum is the Affine's, negated.
template <std::size_t n, bool absolute>
HWY_INLINE void searchPair(const float* x, const float* weights, const Ladder& ladder, float* codes,
                           AffineGroup (&groups)[2], M& astray) {
    const V top = all(static_cast<float>(ladder.limit));
    V inverse[2], from[2], scale[2], minimum[2], error[2];
    AffineSums sums[2];
    M proper[2];
    for (std::size_t g = 0; g < 2; ++g) {
        groups[g] = extentOf<n>(x + g * n * lanes, weights + g * n * lanes);
        inverse[g] = hn::Div(top, hn::Sub(groups[g].high, groups[g].low));
        from[g] = groups[g].low;
        astray = hn::Or(astray, tooFar(groups[g], inverse[g]));
        groups[g].inverse = inverse[g];
        groups[g].from = from[g];
        groups[g].scale = scale[g] = hn::Div(all(1), inverse[g]);
    }
    codesAndSums<n, false>(x, weights, top, inverse, from, codes, sums);
    errorsOf<n, absolute>(x, weights, codes, scale, from, error);
    groups[0].least = error[0];
    groups[1].least = error[1];
    for (int trial = 0; trial <= ladder.steps; ++trial) {
        const float shift = ladder.first + ladder.step * static_cast<float>(trial);
        const V rung = all(shift + static_cast<float>(ladder.limit));
        for (std::size_t g = 0; g < 2; ++g) {
            from[g] = groups[g].minimum;
            inverse[g] = hn::Div(rung, hn::Sub(groups[g].high, from[g]));
            astray = hn::Or(astray, tooFar(groups[g], inverse[g]));
        }
        if (shift < 0.49f)
            codesAndSums<n, false>(x, weights, top, inverse, from, codes, sums);
        else
            codesAndSums<n, true>(x, weights, top, inverse, from, codes, sums);
        for (std::size_t g = 0; g < 2; ++g)
            refit(groups[g], sums[g], scale[g], minimum[g], proper[g]);
        errorsOf<n, absolute>(x, weights, codes, scale, minimum, error);
        for (std::size_t g = 0; g < 2; ++g)
            keepBetter(groups[g], proper[g], error[g], scale[g], minimum[g], inverse[g]);
    }
    for (AffineGroup& group : groups) {
        group.scale = hn::IfThenZeroElse(group.flat, group.scale);
        group.minimum = hn::Neg(hn::IfThenElse(group.flat, group.low, group.minimum));
        group.inverse = hn::IfThenZeroElse(group.flat, group.inverse);
    }
}

/// The error of the codes at one scale; where `wrap`, codes are bytes.
template <std::size_t n>
HWY_INLINE V positiveError(const float* x, const float* weights, V inverse, int limit, bool wrap) {
    const Int i32;
    const V scale = hn::Div(all(1), inverse);
    V error = all(0);
    for (std::size_t i = 0; i < n; ++i) {
        const VI nearest = nearestOf(hn::Mul(inverse, at(x, i)));
        const VI code = wrap ? hn::And(nearest, hn::Set(i32, 255)) : hn::Min(nearest, hn::Set(i32, limit));
        const V off = hn::Sub(at(x, i), hn::Mul(scale, floatOf(code)));
        error = hn::Add(error, hn::Mul(hn::Mul(at(weights, i), off), off));
    }
    return error;
}

struct FitOf {
    V xc, cc;
};

HWY_INLINE M beats(const FitOf& one, const FitOf& other) {
    return hn::Gt(hn::Mul(hn::Mul(one.xc, one.xc), other.cc), hn::Mul(hn::Mul(other.xc, other.xc), one.cc));
}

/// One pass over the codes, moving each where that helps; true where any lane moved.
template <std::size_t n>
HWY_INLINE bool descendPositive(const float* x, const float* weights, int limit, float* codes, FitOf& fit) {
    const Int i32;
    M moved = none();
    for (std::size_t i = 0; i < n; ++i) {
        const V value = at(x, i), weight = at(weights, i), code = at(codes, i);
        const V wx = hn::Mul(weight, value);
        const FitOf others{hn::Sub(fit.xc, hn::Mul(wx, code)),
                           hn::Sub(fit.cc, hn::Mul(hn::Mul(weight, code), code))};
        const VI next =
            hn::Min(nearestOf(hn::Div(hn::Mul(value, others.cc), others.xc)), hn::Set(i32, limit));
        const V to = floatOf(next);
        const FitOf with{hn::Add(others.xc, hn::Mul(wx, to)),
                         hn::Add(others.cc, hn::Mul(hn::Mul(weight, to), to))};
        const M allowed = hn::And(hn::Gt(others.xc, all(0)), hn::Gt(others.cc, all(0)));
        const M better = hn::And(hn::And(allowed, hn::Ne(to, code)), beats(with, fit));
        put(hn::IfThenElse(better, floatOf(hn::And(next, hn::Set(i32, 255))), code), codes, i);
        fit.xc = hn::IfThenElse(better, with.xc, fit.xc);
        fit.cc = hn::IfThenElse(better, with.cc, fit.cc);
        moved = hn::Or(moved, better);
    }
    return !hn::AllFalse(D(), moved);
}

/// positiveScale of n numbers a lane; codes as floats.
template <std::size_t n>
HWY_INLINE V positiveScaleOf(const float* x, const float* weights, int limit, float* codes) {
    const Int i32;
    V max = all(0);
    for (std::size_t i = 0; i < n; ++i)
        max = hn::IfThenElse(hn::Gt(max, at(x, i)), max, at(x, i));
    const M empty = hn::Lt(max, all(nothing));
    const V top = all(static_cast<float>(limit));
    V inverse = hn::Div(top, max);
    V least = positiveError<n>(x, weights, inverse, limit, true);
    for (int trial = -4; trial <= 4; ++trial) {
        if (trial == 0) continue;
        const V tried = hn::Div(all(0.1f * static_cast<float>(trial) + static_cast<float>(limit)), max);
        const V error = positiveError<n>(x, weights, tried, limit, false);
        const M better = hn::Lt(error, least);
        least = hn::IfThenElse(better, error, least);
        inverse = hn::IfThenElse(better, tried, inverse);
    }
    FitOf fit{all(0), all(0)};
    for (std::size_t i = 0; i < n; ++i) {
        const VI code = hn::Min(nearestOf(hn::Mul(inverse, at(x, i))), hn::Set(i32, limit));
        const V number = floatOf(code);
        fit.xc = hn::Add(fit.xc, hn::Mul(hn::Mul(at(weights, i), at(x, i)), number));
        fit.cc = hn::Add(fit.cc, hn::Mul(hn::Mul(at(weights, i), number), number));
        put(floatOf(hn::And(code, hn::Set(i32, 255))), codes, i);
    }
    for (int round = 0; round < 5; ++round)
        if (!descendPositive<n>(x, weights, limit, codes, fit)) break;
    for (std::size_t i = 0; i < n; ++i)
        put(hn::IfThenZeroElse(empty, at(codes, i)), codes, i);
    const V scale = hn::IfThenElseZero(hn::Gt(fit.cc, all(0)), hn::Div(fit.xc, fit.cc));
    return hn::IfThenZeroElse(empty, scale);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
