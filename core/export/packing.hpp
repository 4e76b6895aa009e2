#pragma once

#include "core/checkpoint/checkpoint.hpp"
#include "core/export/rounded.hpp"

namespace dq::exporting {

/// packed() of a matrix where it lies, to the bit. Where the format's rows do not depend on each other it is read and rounded
/// some rows at a time by all threads, and never stands in memory as floats. Throws as packed() does.
Packed packedMatrix(const checkpoint::TensorView& matrix, const format::Format& format, const kernels::Input& input = {});

/// The matrix after rounding, once more rounded to BF16: what packed(rounded()) in bf16 gives.
std::vector<std::byte> roundedBf16(const checkpoint::TensorView& matrix, const format::Format& format, const kernels::Input& input = {});

/// BF16 as llama.cpp writes it, which is not always as our format of that name: it does not saturate.
std::vector<std::byte> ggufBf16(const checkpoint::TensorView& matrix);

/// The largest magnitude of its weights.
float largestIn(const checkpoint::TensorView& matrix);

}  // namespace dq::exporting
