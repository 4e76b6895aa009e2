#include "core/export/unmeasured.hpp"

#include "core/base/version.hpp"
#include "core/format/format.hpp"

namespace dq::exporting {

recipe::Recipe unmeasured(const model::Model& model, std::string_view source,
                          const std::function<std::string(const model::WeightMatrix&)>& formatOf) {
    recipe::Recipe recipe;
    recipe.bytes = model.passthroughBytes();
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const format::Format& format = format::get(formatOf(matrix));
        recipe.entries.push_back({matrix.name, format.name});
        recipe.bytes += format.bytes(matrix.rows, matrix.cols);
    }
    recipe.bitsPerWeight = 8.0 * static_cast<double>(recipe.bytes - model.passthroughBytes()) / static_cast<double>(model.weights());
    recipe.modelName = model.checkpoint().name();
    recipe.modelFingerprint = model.checkpoint().fingerprint();
    recipe.calibrationSource = std::string(source);
    recipe.metric = "none";
    recipe.labels = "none";
    recipe.tool = toolVersion;
    return recipe;
}

}  // namespace dq::exporting
