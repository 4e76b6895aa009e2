#pragma once

#include <span>
#include <string>

#include "core/checkpoint/checkpoint.hpp"

namespace dq::checkpoint {

/// What Checkpoint::fingerprint() promises. `tensors` sorted by name, so that shards do not matter.
std::string contentFingerprint(const std::string& config, std::span<const TensorView> tensors);

}  // namespace dq::checkpoint
