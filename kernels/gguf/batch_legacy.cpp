// Blocks of 32: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0. A block per lane, two where the affine search wants pairs. The
// searches are bound by arithmetic, the plain roundings by turning rows into columns and back.
#include <cmath>

#include "kernels/gguf/assemble.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gguf/batch_legacy.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/gguf/affine-inl.hpp"
#include "kernels/gguf/signed-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

namespace {

constexpr std::size_t size = 32;

/// Blocks of all lanes, and once more behind them where they come in pairs.
template <std::size_t perLane>
struct Columns {
    static constexpr std::size_t n = size * perLane;
    HWY_ALIGN float x[n * lanes];
    HWY_ALIGN float weights[n * lanes];
    HWY_ALIGN float room[n * lanes];
    HWY_ALIGN std::uint8_t columns[n * lanes];
    std::array<std::uint8_t, n * lanes> codes;
};

template <std::size_t perLane>
void load(const Batch& batch, Columns<perLane>& columns) {
    for (std::size_t k = 0; k < perLane; ++k) {
        const std::size_t at = k * size * lanes;
        gather<size>(batch.x.data() + k * lanes, columns.x + at);
        if (!batch.weighted()) continue;
        gather<size>(batch.importance.data() + k * lanes, columns.weights + at);
        const V spread = hn::LoadU(D(), batch.rowMeanSquare.data() + k * lanes);
        importanceWeightsOf<size>(columns.x + at, spread, columns.weights + at);
    }
}

template <std::size_t perLane>
void turn(Columns<perLane>& columns) {
    for (std::size_t k = 0; k < perLane; ++k)
        codesByBlock<size>(columns.columns + k * size * lanes, columns.codes.data() + k * size * lanes);
}

/// Numbers that are no usable inverse of a scale: their lanes go to the reference.
HWY_INLINE M unusable(V inverse) {
    return hn::Not(hn::Lt(hn::Abs(inverse), all(1e38f)));
}

template <class Assemble>
void quantizeSigned(const Batch& batch, int limit, Type type, const Assemble& assemble) {
    Columns<1> columns;
    load(batch, columns);
    V d;
    M astray = none();
    if (batch.weighted()) {
        const SignedScale found = signedScaleOf<size>(columns.x, columns.weights, limit, columns.room);
        d = found.scale;
        for (std::size_t i = 0; i < size; ++i)
            putCodes(signedCode(at(columns.x, i), found.inverse, found.empty, limit), columns.columns, i);
    } else {
        d = hn::Div(farthestOf<size>(columns.x), all(static_cast<float>(-limit)));
        const V inverse = inverseOrZeroOf(d);
        astray = unusable(inverse);
        const V middle = all(static_cast<float>(limit) + 0.5f);
        for (std::size_t i = 0; i < size; ++i) {
            const VI code = intOf(hn::Add(hn::Mul(at(columns.x, i), inverse), middle));
            putCodes(hn::Min(code, hn::Set(Int(), 2 * limit - 1)), columns.columns, i);
        }
    }
    turn(columns);
    const Halves halves = halvesOf(d);
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assemble(halves.bits[lane], columns.codes.data() + size * lane, batch.out[lane]);
    redo(batch, astray, type);
}

template <class Assemble>
void affineWeighted(const Batch& batch, int limit, Type type, const Assemble& assemble) {
    Columns<2> columns;
    load(batch, columns);
    AffineGroup found[2];
    M astray = none();
    searchPair<size, false>(columns.x, columns.weights, {limit, -0.9f, 0.05f, 36, false}, columns.room, found,
                            astray);
    Halves d[2];
    Halves m[2];
    for (std::size_t k = 0; k < 2; ++k) {
        d[k] = halvesOf(found[k].scale);
        m[k] = halvesOf(hn::Neg(found[k].minimum));
        for (std::size_t i = k * size; i < (k + 1) * size; ++i) {
            const V code = hn::Mul(found[k].inverse, hn::Sub(at(columns.x, i), found[k].from));
            putCodes(clampOf(nearestOf(code), 0, limit), columns.columns, i);
        }
    }
    turn(columns);
    for (std::size_t block = 0; block < batch.count; ++block)
        assemble(d[block / lanes].bits[block % lanes], m[block / lanes].bits[block % lanes],
                 columns.codes.data() + size * block, batch.out[block]);
    redo(batch, astray, type, 2);
}

template <class Assemble>
void affinePlain(const Batch& batch, int limit, Type type, const Assemble& assemble) {
    Columns<1> columns;
    load(batch, columns);
    V low = at(columns.x, 0);
    V high = low;
    for (std::size_t i = 1; i < size; ++i) {
        const V x = at(columns.x, i);
        low = hn::IfThenElse(hn::Lt(x, low), x, low);
        high = hn::IfThenElse(hn::Gt(x, high), x, high);
    }
    const V d = hn::Div(hn::Sub(high, low), all(static_cast<float>(limit)));
    const V inverse = inverseOrZeroOf(d);
    const M astray = hn::Or(unusable(inverse), unusable(d));
    for (std::size_t i = 0; i < size; ++i) {
        const VI code = intOf(hn::Add(hn::Mul(hn::Sub(at(columns.x, i), low), inverse), all(0.5f)));
        putCodes(hn::Min(code, hn::Set(Int(), limit)), columns.columns, i);
    }
    turn(columns);
    const Halves halves = halvesOf(d);
    const Halves minima = halvesOf(low);
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assemble(halves.bits[lane], minima.bits[lane], columns.codes.data() + size * lane, batch.out[lane]);
    redo(batch, astray, type);
}

/// Half way, away from zero.
HWY_INLINE V roundedAway(V value) {
    const V whole = hn::Trunc(value);
    const M far = hn::Ge(hn::Abs(hn::Sub(value, whole)), all(0.5f));
    return hn::Add(whole, hn::IfThenElseZero(far, hn::CopySign(all(1), value)));
}

}  // namespace

void quantizeQ4_0(const Batch& batch) {
    quantizeSigned(batch, 8, Type::Q4_0, assembleQ4_0);
}
void quantizeQ5_0(const Batch& batch) {
    quantizeSigned(batch, 16, Type::Q5_0, assembleQ5_0);
}
void quantizeQ4_1(const Batch& batch) {
    affinePlain(batch, 15, Type::Q4_1, assembleQ4_1);
}
void quantizeQ5_1(const Batch& batch) {
    affinePlain(batch, 31, Type::Q5_1, assembleQ5_1);
}
void quantizeWeightedQ4_1(const Batch& batch) {
    affineWeighted(batch, 15, Type::Q4_1, assembleQ4_1);
}
void quantizeWeightedQ5_1(const Batch& batch) {
    affineWeighted(batch, 31, Type::Q5_1, assembleQ5_1);
}

void quantizeQ8_0(const Batch& batch) {
    Columns<1> columns;
    gather<size>(batch.x.data(), columns.x);
    const V d = hn::Div(hn::Abs(farthestOf<size>(columns.x)), all(127));
    const V inverse = inverseOrZeroOf(d);
    const M astray = unusable(inverse);
    for (std::size_t i = 0; i < size; ++i) {
        const VI code = intOf(roundedAway(hn::Mul(at(columns.x, i), inverse)));
        putCodes(hn::And(code, hn::Set(Int(), 255)), columns.columns, i);
    }
    turn(columns);
    const Halves halves = halvesOf(d);
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assembleQ8_0(halves.bits[lane], columns.codes.data() + size * lane, batch.out[lane]);
    redo(batch, astray, Type::Q8_0);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(quantizeQ4_0);
HWY_EXPORT(quantizeQ5_0);
HWY_EXPORT(quantizeQ4_1);
HWY_EXPORT(quantizeQ5_1);
HWY_EXPORT(quantizeWeightedQ4_1);
HWY_EXPORT(quantizeWeightedQ5_1);
HWY_EXPORT(quantizeQ8_0);

void batchQ4_0(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ4_0)(batch);
}
void batchQ5_0(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ5_0)(batch);
}
void batchQ4_1(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ4_1)(batch);
}
void batchQ5_1(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ5_1)(batch);
}
void batchWeightedQ4_1(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeWeightedQ4_1)(batch);
}
void batchWeightedQ5_1(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeWeightedQ5_1)(batch);
}
void batchQ8_0(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeQ8_0)(batch);
}

}  // namespace dq::kernels::gguf
#endif
