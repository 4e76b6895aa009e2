#pragma once

#include <cstddef>
#include <cstring>

/// One block at a time, family by family: the definition of every type.
namespace dq::kernels::gguf {

/// The weights of one block.
struct Source {
    const float* x;
    const float* importance;  // of the same columns, or null
    float rowMeanSquare;      // of the whole row; read by the types with blocks of 32 under an importance
};

template <class Block>
void store(const Block& block, std::byte* out) {
    std::memcpy(out, &block, sizeof block);
}

template <class Block>
Block load(const std::byte* from) {
    Block block;
    std::memcpy(&block, from, sizeof block);
    return block;
}

void quantizeQ4_0(const Source& source, std::byte* out);
void quantizeQ4_1(const Source& source, std::byte* out);
void quantizeQ5_0(const Source& source, std::byte* out);
void quantizeQ5_1(const Source& source, std::byte* out);
void quantizeQ8_0(const Source& source, std::byte* out);
void quantizeQ2_K(const Source& source, std::byte* out);
void quantizeQ3_K(const Source& source, std::byte* out);
void quantizeQ4_K(const Source& source, std::byte* out);
void quantizeQ5_K(const Source& source, std::byte* out);
void quantizeQ6_K(const Source& source, std::byte* out);
void quantizeIq4Nl(const Source& source, std::byte* out);
void quantizeIq4Xs(const Source& source, std::byte* out);
void quantizeMxfp4(const Source& source, std::byte* out);
void quantizeNvfp4(const Source& source, std::byte* out);

void dequantizeQ4_0(const std::byte* from, float* x);
void dequantizeQ4_1(const std::byte* from, float* x);
void dequantizeQ5_0(const std::byte* from, float* x);
void dequantizeQ5_1(const std::byte* from, float* x);
void dequantizeQ8_0(const std::byte* from, float* x);
void dequantizeQ2_K(const std::byte* from, float* x);
void dequantizeQ3_K(const std::byte* from, float* x);
void dequantizeQ4_K(const std::byte* from, float* x);
void dequantizeQ5_K(const std::byte* from, float* x);
void dequantizeQ6_K(const std::byte* from, float* x);
void dequantizeIq4Nl(const std::byte* from, float* x);
void dequantizeIq4Xs(const std::byte* from, float* x);
void dequantizeMxfp4(const std::byte* from, float* x);
void dequantizeNvfp4(const std::byte* from, float* x);

}  // namespace dq::kernels::gguf
