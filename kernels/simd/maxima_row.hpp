#pragma once

#include <cstddef>

/// The largest magnitude of each group of a row, in the widest vectors of the processor.
namespace dq::kernels::simd {

/// maxima[g] becomes at least the largest |w| of group g; the last group may be shorter.
void raiseMaxima(const float* row, std::size_t cols, std::size_t group, float* maxima);

}  // namespace dq::kernels::simd
