#include "core/flow/evaluating.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/export/inputs.hpp"
#include "core/export/rounded.hpp"
#include "core/flow/measuring.hpp"
#include "core/model/finite.hpp"
#include "core/recipe/formats.hpp"

namespace dq::flow {

namespace {

evaluate::WeightSource roundedBy(const recipe::Recipe& recipe, const std::filesystem::path& cache) {
    const auto inputs = std::make_shared<const measure::Inputs>(exporting::inputsOf(recipe, cache));
    return [formats = recipe::Formats(recipe), inputs](const model::WeightMatrix& matrix, std::span<const float> original,
                                                       std::span<float> weights) {
        const format::Format& format = formats.of(matrix.name);
        const std::vector<float> rounded =
            exporting::rounded(original, matrix.rows, matrix.cols, format, inputs->of(matrix.name, format));
        std::copy(rounded.begin(), rounded.end(), weights.begin());
        return true;
    };
}

void requireKept(const model::Model& model, std::span<const model::NotFinite> damaged, const recipe::Recipe& recipe) {
    const recipe::Formats formats(recipe);
    for (const model::NotFinite& one : damaged) {
        const format::Format& format = formats.of(model.matrices()[one.matrix].name);
        if (format.encoding.element != kernels::Element::Bf16)
            throw Error(Kind::Input, model::sentenceOf(model, one) + ", and the recipe makes it " + format.name);
    }
}

}  // namespace

EvaluateResult evaluate(const EvaluateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress) {
    const auto model = model::Model::open(request.model);
    model->requireRunnable();
    std::optional<recipe::Recipe> recipe;
    if (request.recipe) {
        recipe = recipe::read(*request.recipe);
        recipe::require(*recipe, *model);
    }
    const std::vector<model::NotFinite> damaged = model::notFinite(*model);
    if (recipe) requireKept(*model, damaged, *recipe);
    const text::Samples samples = readSamples(*model, request.text, request.samples);

    EvaluateResult result;
    for (const model::NotFinite& one : damaged)
        result.remarks.push_back(model::sentenceOf(*model, one) + " and counts as 0 there");
    result.bytes = model->checkpoint().bytes();
    result.bitsPerWeight = 8.0 * static_cast<double>(result.bytes - model->passthroughBytes()) /
                           static_cast<double>(model->weights());
    evaluate::WeightSource source;
    if (recipe) {
        source = roundedBy(*recipe, request.cache);
        result.predicted = recipe->predictedLoss;
        result.bytes = recipe->bytes;
        result.bitsPerWeight = recipe->bitsPerWeight;
    }
    const auto scores = evaluator.scores(*model, samples, recipe ? &source : nullptr, progress);
    result.evaluation = evaluate::evaluationOf(scores, recipe.has_value());
    return result;
}

}  // namespace dq::flow
