#pragma once

#include <span>
#include <vector>

#include "kernels/encoding.hpp"
#include "kernels/error_stats.hpp"
#include "kernels/matrix_scales.hpp"
#include "kernels/simd/importance.hpp"

/// kernels/error_stats.hpp for one row, in the widest vectors of the processor.
namespace dq::kernels::simd {

/// E[x^2] of a matrix's columns, multiplied by a power of two and 0 beyond the last: the same for every row.
class Moments {
public:
    Moments(const float* inputMoment, std::size_t cols);  // null: all 0
    const float* data() const { return numbers_.data() + skipped_; }
    float unit() const { return unit_; }

private:
    std::vector<float> numbers_;
    std::size_t skipped_ = 0;  // up to the first number at a multiple of 64 bytes
    float unit_ = 1;
};

struct RowInput {
    const float* weights;
    std::size_t cols;
    const float* fisher;       // or null
    const float* inputMoment;  // as the caller has it, or null
    const Moments* moments;    // the same
    const Importance* importance;  // the same, for encodings that weigh with it
    std::span<const MatrixScales> shared = {};  // of each encoding, or none at all
    std::int64_t place = 0;                     // the row's in the matrix

    GivenScales given(std::size_t encoding) const { return SharedScales{shared}.row(encoding, place); }
};

void errorRow(const RowInput& in, std::span<const Encoding> palette, std::span<const float> globalScales,
              ErrorSums* sums);

}  // namespace dq::kernels::simd
