#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/export/inputs.hpp"
#include "core/export/native.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

struct CompressedTensorsOptions {
    Bytes shardBytes = 5'000'000'000;
    bool widest = false;  // only what older vLLM and SGLang load too: integers of 4 and 8 bits
};

/// Why the loaders would refuse the recipe or run other weights than were measured (fused layers, groups that do not
/// divide, formats they lack, scales they round); each sentence names the matrix and the rule. Empty: it loads.
std::vector<std::string> loaderComplaints(const model::Model& model, const recipe::Recipe& recipe,
                                          const CompressedTensorsOptions& options = {});

/// Bytes of all tensors of the file: integer rows are filled up to 32 bits, and every integer matrix has its shape.
Bytes compressedTensorsBytes(const model::Model& model, const recipe::Recipe& recipe);

/// Of all files that writeCompressedTensors makes, to the byte.
Bytes compressedTensorsFileBytes(const model::Model& model, const recipe::Recipe& recipe,
                                 const CompressedTensorsOptions& options = {});

/// A checkpoint that vLLM and transformers load: compressed-tensors, mixed precision. Throws Error(Unsupported) with
/// the first complaints, nothing written, or where single scales would be rounded, nothing left; otherwise as writeNative.
WrittenDigests writeCompressedTensors(const model::Model& model, const recipe::Recipe& recipe,
                            const std::filesystem::path& target, const CompressedTensorsOptions& options,
                            const Progress& progress, const InputSource& inputs = {});

/// Reads every tensor back, compares it with the quantizer bit for bit where the model is given, and asks the config
/// what a loader would find for every module. Throws Error(Corrupt) naming the tensor or module.
VerifyReport verifyCompressedTensors(const std::filesystem::path& folder, const model::Model& against,
                                     const Progress& progress, const InputSource& inputs = {}, const WrittenDigests* written = nullptr);

}  // namespace dq::exporting
