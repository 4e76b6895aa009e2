#pragma once

#include <cstdint>
#include <span>

namespace dq::quality {

/// Turns every row of a matrix [rows, cols] by an orthogonal matrix: blocks of columns are multiplied by random signs (of a fixed
/// seed) and by the Hadamard matrix over the square root of its size. Columns beyond the last whole block stay. A rounding error made
/// on turned rows and turned back is as large as it was, but spread over its block. Throws Error(Input) for a block that is no power of 2.
void rotateRows(std::span<float> weights, std::int64_t cols, std::int64_t block);
/// The inverse.
void rotateRowsBack(std::span<float> weights, std::int64_t cols, std::int64_t block);

/// The largest power of two that divides cols: the largest rotation that leaves no column out.
std::int64_t largestRotation(std::int64_t cols);

}  // namespace dq::quality
