#pragma once

#include <filesystem>

#include "app/demo/train/network.hpp"

namespace dq::demo {

/// Writes config.json, generation_config.json and model.safetensors (BF16) into an existing folder, each file
/// replaced whole.
void writeCheckpoint(const Network& network, const std::filesystem::path& folder);

/// The network of such a folder. Throws Error where a tensor is missing or has another shape than the demo
/// model's.
Network readCheckpoint(const std::filesystem::path& folder);

}  // namespace dq::demo
