#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/inputs.hpp"
#include "core/export/native.hpp"
#include "core/export/packing.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

/// What a recipe can be made into.
struct Target {
    std::string name;      // "native", "compressed-tensors", "gguf", "hf", "seed"
    std::string sentence;  // for --help and dialogs: what loads it
};
std::span<const Target> targets();
/// Throws Error(Input) listing the names.
const Target& targetOf(std::string_view name);

struct ExportOptions {
    bool widest = false;  // compressed-tensors: only what older loaders read too
    Bytes splitBytes = 0;  // a new file is begun past this; 0: as the target does: folders at 5 GB, gguf never
    Device device = Device::Processor;  // the file is the same
};

/// What exportTo will write, every file of it, to the byte; nothing is packed. Throws what exportTo throws before it writes.
Bytes plannedFileBytes(const Target& target, const model::Model& model, const recipe::Recipe& recipe,
                       const ExportOptions& options = {});

/// Writes and reads back; Error(Unavailable) where the device is not there, nothing written. The report is of what lies on the disk. Throws as the target's own functions do.
VerifyReport exportTo(const Target& target, const model::Model& model, const recipe::Recipe& recipe,
                      const std::filesystem::path& output, const ExportOptions& options,
                      const Progress& progress, const InputSource& inputs = {});

/// Finds out which target lies there and verifies it. Only a native one can be verified without its model
/// (`against` null): Error(Input) for the others.
VerifyReport verifyAny(const std::filesystem::path& path, const model::Model* against, const Progress& progress,
                       const InputSource& inputs = {});

}  // namespace dq::exporting
