#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The block types of GGUF files, to the byte as stock llama.cpp (ggml-base built for baseline x86-64) writes
/// them. How a block's bytes lie: kernels/gguf/blocks.hpp.
namespace dq::kernels::gguf {

enum class Type : std::uint8_t {
    F16,
    Bf16,
    Q8_0,
    Q6_K,
    Q5_K,
    Q4_K,
    Q3_K,
    Q2_K,
    Q5_0,
    Q5_1,
    Q4_0,
    Q4_1,
    Iq4Nl,
    Iq4Xs,
    Mxfp4,
    Nvfp4,
};

struct TypeInfo {
    Type type;
    std::string_view name;  // as in GGUF tools: "Q4_K", "IQ4_XS"
    std::uint32_t ggmlId;   // what a file's tensor info says
    std::size_t blockWeights;
    std::size_t blockBytes;
    bool usesImportance;  // the others ignore it, as stock does
};

const TypeInfo& infoOf(Type type);
std::span<const TypeInfo> types();            // all, in the order of the enum
const TypeInfo* typeNamed(std::string_view);  // null: no such type

/// Bytes of a row. Throws Error(Unsupported) where `cols` is no multiple of the block.
std::size_t rowBytes(Type type, std::size_t cols);

/// What stock llama-quantize stores instead of a type whose block does not divide the row: a type with blocks
/// of 32, or F16 where 32 does not divide it either. NVFP4, which stock refuses then, becomes F16 too.
Type typeFor(Type wanted, std::size_t cols);

/// Rounds one row. `importance` is E[x^2] per column, [cols], finite and not negative, or null; `out` holds
/// rowBytes. Weights must be finite: others give some bytes, never a fault. Throws Error(Unsupported) where
/// the block does not divide the row, Error(Input) where `out` has another size.
void quantizeRow(Type type, std::span<const float> weights, const float* importance,
                 std::span<std::byte> out);
void dequantizeRow(Type type, std::span<const std::byte> bytes, std::span<float> weights);

/// The same bytes as row after row, faster: blocks of several rows go side by side through the vector unit.
/// `weights` holds whole rows of `cols`; `importance` is [cols] or null.
void quantizeRows(Type type, std::span<const float> weights, std::size_t cols, const float* importance,
                  std::span<std::byte> out);

namespace reference {
void quantizeRow(Type type, std::span<const float> weights, const float* importance,
                 std::span<std::byte> out);
}

}  // namespace dq::kernels::gguf
