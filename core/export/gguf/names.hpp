#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.hpp"

/// Hugging Face's tensors under llama.cpp's names. Private to core/export.
namespace dq::exporting::gguf {

/// What llama.cpp calls the model's architecture, "llama" of mixtral; absent: this export has no name for it.
std::optional<std::string> familyOf(const model::Architecture& architecture);
/// Throws Error(Unsupported) naming `source` where there is none.
std::string requiredFamily(const model::Architecture& architecture, std::string_view source);

/// "blk.3.attn_q.weight"; the experts of a block share a name. Of qwen3_next's joint projection it is that of q, k and v.
/// Absent: llama.cpp has no such tensor.
std::optional<std::string> ggufName(const model::WeightMatrix& matrix);
std::optional<std::string> ggufName(const model::Model& model, const model::Needed& piece);

/// A part of the model that llama.cpp's file of the text does without: what looks at pictures, what predicts further tokens.
bool isOutsideText(std::string_view tensor);

}  // namespace dq::exporting::gguf
