#pragma once

#include "kernels/gguf/families.hpp"
#include "kernels/gguf/gguf.hpp"

namespace dq::kernels::gguf {

/// The definition of one type: one block of weights to bytes and back.
struct BlockKernels {
    void (*quantize)(const Source& source, std::byte* out);
    void (*dequantize)(const std::byte* from, float* x);
};

BlockKernels kernelsOf(Type type);

}  // namespace dq::kernels::gguf
