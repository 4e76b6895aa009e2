#pragma once

#include <cstddef>

/// BF16 as floats, in the widest vectors of the processor.
namespace dq::kernels::simd {

/// `to` has room for `count`; `from` may lie at any address. False where one of them is NaN or infinite.
bool widenBf16(const std::byte* from, std::size_t count, float* to);

}  // namespace dq::kernels::simd
