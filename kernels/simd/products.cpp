#include "kernels/simd/products.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/products.cpp"
#include "kernels/simd/highway.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// One row after the other, columns from `first`.
template <class T>
void tail(const Products<T>& in, std::size_t row, std::size_t first) {
    for (std::size_t j = first; j < in.cols; ++j) {
        T sum = in.c[row * in.cStride + j];
        for (std::size_t k = 0; k < in.depth; ++k)
            sum += in.a[row * in.aStride + k] * in.b[k * in.bStride + j];
        in.c[row * in.cStride + j] = sum;
    }
}

/// `height` rows times two vectors of columns stay in registers while k runs.
template <std::size_t height, class T>
void tile(const Products<T>& in, std::size_t row, std::size_t column) {
    const hn::ScalableTag<T> d;
    const std::size_t width = hn::Lanes(d);
    hn::Vec<decltype(d)> low[height], high[height];
    for (std::size_t i = 0; i < height; ++i) {
        low[i] = hn::LoadU(d, in.c + (row + i) * in.cStride + column);
        high[i] = hn::LoadU(d, in.c + (row + i) * in.cStride + column + width);
    }
    const T* b = in.b + column;
    for (std::size_t k = 0; k < in.depth; ++k, b += in.bStride) {
        const auto first = hn::LoadU(d, b), second = hn::LoadU(d, b + width);
        for (std::size_t i = 0; i < height; ++i) {
            const auto factor = hn::Set(d, in.a[(row + i) * in.aStride + k]);
            low[i] = hn::Add(low[i], hn::Mul(factor, first));
            high[i] = hn::Add(high[i], hn::Mul(factor, second));
        }
    }
    for (std::size_t i = 0; i < height; ++i) {
        hn::StoreU(low[i], d, in.c + (row + i) * in.cStride + column);
        hn::StoreU(high[i], d, in.c + (row + i) * in.cStride + column + width);
    }
}

/// All rows of two vectors of columns.
template <class T>
void strip(const Products<T>& in, std::size_t column) {
    std::size_t row = 0;
    for (; row + 4 <= in.rows; row += 4)
        tile<4>(in, row, column);
    for (; row < in.rows; ++row)
        tile<1>(in, row, column);
}

constexpr std::size_t depthAtOnce = 128;

/// Rows of b lie a power of two apart as often as not, which the first cache cannot hold: what many rows share is copied side by
/// side before.
template <class T>
void stripOfCopy(const Products<T>& in, std::size_t column) {
    const std::size_t step = 2 * hn::Lanes(hn::ScalableTag<T>());
    alignas(64) T copy[depthAtOnce * 32];
    Products<T> part = in;
    part.b = copy;
    part.bStride = step;
    part.c = in.c + column;
    for (std::size_t first = 0; first < in.depth; first += depthAtOnce) {
        part.depth = HWY_MIN(depthAtOnce, in.depth - first);
        part.a = in.a + first;
        for (std::size_t k = 0; k < part.depth; ++k)
            std::copy_n(in.b + (first + k) * in.bStride + column, step, copy + k * step);
        strip(part, 0);
    }
}

template <class T>
void add(const Products<T>& in) {
    const std::size_t step = 2 * hn::Lanes(hn::ScalableTag<T>());
    std::size_t column = 0;
    for (; column + step <= in.cols; column += step) {
        if (in.rows >= 8 && in.depth >= 8 && step <= 32)
            stripOfCopy(in, column);
        else
            strip(in, column);
    }
    for (std::size_t row = 0; row < in.rows && column < in.cols; ++row)
        tail(in, row, column);
}

}  // namespace

void addFloats(const Products<float>& in) {
    add(in);
}
void addDoubles(const Products<double>& in) {
    add(in);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(addFloats);
HWY_EXPORT(addDoubles);

void addProducts(const Products<float>& in) {
    HWY_DYNAMIC_DISPATCH(addFloats)(in);
}
void addProducts(const Products<double>& in) {
    HWY_DYNAMIC_DISPATCH(addDoubles)(in);
}

}  // namespace dq::kernels::simd
#endif
