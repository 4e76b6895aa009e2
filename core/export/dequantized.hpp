#pragma once

#include <filesystem>

#include "core/base/progress.hpp"
#include "core/export/inputs.hpp"
#include "core/export/native.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

/// A plain BF16 checkpoint of the rounded weights: as large as the original, but any program can run or evaluate it.
/// The weights are those of the packed one, rounded once more to BF16.
WrittenDigests writeDequantized(const model::Model& model, const recipe::Recipe& recipe,
                      const std::filesystem::path& target, const NativeOptions& options,
                      const Progress& progress, const InputSource& inputs = {});
/// Of all files that writeDequantized makes, to the byte.
Bytes dequantizedFileBytes(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options = {});
VerifyReport verifyDequantized(const std::filesystem::path& folder, const model::Model& against,
                               const Progress& progress, const InputSource& inputs = {}, const WrittenDigests* written = nullptr);

}  // namespace dq::exporting
