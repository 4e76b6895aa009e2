#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/digests.hpp"
#include "core/export/safetensors_writer.hpp"
#include "core/model/model.hpp"

/// A checkpoint folder as Hugging Face lays it out: safetensors in shards, their index, config and tokenizer
/// files. What the targets built on it share.
namespace dq::exporting {

/// Tensors that stay in one file, and who writes their bytes: one matrix, or one tensor that passes through.
struct Piece {
    std::string name;
    std::vector<StoredTensor> tensors;
    std::function<void(SafetensorsWriter&)> write;

    Bytes bytes() const;
};

/// The pieces of one file.
using Shard = std::vector<Piece>;
std::vector<Shard> shardsOf(const std::vector<Piece>& pieces, Bytes shardBytes);
std::vector<StoredTensor> tensorsOf(const Shard& shard);

/// `__metadata__` of safetensors files that transformers opens.
inline const std::map<std::string, std::string> plainMetadata{{"format", "pt"}};

/// A tensor of the original, as it was.
Piece passing(const checkpoint::TensorView& tensor);

struct HfFolder {
    std::vector<Piece> pieces{};
    std::map<std::string, std::string> texts{};  // further files by name; one of the original's name replaces it
    std::map<std::string, std::string> metadata{};  // of each safetensors file
    Bytes shardBytes = 5'000'000'000;             // a new safetensors file is begun past this
    std::function<void(std::map<std::string, std::string>& texts, const Digests& tensors)> seal{};  // when all tensors are written:
                                                  // may change texts, not how long they are
};

/// Of every file that writeHfFolder makes: shards with their headers, index, texts and copies.
Bytes folderBytes(const model::Model& model, const HfFolder& folder);

/// Copies config.json, generation and tokenizer files beside what `folder` says. Free space is checked first;
/// written beside, flushed, renamed; files that an interrupted run of the same export left whole are taken over. Throws Error:
/// target exists (Input), no space or permission (Io).
WrittenDigests writeHfFolder(const model::Model& model, const HfFolder& folder, const std::filesystem::path& target,
                   const Progress& progress);

}  // namespace dq::exporting
