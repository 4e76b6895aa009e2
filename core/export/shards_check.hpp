#pragma once

#include <map>
#include <string>

#include "core/checkpoint/checkpoint.hpp"

namespace dq::exporting {

/// What loaders read of safetensors files beside the tensors: each file's `__metadata__` is `metadata`, and the index of
/// several tells of these tensors and their bytes. Private to core/export. Throws Error(Corrupt) naming the file.
void requireShards(const checkpoint::Checkpoint& checkpoint, const std::map<std::string, std::string>& metadata);

}  // namespace dq::exporting
