#pragma once

#include <cstddef>
#include <span>

/// Whole rows of F16 and BF16, without a call per weight; as core/base/dtype.hpp's toF16 and toBf16.
namespace dq::kernels::gguf {

void halvesOfRow(std::span<const float> weights, std::byte* out);
void brainsOfRow(std::span<const float> weights, std::byte* out);

}  // namespace dq::kernels::gguf
