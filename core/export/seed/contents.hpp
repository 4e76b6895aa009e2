#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/export/hf_folder.hpp"
#include "core/export/seed/layout.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting::seed {

/// What a recipe makes of a model: everything that lies in the folder. Model and recipe must live as long.
struct Contents {
    struct Quantized {
        const model::WeightMatrix* matrix;
        const format::Format* format;
        Layer layer;
    };
    std::vector<Quantized> layers;
    std::vector<const model::WeightMatrix*> plain;  // bf16
    std::vector<std::string> passing, buffers;      // tensors that are no matrices; no parameters of the model

    std::vector<Piece> plainPieces(const model::Model& model) const;  // of non_quantized-001.safetensors and so on
    std::vector<Piece> bufferPieces(const model::Model& model) const;
    std::map<std::string, std::string> texts(const model::Model& model, const recipe::Recipe& recipe) const;
    Bytes tensorBytes(const model::Model& model) const;
};

/// Throws Error(Unsupported) with what the layout has no place for, Error(Input) for a recipe that does not fit.
Contents contentsOf(const model::Model& model, const recipe::Recipe& recipe);

StoredTensor storedPlain(const model::WeightMatrix& matrix);

}  // namespace dq::exporting::seed
