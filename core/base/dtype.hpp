#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace dq {

/// Element types of tensors in checkpoints, with safetensors' names.
enum class DType { F64, F32, F16, BF16, F8E4M3, F8E5M2, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

std::size_t elementSize(DType type);        // bytes
std::string_view dtypeName(DType type);     // "BF16"
std::optional<DType> dtypeOf(std::string_view safetensorsName);

inline float fromBf16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
std::uint16_t toBf16(float value);          // ties to even; NaN stays NaN
float fromF16(std::uint16_t bits);
std::uint16_t toF16(float value);           // ties to even, overflow to infinity

/// Converts F32, F16 or BF16 elements (any alignment) to float. Throws Error(Unsupported) for other types.
void toFloat(DType type, std::span<const std::byte> from, std::span<float> to);

}  // namespace dq
