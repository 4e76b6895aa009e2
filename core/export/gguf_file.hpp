#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/inputs.hpp"
#include "core/export/native.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"
#include "kernels/gguf/gguf.hpp"

namespace dq::exporting {

/// The block type a format is stored as in a GGUF file; absent: llama.cpp has none for it.
std::optional<kernels::gguf::Type> ggufTypeOf(const format::Format& format);

/// Why llama.cpp would not load the recipe; each sentence names the matrix and the rule. Empty: it loads.
std::vector<std::string> ggufComplaints(const model::Model& model, const recipe::Recipe& recipe);

/// Of the whole file, to the byte.
Bytes ggufFileBytes(const model::Model& model, const recipe::Recipe& recipe);

/// Writes one GGUF file: llama.cpp's names and order of rows, experts of a block in one tensor, norms and biases F32, a tied
/// head left out, rope factors, the tokenizer. Throws Error(Unsupported) with the first complaints, nothing written; Error(Input)
/// where the file exists already; Error(Io).
void writeGguf(const model::Model& model, const recipe::Recipe& recipe, const std::filesystem::path& target,
               const Progress& progress, const InputSource& inputs = {});

/// Reads the file back: every tensor is where the loader looks for it and equals the quantizer's answer byte for byte;
/// the keys are those that the model gives. Throws Error(Corrupt) naming tensor or key. The recipe is the file's own.
VerifyReport verifyGguf(const std::filesystem::path& file, const model::Model& against, const Progress& progress,
                        const InputSource& inputs = {});

}  // namespace dq::exporting
