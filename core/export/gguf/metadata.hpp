#pragma once

#include <vector>

#include "core/checkpoint/gguf/container.hpp"
#include "core/model/model.hpp"

namespace dq::exporting::gguf {

using namespace checkpoint::gguf;  // the container: headers, keys, tensor lists

/// The keys of a model that llama.cpp reads, but for its tokenizer: general.*, FAMILY.*. `fileType` is
/// informational (general.file_type).
std::vector<Entry> modelEntries(const model::Model& model, const std::string& family, std::uint32_t fileType);

/// What the frequency of each pair of a head is divided by, as tensors: Llama 3's rotary scaling, or longrope's short and long one.
struct Factors {
    std::string name;
    std::vector<float> values;
};
std::vector<Factors> ropeFactors(const model::Architecture& architecture);

/// tokenizer.ggml.*: tokens, types, merges or scores, special ids, chat template, from tokenizer.json and
/// tokenizer_config.json; those of a GGUF file as they stand there. `vocabulary` is the embedding's rows: tokens the tokenizer lacks become unused ones.
/// Throws Error(Unsupported) for a tokenizer that is no BPE, Error(Corrupt) for an id beyond the vocabulary.
std::vector<Entry> tokenizerEntries(const checkpoint::Checkpoint& checkpoint, std::int64_t vocabulary);

}  // namespace dq::exporting::gguf
