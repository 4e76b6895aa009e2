#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/written_digests.hpp"
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

struct GgufOptions {
    Bytes splitBytes = 0;  // a new file is begun past this; 0: one file
};

/// Of the whole file, or of all parts, to the byte.
Bytes ggufFileBytes(const model::Model& model, const recipe::Recipe& recipe, const GgufOptions& options = {});

struct GgufWritten {
    std::filesystem::path first;  // what a loader is given: the target, or the first of NAME-00001-of-0000N.gguf
    WrittenDigests digests;
};

/// Writes one GGUF file or its parts: llama.cpp's names and order of rows, experts of a block in one tensor, norms and biases F32, a tied
/// head left out, rope factors, the tokenizer. Throws Error(Unsupported) with the first complaints, nothing written; Error(Input)
/// where the file exists already; Error(Io).
GgufWritten writeGguf(const model::Model& model, const recipe::Recipe& recipe, const std::filesystem::path& target,
                      const Progress& progress, const InputSource& inputs = {}, const GgufOptions& options = {});

/// Reads the file (and the other parts) back: every tensor is where the loader looks for it and equals the quantizer's answer byte for byte (or has the fingerprint of it, where it was just written);
/// the keys are those that the model gives. Throws Error(Corrupt) naming tensor or key. The recipe is the file's own.
VerifyReport verifyGguf(const std::filesystem::path& file, const model::Model& against, const Progress& progress,
                        const InputSource& inputs = {}, const WrittenDigests* written = nullptr);

}  // namespace dq::exporting
