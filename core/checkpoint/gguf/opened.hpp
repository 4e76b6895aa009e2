#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.hpp"
#include "core/checkpoint/gguf/container.hpp"

/// A GGUF file of plain weights read as a model that a Hugging Face folder could hold.
namespace dq::checkpoint::gguf {

/// The file, or all parts of a split one.
struct Opened {
    std::vector<std::filesystem::path> paths;
    std::vector<Read> parts;
    std::vector<std::vector<float>> made;  // small tensors that the file holds in another form

    const Header& header() const { return parts.front().header; }
    std::string source() const { return paths.front().string(); }
    const Value* find(std::string_view key) const { return parts.front().find(key); }
    /// Which of llama.cpp's families: "llama". Throws Error(Unsupported) where it is none that is read.
    std::string family() const;
};

/// Any part may be named. Throws Error naming the file: a part that is missing or of another model, a tensor that stands twice.
Opened open(const std::filesystem::path& path);

/// Its tensors, sorted by Hugging Face's names. Throws Error(Unsupported) for a quantized tensor or one that the family does not have.
/// Keeps what it has to make in `opened`, which must stay where it is.
std::vector<TensorView> tensorsOf(Opened& opened);

/// config.json as the keys describe the model. Throws Error(Corrupt) where a key is missing or of another type, Error(Unsupported)
/// for what config.json cannot say.
std::string configOf(const Opened& opened);

/// tokenizer.json and tokenizer_config.json; absent: the file has no tokenizer. Throws Error(Unsupported) for one of another kind.
std::optional<std::string> tokenizerOf(const Opened& opened);
std::optional<std::string> tokenizerConfigOf(const Opened& opened);

}  // namespace dq::checkpoint::gguf
