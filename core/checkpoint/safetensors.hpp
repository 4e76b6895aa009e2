#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.hpp"

namespace dq::checkpoint {

/// The tensors of one safetensors file, in the order of their bytes:
///
///     u64 little-endian N | N bytes of JSON {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ...} | data
///
/// Offsets count from the start of the data, which the tensors must cover without gap and without overlap.
/// Throws Error naming `path` (for people) and the tensor; `file` is what the views carry.
std::vector<TensorView> readHeader(std::span<const std::byte> bytes, const std::string& path, const std::string& file);

}  // namespace dq::checkpoint
