#pragma once

#include <vector>

#include "core/export/gguf/container.hpp"
#include "core/export/gguf/names.hpp"
#include "core/json/json.hpp"
#include "core/model/model.hpp"

namespace dq::exporting::gguf {

/// The keys of a model that llama.cpp reads, but for its tokenizer: general.*, ARCH.*. `fileType` is
/// informational (general.file_type).
std::vector<Entry> modelEntries(const model::Model& model, const json::Json& config, const Family& family,
                                std::uint32_t fileType);

/// Llama 3's rotary scaling as the tensor rope_freqs.weight: per pair of a head, what its frequency is divided by. Empty:
/// the model has none.
std::vector<float> ropeFactors(const model::Model& model, std::int64_t headSize);

/// tokenizer.ggml.*: tokens, types, merges or scores, special ids, chat template, from tokenizer.json and
/// tokenizer_config.json. `vocabulary` is the embedding's rows: tokens the tokenizer lacks become unused ones.
/// Throws Error(Unsupported) for a tokenizer that is no BPE, Error(Corrupt) for an id beyond the vocabulary.
std::vector<Entry> tokenizerEntries(const std::filesystem::path& folder, std::int64_t vocabulary);

}  // namespace dq::exporting::gguf
