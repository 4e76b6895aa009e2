#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/dtype.hpp"
#include "core/base/units.hpp"

namespace dq::checkpoint::gguf {

inline constexpr std::uint32_t plainF32 = 0;

/// Bytes of a tensor of a type that this program writes; -1 for others, for rows that blocks do not divide, or where the
/// extents overflow.
Bytes tensorBytes(std::uint32_t type, std::span<const std::int64_t> extents);

/// "F32", "Q4_K"; "ggml type 99".
std::string typeName(std::uint32_t type);
/// Of types that hold numbers as they are: F32, F16, BF16.
std::optional<DType> plainType(std::uint32_t type);

}  // namespace dq::checkpoint::gguf
