#pragma once

#include <span>
#include <vector>

#include "kernels/gguf/gguf.hpp"

namespace dq::kernels::gguf {

/// Types with blocks of 32 weigh by the whole row's mean square, where there is an importance.
inline bool needsRowMeanSquare(const TypeInfo& info, const float* importance) {
    return importance && info.usesImportance && info.blockWeights == 32;
}

/// Each row's squares added in order, several rows at a time; divided by cols.
std::vector<float> rowMeanSquares(std::span<const float> weights, std::size_t cols);

/// Throws Error(Input) where `bytes` is not what the rows take, Error(Unsupported) where no block divides
/// `cols`.
void checkSizes(Type type, std::size_t cols, std::size_t rows, std::size_t bytes);

}  // namespace dq::kernels::gguf
