#pragma once

#include <functional>

#include "core/base/version.hpp"
#include "core/format/format.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::test {

/// A recipe that fits the model, each matrix in the format the function names.
inline recipe::Recipe recipeWith(const model::Model& model,
                                 const std::function<std::string(const model::WeightMatrix&)>& formatOf) {
    recipe::Recipe recipe;
    recipe.bytes = model.passthroughBytes();
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const format::Format& format = format::get(formatOf(matrix));
        recipe.entries.push_back({matrix.name, format.name});
        recipe.bytes += format.bytes(matrix.rows, matrix.cols);
    }
    recipe.bitsPerWeight =
        8.0 * static_cast<double>(recipe.bytes - model.passthroughBytes()) / static_cast<double>(model.weights());
    recipe.modelName = model.checkpoint().name();
    recipe.modelFingerprint = model.checkpoint().fingerprint();
    recipe.calibrationSource = "text.utf8";
    recipe.calibrationFingerprint = "00";
    recipe.labels = "sampled";
    recipe.calibrationTokens = 10;
    recipe.metric = "fisher-diagonal";
    recipe.tool = toolVersion;
    recipe.tableKey = "00";
    return recipe;
}

}  // namespace dq::test
