#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

/// A GGUF file in several parts, as llama.cpp names them: NAME-00001-of-00003.gguf.
namespace dq::checkpoint::gguf {

inline constexpr const char* splitIndexKey = "split.no";
inline constexpr const char* splitCountKey = "split.count";
inline constexpr const char* splitTensorsKey = "split.tensors.count";
inline constexpr std::size_t mostSplits = 65535;  // the keys are 16 bits wide

struct SplitName {
    std::string stem;  // "NAME"
    std::size_t index = 0, count = 0;  // from 0
};

/// Absent: the name is that of a whole file.
std::optional<SplitName> splitNameOf(const std::filesystem::path& file);
std::string fileName(const SplitName& name);

}  // namespace dq::checkpoint::gguf
