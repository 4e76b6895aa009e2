#pragma once

#include <filesystem>

namespace dq::checkpoint::gguf {

/// Whether a file begins as GGUF files do; false where it cannot be read.
bool isGguf(const std::filesystem::path& file);

}  // namespace dq::checkpoint::gguf
