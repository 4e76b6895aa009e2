// search.hpp's signedScale and descendedScale, one group per lane. Included once per target, as
// lanes-inl.hpp.
#if defined(DQ_GGUF_SIGNED_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_GGUF_SIGNED_INL
#undef DQ_GGUF_SIGNED_INL
#else
#define DQ_GGUF_SIGNED_INL
#endif

#include <algorithm>

#include "kernels/gguf/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

/// A found scale; its codes are those of inverse * x, or 0 where the group is empty.
struct SignedScale {
    V scale, inverse;
    M empty;
};

struct SignedFit {
    V xc, cc;
};

/// Which ends of the codes' range a product can pass. The largest magnitude goes to -(limit + trial / 10):
/// to trial 4 it rounds to -limit and nothing passes the lower end, from -6 down nothing the upper end -limit + 1
/// of the other sign either.
enum class Ends { None, Upper, Both };

template <Ends ends>
HWY_INLINE V endedCode(V value, V lowest, V highest) {
    V code = hn::Round(value);
    if (ends == Ends::Both) code = hn::Max(code, lowest);
    return ends == Ends::None ? code : hn::Min(code, highest);
}

/// Several inverses in one pass over the group: their sums do not wait for each other. `wx` is weight * x.
template <std::size_t n, Ends ends, std::size_t trials>
HWY_INLINE void fitsAt(const float* x, const float* weights, const float* wx, int limit,
                       const V (&inverse)[trials], SignedFit (&fits)[trials]) {
    const V lowest = all(static_cast<float>(-limit));
    const V highest = all(static_cast<float>(limit - 1));
    V xc[trials], cc[trials];
    for (std::size_t t = 0; t < trials; ++t)
        xc[t] = cc[t] = all(0);
    for (std::size_t i = 0; i < n; ++i) {
        const V value = at(x, i), weight = at(weights, i), both = at(wx, i);
        for (std::size_t t = 0; t < trials; ++t) {
            const V code = endedCode<ends>(hn::Mul(inverse[t], value), lowest, highest);
            xc[t] = hn::Add(xc[t], hn::Mul(both, code));
            cc[t] = hn::Add(cc[t], hn::Mul(hn::Mul(weight, code), code));
        }
    }
    for (std::size_t t = 0; t < trials; ++t)
        fits[t] = {xc[t], cc[t]};
}

/// The division stands before the comparison that may not need it, so that the next trial does not wait for
/// it.
HWY_INLINE void keepBetter(const SignedFit& fit, V inverse, SignedScale& found, V& best) {
    const V scale = hn::Div(fit.xc, fit.cc);
    const V gain = hn::Mul(scale, fit.xc);
    const M better = hn::And(hn::Gt(fit.cc, all(0)), hn::Gt(hn::Mul(fit.xc, fit.xc), hn::Mul(best, fit.cc)));
    found.scale = hn::IfThenElse(better, scale, found.scale);
    found.inverse = hn::IfThenElse(better, inverse, found.inverse);
    best = hn::IfThenElse(better, gain, best);
}

/// The scale at which the largest magnitude becomes -(limit + trial / 10).
HWY_INLINE V inverseAt(int limit, int trial, V max) {
    const float rung = static_cast<float>(limit) + 0.1f * static_cast<float>(trial);
    return hn::Div(all(-rung), max);
}

/// The trials from `first` on, in this order.
template <std::size_t n, Ends ends, std::size_t trials>
HWY_INLINE void tryFrom(const float* x, const float* weights, const float* wx, int limit, int first, V max, SignedScale& found, V& best) {
    V inverse[trials];
    SignedFit fits[trials];
    for (std::size_t t = 0; t < trials; ++t)
        inverse[t] = inverseAt(limit, first + static_cast<int>(t), max);
    fitsAt<n, ends>(x, weights, wx, limit, inverse, fits);
    for (std::size_t t = 0; t < trials; ++t)
        keepBetter(fits[t], inverse[t], found, best);
}

/// `wx` is room for n.
template <std::size_t n>
HWY_INLINE SignedScale signedScaleOf(const float* x, const float* weights, int limit, float* wx) {
    for (std::size_t i = 0; i < n; ++i)
        put(hn::Mul(at(weights, i), at(x, i)), wx, i);
    const V max = farthestOf<n>(x);
    SignedScale found;
    found.empty = hn::Lt(hn::Abs(max), all(nothing));
    found.inverse = hn::Div(all(static_cast<float>(-limit)), max);

    const V middle[3] = {found.inverse, inverseAt(limit, -5, max), inverseAt(limit, -4, max)};
    SignedFit fits[3];
    fitsAt<n, Ends::Upper>(x, weights, wx, limit, middle, fits);
    found.scale = hn::IfThenElseZero(notZero(fits[0].cc), hn::Div(fits[0].xc, fits[0].cc));
    V best = hn::Mul(found.scale, fits[0].xc);
    tryFrom<n, Ends::None, 4>(x, weights, wx, limit, -9, max, found, best);
    keepBetter(fits[1], middle[1], found, best);
    keepBetter(fits[2], middle[2], found, best);
    tryFrom<n, Ends::Upper, 3>(x, weights, wx, limit, -3, max, found, best);
    tryFrom<n, Ends::Upper, 4>(x, weights, wx, limit, 1, max, found, best);
    tryFrom<n, Ends::Both, 3>(x, weights, wx, limit, 5, max, found, best);
    tryFrom<n, Ends::Both, 2>(x, weights, wx, limit, 8, max, found, best);
    found.scale = hn::IfThenZeroElse(found.empty, found.scale);
    return found;
}

/// The codes of a found scale, counted from 0.
HWY_INLINE VI signedCode(V x, V inverse, M empty, int limit) {
    const VI code =
        hn::Add(clampOf(nearestOf(hn::Mul(inverse, x)), -limit, limit - 1), hn::Set(Int(), limit));
    return hn::IfThenZeroElse(hn::RebindMask(Int(), empty), code);
}

/// One code of a lane's group; true where a lane's moved. It always divides: skipping what surely stays costs
/// more in mispredicted branches (measured: 262 against 312 million weights a second).
HWY_INLINE bool descendOne(V x, float* codes, std::size_t i, int limit, SignedFit& fit) {
    const V weight = hn::Mul(x, x), code = at(codes, i);
    const V wx = hn::Mul(weight, x);
    const SignedFit others{hn::Sub(fit.xc, hn::Mul(wx, code)),
                           hn::Sub(fit.cc, hn::Mul(hn::Mul(weight, code), code))};
    const V aim = hn::Mul(x, others.cc);
    const M may = hn::Gt(others.xc, all(0));
    const V to = floatOf(clampOf(nearestOf(hn::Div(aim, others.xc)), -limit, limit - 1));
    const SignedFit with{hn::Add(others.xc, hn::Mul(wx, to)),
                         hn::Add(others.cc, hn::Mul(hn::Mul(weight, to), to))};
    const M gains =
        hn::Gt(hn::Mul(hn::Mul(with.xc, with.xc), fit.cc), hn::Mul(hn::Mul(fit.xc, fit.xc), with.cc));
    const M moves = hn::And(hn::And(may, hn::Ne(to, code)), hn::And(hn::Gt(with.cc, all(0)), gains));
    put(hn::IfThenElse(moves, to, code), codes, i);
    fit.xc = hn::IfThenElse(moves, with.xc, fit.xc);
    fit.cc = hn::IfThenElse(moves, with.cc, fit.cc);
    return !hn::AllFalse(D(), moves);
}

/// descendedScale of `groups` groups that lie one after the other, in turns: each step waits long for the one
/// before it in its group. Codes are left as floats, counted from 0.
template <std::size_t n, std::size_t groups>
HWY_INLINE void descendedScalesOf(const float* x, int limit, float* codes, V (&scales)[groups]) {
    const V lowest = all(static_cast<float>(-limit));
    const V highest = all(static_cast<float>(limit - 1));
    SignedFit fit[groups];
    M empty[groups];
    for (std::size_t g = 0; g < groups; ++g) {
        const V max = farthestOf<n>(x + g * n * lanes);
        const V inverse = hn::Div(lowest, max);
        empty[g] = hn::Lt(hn::Abs(max), all(nothing));
        fit[g] = {all(0), all(0)};
        for (std::size_t i = g * n; i < (g + 1) * n; ++i) {
            const V value = at(x, i), weight = hn::Mul(value, value);
            const V code = smallCode(hn::Mul(inverse, value), lowest, highest);
            put(code, codes, i);
            fit[g].xc = hn::Add(fit[g].xc, hn::Mul(hn::Mul(weight, value), code));
            fit[g].cc = hn::Add(fit[g].cc, hn::Mul(hn::Mul(weight, code), code));
        }
    }
    bool moving[groups];
    std::fill_n(moving, groups, true);
    for (int round = 0; round < 5; ++round) {
        bool moved[groups] = {};
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t g = 0; g < groups; ++g)
                if (moving[g]) moved[g] |= descendOne(at(x, g * n + i), codes, g * n + i, limit, fit[g]);
        std::copy_n(moved, groups, moving);
    }
    for (std::size_t g = 0; g < groups; ++g) {
        const M some = hn::AndNot(empty[g], hn::Gt(fit[g].cc, all(0)));
        scales[g] = hn::IfThenElseZero(some, hn::Div(fit[g].xc, fit[g].cc));
        for (std::size_t i = g * n; i < (g + 1) * n; ++i)
            put(hn::IfThenZeroElse(empty[g], hn::Add(at(codes, i), all(static_cast<float>(limit)))), codes,
                i);
    }
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
