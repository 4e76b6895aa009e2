#pragma once

#include <array>
#include <cstddef>

#include "kernels/gguf/families.hpp"

/// The vector versions take as many blocks as a register has floats and let each lane follow the reference's
/// arithmetic for its own block: bytes are equal because nothing but the number of blocks has changed. Where
/// a lane meets numbers that the shortcuts below do not cover, its block goes to the reference.
namespace dq::kernels::gguf {

inline constexpr std::size_t mostLanes = 16;

/// Blocks of one type to go side by side, one a lane or two. Those from `count` on repeat the first and are
/// not written.
struct Batch {
    std::array<const float*, 2 * mostLanes> x;
    std::array<const float*, 2 * mostLanes> importance;  // all null, or none
    std::array<float, 2 * mostLanes> rowMeanSquare;
    std::array<std::byte*, 2 * mostLanes> out;
    std::size_t count = 0;

    bool weighted() const { return importance[0] != nullptr; }
    Source source(std::size_t block) const { return {x[block], importance[block], rowMeanSquare[block]}; }
};

/// How many blocks one batch takes on this processor; below 2 there is no vector unit worth using.
std::size_t batchLanes();

/// The sum of squares of batchLanes() rows; cols is a multiple of 32.
void batchRowSums(const float* const* rows, std::size_t cols, float* sums);

void batchQ2_K(const Batch& batch);
void batchQ3_K(const Batch& batch);
void batchQ4_K(const Batch& batch);
void batchQ5_K(const Batch& batch);
void batchQ6_K(const Batch& batch);
void batchQ4_0(const Batch& batch);
void batchQ5_0(const Batch& batch);
void batchQ4_1(const Batch& batch);
void batchQ5_1(const Batch& batch);
void batchWeightedQ4_1(const Batch& batch);  // two blocks a lane, as the next
void batchWeightedQ5_1(const Batch& batch);
void batchQ8_0(const Batch& batch);
void batchMxfp4(const Batch& batch);
void batchNvfp4(const Batch& batch);
void batchIq4Nl(const Batch& batch);
void batchIq4Xs(const Batch& batch);

}  // namespace dq::kernels::gguf
