#pragma once

#include <filesystem>
#include <memory>

#include "core/measure/measure.hpp"
#include "core/model/model.hpp"

/// llama.cpp's importance matrices (llama-imatrix, llama-quantize --imatrix): a GGUF file of general.type "imatrix", for every tensor
/// T of llama.cpp's a tensor "T.in_sum2", F32 [experts or 1, inputs], the sum of x^2 over the tokens it met, and "T.counts", F32
/// [experts or 1, 1], their number.
namespace dq::exporting {

/// Of every matrix but the embedding, whose inputs say nothing. Throws Error(Input) where the file exists already or the model was not
/// run, Error(Unsupported) where llama.cpp has no name for the architecture.
void writeImatrix(const model::Model& model, const measure::Measurements& table, const std::filesystem::path& target);

/// The moments of the matrices that the file names; an expert that it met no token of is left out. Throws Error(Corrupt) naming file,
/// tensor and number, Error(Input) where the file is no imatrix or names nothing of the model.
std::shared_ptr<const measure::Importance> readImatrix(const model::Model& model, const std::filesystem::path& file);

}  // namespace dq::exporting
