// IQ4_NL and IQ4_XS, one block or super-block per lane. What bounds it: finding the nearest of sixteen uneven
// levels, for each weight and each of 16 scales.
#include <cmath>

#include "kernels/gguf/assemble.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gguf/batch_iq4.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/gguf/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

namespace {

constexpr std::size_t run = 32;

float middleAbove(std::size_t level) {
    return 0.5f * (static_cast<float>(iq4Levels[level]) + static_cast<float>(iq4Levels[level + 1]));
}

/// The nearest level's value; half way the upper one. Near a middle both differences of the reference are
/// exact, so that comparing with the middle decides alike.
HWY_INLINE V levelValue(V value) {
    V level = all(static_cast<float>(iq4Levels[0]));
    for (std::size_t k = 0; k < 15; ++k)
        level = hn::IfThenElse(hn::Ge(value, all(middleAbove(k))), all(static_cast<float>(iq4Levels[k + 1])),
                               level);
    return level;
}

HWY_INLINE VI levelIndex(V value) {
    V index = all(0);
    for (std::size_t k = 0; k < 15; ++k)
        index = hn::IfThenElse(hn::Ge(value, all(middleAbove(k))), all(static_cast<float>(k + 1)), index);
    return intOf(index);
}

struct Fit {
    V xq, qq;
};

template <std::size_t trials>
HWY_INLINE void fitsAt(const float* x, const float* weights, const V (&inverse)[trials],
                       Fit (&fits)[trials]) {
    for (Fit& fit : fits)
        fit = {all(0), all(0)};
    for (std::size_t i = 0; i < run; ++i) {
        const V value = at(x, i), weight = at(weights, i);
        for (std::size_t t = 0; t < trials; ++t) {
            const V level = levelValue(hn::Mul(inverse[t], value));
            const V weighted = hn::Mul(weight, level);
            fits[t].xq = hn::Add(fits[t].xq, hn::Mul(weighted, value));
            fits[t].qq = hn::Add(fits[t].qq, hn::Mul(weighted, level));
        }
    }
}

HWY_INLINE V scaleOf(const float* x, const float* weights) {
    const V max = farthestOf<run>(x);
    const V lowest = all(static_cast<float>(iq4Levels[0]));
    const V first[1] = {hn::Div(all(1), hn::Div(hn::Neg(max), lowest))};
    Fit fit[1];
    fitsAt<1>(x, weights, first, fit);
    V scale = hn::IfThenElseZero(hn::Gt(fit[0].qq, all(0)), hn::Div(fit[0].xq, fit[0].qq));
    V best = hn::Mul(scale, fit[0].xq);
    constexpr int together = 3;
    for (int trial = -7; trial <= 7; trial += together) {
        V inverse[together];
        Fit fits[together];
        for (int t = 0; t < together; ++t)
            inverse[t] = hn::Div(hn::Add(all(static_cast<float>(trial + t)), lowest), max);
        fitsAt<together>(x, weights, inverse, fits);
        for (const Fit& one : fits) {
            const V tried = hn::Div(one.xq, one.qq);
            const V gain = hn::Mul(tried, one.xq);
            const M better =
                hn::And(hn::Gt(one.qq, all(0)), hn::Gt(hn::Mul(one.xq, one.xq), hn::Mul(best, one.qq)));
            scale = hn::IfThenElse(better, tried, scale);
            best = hn::IfThenElse(better, gain, best);
        }
    }
    return hn::IfThenZeroElse(hn::Lt(hn::Abs(max), all(nothing)), scale);
}

template <std::size_t n>
struct Columns {
    HWY_ALIGN float x[n * lanes];
    HWY_ALIGN float weights[n * lanes];
    HWY_ALIGN std::uint8_t codes[n * lanes];
};

template <std::size_t n>
HWY_INLINE void load(const Batch& batch, Columns<n>& columns) {
    gather<n>(batch.x.data(), columns.x);
    if (batch.weighted()) {
        gather<n>(batch.importance.data(), columns.weights);
        const V spread = hn::Mul(sumOfSquaresOf<n>(columns.x), all(2.0f / static_cast<float>(n)));
        importanceWeightsOf<n>(columns.x, spread, columns.weights);
        return;
    }
    for (std::size_t i = 0; i < n; ++i)
        put(hn::Mul(at(columns.x, i), at(columns.x, i)), columns.weights, i);
}

/// Lanes whose inverse is no number are astray: the reference gives them the last level.
template <std::size_t n>
HWY_INLINE void codesAt(V inverse, std::size_t from, Columns<n>& columns, M& astray) {
    astray = hn::Or(astray, hn::Not(hn::Lt(hn::Abs(inverse), all(HUGE_VALF))));
    for (std::size_t i = from; i < from + run; ++i)
        putCodes(levelIndex(hn::Mul(inverse, at(columns.x, i))), columns.codes, i);
}

}  // namespace

void quantizeIq4Nl(const Batch& batch) {
    Columns<run> columns;
    load(batch, columns);
    const V scale = scaleOf(columns.x, columns.weights);
    M astray = none();
    codesAt(inverseOrZeroOf(scale), 0, columns, astray);
    const Halves d = halvesOf(scale);
    std::array<std::uint8_t, run * lanes> codes;
    codesByBlock<run>(columns.codes, codes.data());
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assembleIq4Nl(d.bits[lane], codes.data() + run * lane, batch.out[lane]);
    redo(batch, astray, Type::Iq4Nl);
}

void quantizeIq4Xs(const Batch& batch) {
    constexpr std::size_t runs = 8;
    Columns<run * runs> columns;
    load(batch, columns);
    HWY_ALIGN float scales[runs * lanes];
    for (std::size_t j = 0; j < runs; ++j)
        put(scaleOf(columns.x + j * run * lanes, columns.weights + j * run * lanes), scales, j);
    const V d = hn::Div(hn::Neg(farthestOf<runs>(scales)), all(32));
    const V inverse = inverseOrZeroOf(d);
    M astray = none();
    HWY_ALIGN std::uint8_t stored[runs * lanes];
    for (std::size_t j = 0; j < runs; ++j) {
        const VI code = clampOf(nearestOf(hn::Mul(inverse, at(scales, j))), -32, 31);
        putCodes(hn::Add(code, hn::Set(Int(), 32)), stored, j);
        codesAt(inverseOrZeroOf(hn::Mul(d, floatOf(code))), j * run, columns, astray);
    }
    const Halves halves = halvesOf(d);
    std::array<std::uint8_t, run * runs * lanes> codes;
    std::array<std::uint8_t, runs * lanes> scaleCodes;
    codesByBlock<run * runs>(columns.codes, codes.data());
    codesByBlock<runs>(stored, scaleCodes.data());
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assembleIq4Xs(halves.bits[lane], scaleCodes.data() + runs * lane, codes.data() + run * runs * lane,
                      batch.out[lane]);
    redo(batch, astray, Type::Iq4Xs);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(quantizeIq4Nl);
HWY_EXPORT(quantizeIq4Xs);

void batchIq4Nl(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeIq4Nl)(batch);
}
void batchIq4Xs(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeIq4Xs)(batch);
}

}  // namespace dq::kernels::gguf
#endif
