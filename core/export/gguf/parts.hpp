#pragma once

#include <filesystem>
#include <vector>

#include "core/export/gguf/metadata.hpp"

/// One file, or several as llama.cpp splits them. Private to core/export.
namespace dq::exporting::gguf {

/// The headers of the files: a new one is begun where the tensors of one would take more than `splitBytes` (0: never). The first has all
/// keys, every one its number. Throws Error(Input) for more files than the keys can count.
std::vector<Header> partsOf(const Header& whole, Bytes splitBytes);

/// The target itself, or NAME-00001-of-0000N.gguf beside it.
std::vector<std::filesystem::path> pathsOf(const std::filesystem::path& target, std::size_t parts);

}  // namespace dq::exporting::gguf
