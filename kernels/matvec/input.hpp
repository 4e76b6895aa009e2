#pragma once

#include <cstdint>
#include <span>

#include <hwy/aligned_allocator.h>

namespace dq::kernels::matvec {

struct Weights;

/// Inputs made ready for all rows: rounded to bfloat16, in the order of the layout (kernels/matvec/stream.hpp), 0 beyond the last
/// column up to a whole block, and what every lane's columns sum to, for its first half and its last.
class Input {
public:
    Input(std::span<const float> x, std::int64_t batch, std::size_t cols);

    std::int64_t batch() const { return batch_; }
    const float* of(std::int64_t b) const { return numbers_.get() + at(b); }             // [blocks][step][half][lane]
    const std::uint32_t* pairsOf(std::int64_t b) const { return pairs_.get() + at(b) / 2; }  // [blocks][step][lane], half 0 low
    const float* sumsOf(std::int64_t b) const { return sums_.get() + at(b) / 16; }       // [blocks][first, last][lane]

private:
    std::size_t at(std::int64_t b) const { return static_cast<std::size_t>(b) * padded_; }
    void take(const float* x, std::size_t cols, std::int64_t b);

    std::int64_t batch_;
    std::size_t padded_;
    hwy::AlignedFreeUniquePtr<float[]> numbers_, sums_;
    hwy::AlignedFreeUniquePtr<std::uint32_t[]> pairs_;
};

/// The definition of a product, in the order of columns: for processors without vector units, and for tests. `x` are bfloat16 numbers.
float plainProduct(const Weights& weights, std::int64_t row, const float* x);

}  // namespace dq::kernels::matvec
