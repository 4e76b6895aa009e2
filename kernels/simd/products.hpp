#pragma once

#include <cstddef>

namespace dq::kernels::simd {

/// c[i][j] += a[i][k] * b[k][j], k rising, every product and every sum rounded once: the same bits however it is cut.
template <class T>
struct Products {
    std::size_t rows, depth, cols;
    const T* a;
    std::size_t aStride;
    const T* b;
    std::size_t bStride;
    T* c;
    std::size_t cStride;
};

void addProducts(const Products<float>& in);
void addProducts(const Products<double>& in);

}  // namespace dq::kernels::simd
