#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace dq::checkpoint {

/// The safetensors files of a checkpoint folder, and where its index says each tensor lies.
struct Shards {
    std::vector<std::string> files;                             // plain file names, sorted
    std::vector<std::pair<std::string, std::string>> promises;  // tensor, file; empty without an index
    std::string index;                                          // path of the index, for messages
};

/// model.safetensors; else the files model.safetensors.index.json names; else the only *.safetensors there is.
/// Throws Error naming the folder or the index: no such file, several without an index, a name that leaves the folder, a
/// shard that is absent.
Shards findShards(const std::filesystem::path& folder);

}  // namespace dq::checkpoint
