// MXFP4 and NVFP4, one block per lane: scales by the reference's own functions, then the nearest of eight
// magnitudes.
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/fp4_scale.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gguf/batch_fp4.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/gguf/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

namespace {

/// Of levels equally near the first. Those of the other sign are never nearer than 0 and come after it.
template <std::size_t n>
HWY_INLINE void levelsOf(const float* x, V scale, std::uint8_t* codes) {
    V levels[8];
    for (std::size_t k = 1; k < 8; ++k)
        levels[k] = hn::Mul(all(static_cast<float>(fp4Levels[k])), scale);
    for (std::size_t i = 0; i < n; ++i) {
        const V magnitude = hn::Abs(at(x, i));
        V least = magnitude;
        V code = all(0);
        for (std::size_t k = 1; k < 8; ++k) {
            const V error = hn::Abs(hn::Sub(levels[k], magnitude));
            code = hn::IfThenElse(hn::Lt(error, least), all(static_cast<float>(k)), code);
            least = hn::Min(error, least);
        }
        const M negative = hn::And(hn::Lt(at(x, i), all(0)), hn::Gt(code, all(0)));
        putCodes(intOf(hn::Add(code, hn::IfThenElseZero(negative, all(8)))), codes, i);
    }
}

}  // namespace

void quantizeMxfp4(const Batch& batch) {
    constexpr std::size_t size = 32;
    HWY_ALIGN float x[size * lanes];
    HWY_ALIGN float each[lanes];
    HWY_ALIGN std::uint8_t columns[size * lanes];
    std::array<std::uint8_t, size * lanes> codes;
    std::array<std::uint8_t, lanes> scales;
    gather<size>(batch.x.data(), x);
    hn::Store(hn::Abs(farthestOf<size>(x)), D(), each);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        scales[lane] = mxScaleFor(each[lane]);
        each[lane] = halfMxScale(scales[lane]);
    }
    levelsOf<size>(x, hn::Load(D(), each), columns);
    codesByBlock<size>(columns, codes.data());
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assembleMxfp4(scales[lane], codes.data() + size * lane, batch.out[lane]);
}

void quantizeNvfp4(const Batch& batch) {
    constexpr std::size_t size = 64;
    constexpr std::size_t run = 16;
    HWY_ALIGN float x[size * lanes];
    HWY_ALIGN float each[lanes];
    HWY_ALIGN std::uint8_t columns[size * lanes];
    std::array<std::uint8_t, size * lanes> codes;
    std::array<std::array<std::uint8_t, 4>, lanes> scales;
    gather<size>(batch.x.data(), x);
    for (std::size_t j = 0; j < 4; ++j) {
        hn::Store(hn::Div(hn::Abs(farthestOf<run>(x + j * run * lanes)), all(6)), D(), each);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            scales[lane][j] = nvScaleFor(each[lane]);
            each[lane] = halfNvScale(scales[lane][j]);
        }
        levelsOf<run>(x + j * run * lanes, hn::Load(D(), each), columns + j * run * lanes);
    }
    codesByBlock<size>(columns, codes.data());
    for (std::size_t lane = 0; lane < batch.count; ++lane)
        assembleNvfp4(scales[lane], codes.data() + size * lane, batch.out[lane]);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(quantizeMxfp4);
HWY_EXPORT(quantizeNvfp4);

void batchMxfp4(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeMxfp4)(batch);
}
void batchNvfp4(const Batch& batch) {
    HWY_DYNAMIC_DISPATCH(quantizeNvfp4)(batch);
}

}  // namespace dq::kernels::gguf
#endif
