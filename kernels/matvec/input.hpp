#pragma once

#include <cstdint>
#include <span>

#include <hwy/aligned_allocator.h>

namespace dq::kernels::matvec {

struct Weights;

/// Inputs made ready for all rows: 0 beyond the last column up to a whole block, and what each group of columns sums to, lane by lane.
class Input {
public:
    Input(std::span<const float> x, std::int64_t batch, std::size_t cols, std::size_t stepsPerGroup);

    std::int64_t batch() const { return batch_; }
    const float* of(std::int64_t b) const { return numbers_.get() + static_cast<std::size_t>(b) * padded_; }
    const float* sumsOf(std::int64_t b) const { return sums_.get() + static_cast<std::size_t>(b) * (padded_ / stepsPerGroup_); }

private:
    std::int64_t batch_;
    std::size_t padded_, stepsPerGroup_;
    hwy::AlignedFreeUniquePtr<float[]> numbers_, sums_;
};

/// The definition of a product, in the order of columns: for processors without vector units, and for tests.
float plainProduct(const Weights& weights, std::int64_t row, const float* x);

}  // namespace dq::kernels::matvec
