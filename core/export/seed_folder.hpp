#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/inputs.hpp"
#include "core/export/native.hpp"
#include "core/export/written_digests.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

/// The folder that the first DynaQuant wrote: `dynaquant_config.json` beside one stream of codes and one of scales for every
/// matrix (README.md draws it byte by byte).
namespace dq::exporting {

struct SeedOptions {
    Bytes shardBytes = 4'000'000'000;  // another file of tensors that are not packed is begun past this
};

/// What the folder has no place for, matrix by matrix, in words. Empty: it can be written.
std::vector<std::string> seedComplaints(const model::Model& model, const recipe::Recipe& recipe);

/// Of every file, to the byte; nothing is packed.
Bytes seedFileBytes(const model::Model& model, const recipe::Recipe& recipe, const SeedOptions& options);

/// Fingerprints by the files' names under the folder, and by the tensors' of those that are not packed. Free space is checked first;
/// written beside, flushed, renamed. Throws Error: what has no place (Unsupported), existing target (Input), no space or permission (Io).
WrittenDigests writeSeed(const model::Model& model, const recipe::Recipe& recipe, const std::filesystem::path& target,
                         const SeedOptions& options, const Progress& progress, const InputSource& inputs = {});

/// Reads every byte back and compares it with the quantizer's answer for the original weights, or with what was written. A folder of
/// the first program has no recipe.json: its formats are those of seedRecipe. Throws Error(Corrupt) naming file and matrix.
VerifyReport verifySeed(const std::filesystem::path& folder, const model::Model& against, const Progress& progress,
                        const InputSource& inputs = {}, const WrittenDigests* written = nullptr);

/// The allocation of such a folder, whoever wrote it: bits and groups, not how scales were found. Throws Error(Corrupt) where its
/// layers are not the model's.
recipe::Recipe seedRecipe(const std::filesystem::path& folder, const model::Model& model);

/// Whether a folder is, or was, one of these.
bool isSeedFolder(const std::filesystem::path& folder);

}  // namespace dq::exporting
