// Q3_K and Q6_K, one super-block per lane. What bounds it: 9 operations a weight for each of 19 scales;
// without importance Q3_K descends code by code, and its divisions and their latency bound it.
#include <cmath>

#include "kernels/gguf/assemble.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gguf/batch_signed_k.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/gguf/signed-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

namespace {

constexpr std::size_t run = 16;
constexpr std::size_t runs = 16;

/// A super-block per lane, element by element.
struct Columns {
    HWY_ALIGN float x[256 * lanes];
    HWY_ALIGN float weights[256 * lanes];
    HWY_ALIGN float room[run * lanes];
    HWY_ALIGN float searched[256 * lanes];  // codes, where they were found one by one
    HWY_ALIGN float scale[runs * lanes];
    HWY_ALIGN float weight[runs * lanes];
    HWY_ALIGN float inverse[runs * lanes];  // of the found scales; NaN where the run is empty
    HWY_ALIGN float scaleCode[runs * lanes];
    HWY_ALIGN std::uint8_t codes[256 * lanes];
};

const float* runAt(const float* column, std::size_t j) {
    return column + j * run * lanes;
}

void squareWeights(Columns& columns) {
    for (std::size_t i = 0; i < 256; ++i)
        put(hn::Mul(at(columns.x, i), at(columns.x, i)), columns.weights, i);
}

void searchSigned(Columns& columns, int limit) {
    for (std::size_t j = 0; j < runs; ++j) {
        const SignedScale found =
            signedScaleOf<run>(runAt(columns.x, j), runAt(columns.weights, j), limit, columns.room);
        put(found.scale, columns.scale, j);
        put(hn::IfThenElse(found.empty, all(NAN), found.inverse), columns.inverse, j);
        V sum = all(0);
        for (std::size_t i = j * run; i < (j + 1) * run; ++i)
            sum = hn::Add(sum, at(columns.weights, i));
        put(sum, columns.weight, j);
    }
}

void searchDescending(Columns& columns, int limit) {
    constexpr std::size_t together = 4;
    for (std::size_t j = 0; j < runs; j += together) {
        V scales[together];
        descendedScalesOf<run, together>(runAt(columns.x, j), limit, columns.searched + j * run * lanes,
                                         scales);
        for (std::size_t g = 0; g < together; ++g)
            put(scales[g], columns.scale, j + g);
    }
}

/// The code that the search of its run left.
template <bool descended>
VI searchedCode(const Columns& columns, std::size_t i, int limit) {
    if (descended) return intOf(at(columns.searched, i));
    const V inverse = at(columns.inverse, i / run);
    return signedCode(at(columns.x, i), inverse, hn::IsNaN(inverse), limit);
}

/// The codes against the scales as stored; a run whose scale is 0 keeps what its search left.
template <bool descended>
void requantize(Columns& columns, V d, int zero, int limit) {
    for (std::size_t j = 0; j < runs; ++j) {
        const V scale = hn::Mul(d, hn::Sub(at(columns.scaleCode, j), all(static_cast<float>(zero))));
        const V inverse = hn::Div(all(1), scale);
        const M keep = hn::Eq(scale, all(0));
        const bool keepAny = !hn::AllFalse(D(), keep);
        for (std::size_t i = j * run; i < (j + 1) * run; ++i) {
            const VI nearest = nearestQuotient(at(columns.x, i), scale, inverse);
            VI code = hn::Add(clampOf(nearest, -limit, limit - 1), hn::Set(Int(), limit));
            if (keepAny)
                code = hn::IfThenElse(hn::RebindMask(Int(), keep), searchedCode<descended>(columns, i, limit),
                                      code);
            putCodes(code, columns.codes, i);
        }
    }
}

/// Six bits for each scale so that the largest becomes -32; returns the unit. Bytes wrap before they are cut.
V plainScales(Columns& columns) {
    const V max = farthestOf<runs>(columns.scale);
    const M some = notZero(max);
    const V inverse = hn::Div(all(-32), max);
    for (std::size_t j = 0; j < runs; ++j) {
        const VI wide = nearestOf(hn::Mul(inverse, at(columns.scale, j)));
        const VI byte = hn::ShiftRight<24>(hn::ShiftLeft<24>(wide));
        put(hn::IfThenElseZero(some, floatOf(hn::Add(clampOf(byte, -32, 31), hn::Set(Int(), 32)))),
            columns.scaleCode, j);
    }
    return hn::IfThenElseZero(some, hn::Div(all(1), inverse));
}

/// Lanes with a scale that is no number are astray: smallCode would not make its code 0.
V weightedScales(Columns& columns, M& astray) {
    for (std::size_t j = 0; j < runs; ++j)
        astray = hn::Or(astray, hn::Not(hn::Lt(hn::Abs(at(columns.scale, j)), all(HUGE_VALF))));
    const SignedScale found = signedScaleOf<runs>(columns.scale, columns.weight, 32, columns.room);
    for (std::size_t j = 0; j < runs; ++j)
        put(floatOf(signedCode(at(columns.scale, j), found.inverse, found.empty, 32)), columns.scaleCode, j);
    return found.scale;
}

/// Eight bits for each scale so that the largest becomes -128; returns the unit. Lanes without one hold 0.
V byteScales(Columns& columns, M& empty) {
    const V max = farthestOf<runs>(columns.scale);
    empty = hn::Lt(hn::Abs(max), all(nothing));
    const V inverse = hn::Div(all(-128), max);
    for (std::size_t j = 0; j < runs; ++j) {
        const VI wide = hn::Min(nearestOf(hn::Mul(inverse, at(columns.scale, j))), hn::Set(Int(), 127));
        const VI byte = hn::ShiftRight<24>(hn::ShiftLeft<24>(wide));
        put(hn::IfThenZeroElse(empty, floatOf(byte)), columns.scaleCode, j);
    }
    return hn::IfThenZeroElse(empty, hn::Div(all(1), inverse));
}

template <class Scale, class Assemble>
void assembleAll(const Batch& batch, const Columns& columns, const Halves& d, const Assemble& assemble) {
    std::array<std::uint8_t, 256 * lanes> codes;
    codesByBlock<256>(columns.codes, codes.data());
    Scale scales[runs];
    for (std::size_t lane = 0; lane < batch.count; ++lane) {
        for (std::size_t j = 0; j < runs; ++j)
            scales[j] = static_cast<Scale>(columns.scaleCode[j * lanes + lane]);
        assemble(d.bits[lane], scales, codes.data() + 256 * lane, batch.out[lane]);
    }
}

}  // namespace

void quantizeQ3_K(const Batch& batch) {
    Columns columns;
    gather<256>(batch.x.data(), columns.x);
    V d;
    M astray = none();
    if (batch.weighted()) {
        gather<256>(batch.importance.data(), columns.weights);
        const V squares = sumOfSquaresOf<256>(columns.x);
        importanceWeightsOf<256>(columns.x, hn::Div(hn::Mul(all(2), squares), all(256)), columns.weights);
        searchSigned(columns, 4);
        d = weightedScales(columns, astray);
    } else {
        searchDescending(columns, 4);
        d = plainScales(columns);
    }
    const Halves halves = halvesOf(d);
    if (batch.weighted())
        requantize<false>(columns, halves.value, 32, 4);
    else
        requantize<true>(columns, halves.value, 32, 4);
    assembleAll<std::uint8_t>(batch, columns, halves, assembleQ3_K);
    redo(batch, astray, Type::Q3_K);
}

void quantizeQ6_K(const Batch& batch) {
    Columns columns;
    gather<256>(batch.x.data(), columns.x);
    if (batch.weighted())
        gather<256>(batch.importance.data(), columns.weights);
    else
        squareWeights(columns);
    searchSigned(columns, 32);
    M empty;
    const Halves halves = halvesOf(byteScales(columns, empty));
    requantize<false>(columns, halves.value, 0, 32);
    if (!hn::AllFalse(D(), empty))
        for (std::size_t i = 0; i < 256; ++i) {
            const VI had = hn::PromoteTo(Int(), hn::LoadU(Byte(), columns.codes + i * lanes));
            putCodes(hn::IfThenZeroElse(hn::RebindMask(Int(), empty), had), columns.codes, i);
        }
    assembleAll<std::int8_t>(batch, columns, halves, assembleQ6_K);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(quantizeQ3_K);
HWY_EXPORT(quantizeQ6_K);

void batchQ3_K(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ3_K)(batch);
}
void batchQ6_K(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ6_K)(batch);
}

}  // namespace dq::kernels::gguf
#endif
