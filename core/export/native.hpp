#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/written_digests.hpp"
#include "core/export/inputs.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

struct NativeOptions {
    Bytes shardBytes = 5'000'000'000;  // a new safetensors file is begun past this
};

/// Writes a native packed checkpoint (layout: core/export/README.md): per quantized matrix NAME.codes (U8
/// [rows, bytes]), NAME.scales
/// ([rows, groups]), NAME.global (F32 [1]); everything else as it was; recipe.json, config.json, generation
/// and tokenizer files. Written beside and renamed. Throws Error: recipe that does not fit (Input), existing
/// target (Input), no space or permission (Io). Free space is checked before anything is written.
WrittenDigests writeNative(const model::Model& model, const recipe::Recipe& recipe, const std::filesystem::path& target,
                 const NativeOptions& options, const Progress& progress, const InputSource& inputs = {});

/// Of all files that writeNative makes, to the byte.
Bytes nativeFileBytes(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options = {});

struct VerifyReport {
    std::int64_t matrices = 0, passthrough = 0;
    std::int64_t weights = 0;
    Bytes tensorBytes = 0;  // equal to the recipe's bytes
    Bytes fileBytes = 0;    // of the file, or all files of the folder
    bool againstModel = false;
};

/// Reads every tensor back, dequantizes it, and, given the model, compares codes, scales and weights bit for
/// bit with the quantizer's answer for the original weights: by the fingerprints of what it gave where they are known from
/// writing. Throws Error(Corrupt) naming the tensor.
VerifyReport verifyNative(const std::filesystem::path& folder, const model::Model* against,
                          const Progress& progress, const InputSource& inputs = {}, const WrittenDigests* written = nullptr);

}  // namespace dq::exporting
