#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// Rows are handed to threads in slabs of about this many weights: enough to outweigh the handing over.
inline constexpr std::int64_t slabWeights = 1 << 16;

inline std::int64_t slabRows(std::int64_t cols) {
    return std::max<std::int64_t>(1, slabWeights / std::max<std::int64_t>(1, cols));
}

inline std::int64_t slabCount(const MatrixView& matrix) {
    const std::int64_t rows = slabRows(matrix.cols);
    return (matrix.rows + rows - 1) / rows;
}

inline MatrixView slab(const MatrixView& matrix, std::int64_t index) {
    const std::int64_t first = index * slabRows(matrix.cols);
    return {matrix.row(first), std::min(slabRows(matrix.cols), matrix.rows - first), matrix.cols};
}

/// The part of an array that belongs to a slab, where each row of the matrix owns `perRow` elements.
template <class T>
std::span<T> rowsOf(std::span<T> all, const MatrixView& matrix, std::int64_t index, std::int64_t perRow) {
    const std::int64_t first = index * slabRows(matrix.cols);
    return all.subspan(static_cast<std::size_t>(first * perRow),
                       static_cast<std::size_t>(slab(matrix, index).rows * perRow));
}

/// Row i of an array whose rows take `perRow` elements.
template <class T>
std::span<T> rowAt(std::span<T> all, std::int64_t i, std::int64_t perRow) {
    return all.subspan(static_cast<std::size_t>(i * perRow), static_cast<std::size_t>(perRow));
}

}  // namespace dq::kernels
