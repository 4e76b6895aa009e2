// Q2_K, Q4_K and Q5_K, one super-block per lane. What bounds it: 17 operations a weight and rung of the
// ladder, 21 to 37 rungs; two runs go side by side so that their sums do not wait for each other.
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/block_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gguf/batch_affine_k.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/gguf/affine-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

namespace {

/// What sets the three types apart.
template <std::size_t runWeights>
struct Shape {
    static constexpr std::size_t run = runWeights;
    static constexpr std::size_t runs = 256 / run;
    int limit;         // of codes
    int largestScale;  // 15 or 63
    Ladder plain;
    float spread;  // of importance weights: this many mean squares
};

/// A super-block per lane, element by element.
template <std::size_t run>
struct Columns {
    static constexpr std::size_t runs = 256 / run;
    HWY_ALIGN float x[256 * lanes];
    HWY_ALIGN float weights[256 * lanes];
    HWY_ALIGN float trial[2 * run * lanes];
    HWY_ALIGN float scale[runs * lanes];
    HWY_ALIGN float minimum[runs * lanes];
    HWY_ALIGN float weight[runs * lanes];
    HWY_ALIGN float inverse[runs * lanes];
    HWY_ALIGN float from[runs * lanes];
    HWY_ALIGN float scaleCode[runs * lanes];
    HWY_ALIGN float minimumCode[runs * lanes];
    HWY_ALIGN std::uint8_t codes[256 * lanes];
};

template <std::size_t run>
void plainWeights(Columns<run>& columns) {
    for (std::size_t j = 0; j < 256; j += run) {
        V typical = all(0);
        if (run == 32)
            typical =
                hn::Sqrt(hn::Div(sumOfSquaresOf<run>(columns.x + j * lanes), all(static_cast<float>(run))));
        for (std::size_t i = j; i < j + run; ++i)
            put(run == 32 ? hn::Add(typical, hn::Abs(at(columns.x, i))) : hn::Abs(at(columns.x, i)),
                columns.weights, i);
    }
}

template <std::size_t run, bool absolute>
M search(Columns<run>& columns, const Ladder& ladder) {
    M astray = none();
    AffineGroup found[2];
    for (std::size_t j = 0; j < columns.runs; j += 2) {
        searchPair<run, absolute>(columns.x + j * run * lanes, columns.weights + j * run * lanes, ladder,
                                  columns.trial, found, astray);
        for (std::size_t g = 0; g < 2; ++g) {
            put(found[g].scale, columns.scale, j + g);
            put(found[g].minimum, columns.minimum, j + g);
            put(found[g].sumW, columns.weight, j + g);
            put(found[g].inverse, columns.inverse, j + g);
            put(found[g].from, columns.from, j + g);
        }
    }
    return astray;
}

/// Codes of numbers in units of the largest over `largest`; returns the unit. Bytes wrap before they are cut.
template <std::size_t n>
V plainScales(const float* numbers, int largest, bool cut, float* codes) {
    V max = all(0);
    for (std::size_t j = 0; j < n; ++j)
        max = hn::IfThenElse(hn::Gt(at(numbers, j), max), at(numbers, j), max);
    const M some = hn::Gt(max, all(0));
    const V top = all(static_cast<float>(largest));
    const V inverse = hn::IfThenElseZero(some, hn::Div(top, max));
    for (std::size_t j = 0; j < n; ++j) {
        const VI code = hn::And(nearestOf(hn::Mul(inverse, at(numbers, j))), hn::Set(Int(), 255));
        put(floatOf(cut ? hn::Min(code, hn::Set(Int(), largest)) : code), codes, j);
    }
    return hn::IfThenElseZero(some, hn::Div(max, top));
}

/// The codes against the scales as they are stored; a run whose scale is 0 keeps those of its search.
template <std::size_t run>
void requantize(Columns<run>& columns, V d, V dmin, int limit) {
    for (std::size_t j = 0; j < columns.runs; ++j) {
        const V scale = hn::Mul(d, at(columns.scaleCode, j));
        const V minimum = hn::Mul(dmin, at(columns.minimumCode, j));
        const V inverse = hn::Div(all(1), scale);
        const M keep = hn::Eq(scale, all(0));
        const bool keepAny = !hn::AllFalse(D(), keep);
        for (std::size_t i = j * run; i < (j + 1) * run; ++i) {
            const V x = at(columns.x, i);
            VI code = nearestQuotient(hn::Add(x, minimum), scale, inverse);
            if (keepAny) {
                const V searched = hn::Mul(at(columns.inverse, j), hn::Sub(x, at(columns.from, j)));
                code = hn::IfThenElse(hn::RebindMask(Int(), keep), nearestOf(searched), code);
            }
            putCodes(clampOf(code, 0, limit), columns.codes, i);
        }
    }
}

template <class Assemble, std::size_t run>
void assembleAll(const Batch& batch, const Columns<run>& columns, const Halves& d, const Halves& dmin,
                 const Assemble& assemble) {
    std::array<std::uint8_t, 256 * lanes> codes;
    codesByBlock<256>(columns.codes, codes.data());
    std::uint8_t scales[16];
    std::uint8_t minima[16];
    for (std::size_t lane = 0; lane < batch.count; ++lane) {
        for (std::size_t j = 0; j < columns.runs; ++j) {
            scales[j] = static_cast<std::uint8_t>(columns.scaleCode[j * lanes + lane]);
            minima[j] = static_cast<std::uint8_t>(columns.minimumCode[j * lanes + lane]);
        }
        assemble(d.bits[lane], dmin.bits[lane], scales, minima, codes.data() + 256 * lane, batch.out[lane]);
    }
}

template <std::size_t run, class Assemble>
void quantize(const Batch& batch, const Shape<run>& shape, Type type, const Assemble& assemble) {
    Columns<run> columns;
    gather<256>(batch.x.data(), columns.x);
    M astray = none();
    V d, dmin;
    if (batch.weighted()) {
        gather<256>(batch.importance.data(), columns.weights);
        const V squares = sumOfSquaresOf<256>(columns.x);
        importanceWeightsOf<256>(columns.x, hn::Div(hn::Mul(all(shape.spread), squares), all(256)),
                                 columns.weights);
        astray = search<run, false>(columns, {shape.limit, -0.9f, 0.05f, 36, false});
        d = positiveScaleOf<Shape<run>::runs>(columns.scale, columns.weight, shape.largestScale,
                                              columns.scaleCode);
        dmin = positiveScaleOf<Shape<run>::runs>(columns.minimum, columns.weight, shape.largestScale,
                                                 columns.minimumCode);
    } else {
        plainWeights<run>(columns);
        astray = search<run, run == 16>(columns, shape.plain);
        d = plainScales<Shape<run>::runs>(columns.scale, shape.largestScale, run == 32, columns.scaleCode);
        dmin = plainScales<Shape<run>::runs>(columns.minimum, shape.largestScale, run == 32,
                                             columns.minimumCode);
    }
    const Halves halves = halvesOf(d);
    const Halves minHalves = halvesOf(dmin);
    requantize<run>(columns, halves.value, minHalves.value, shape.limit);
    assembleAll(batch, columns, halves, minHalves, assemble);
    redo(batch, astray, type);
}

}  // namespace

void quantizeQ2_K(const Batch& batch) {
    quantize<16>(batch, {3, 15, {3, -0.5f, 0.1f, 15, true}, 1}, Type::Q2_K, assembleQ2_K);
}

void quantizeQ4_K(const Batch& batch) {
    quantize<32>(batch, {15, 63, {15, -1.0f, 0.1f, 20, false}, 2}, Type::Q4_K, assembleQ4_K);
}

void quantizeQ5_K(const Batch& batch) {
    quantize<32>(batch, {31, 63, {31, -0.5f, 0.1f, 15, false}, 2}, Type::Q5_K, assembleQ5_K);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(quantizeQ2_K);
HWY_EXPORT(quantizeQ4_K);
HWY_EXPORT(quantizeQ5_K);

void batchQ2_K(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ2_K)(batch);
}
void batchQ4_K(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ4_K)(batch);
}
void batchQ5_K(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ5_K)(batch);
}

}  // namespace dq::kernels::gguf
#endif
