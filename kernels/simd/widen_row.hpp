#pragma once

#include <cstddef>

/// BF16 where it lies in a file, in the widest vectors of the processor.
namespace dq::kernels::simd {

/// `to` has room for `count`; `from` may lie at any address. False where one of them is NaN or infinite.
bool widenBf16(const std::byte* from, std::size_t count, float* to);
/// The largest magnitude, which is that of a NaN or infinity where there is one; 0 of none.
float largestBf16(const std::byte* from, std::size_t count);

}  // namespace dq::kernels::simd
