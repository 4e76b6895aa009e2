#pragma once

#include <cstddef>

#include "kernels/moments.hpp"

namespace dq::kernels::simd {

/// kernels/moments.hpp for one row, in the widest vectors of the processor.
Moments rowMoments(const float* row, std::size_t cols);

}  // namespace dq::kernels::simd
