#include "core/flow/evaluating.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/version.hpp"
#include "core/export/inputs.hpp"
#include "core/export/rounded.hpp"
#include "core/flow/measuring.hpp"
#include "core/model/finite.hpp"
#include "core/recipe/formats.hpp"
#include "core/store/originals.hpp"

namespace dq::flow {

namespace {

/// What the original gives depends on nothing but model and samples.
evaluate::Keepsake keepsakeIn(const std::filesystem::path& cache, const model::Model& model, const text::Samples& samples) {
    Fingerprint name;
    name.add(model.checkpoint().fingerprint());
    name.add(samples.fingerprint);
    name.add(toolVersion);
    return {[originals = store::Originals(cache), hex = name.hex()](std::int64_t count) { return originals.find(hex, count); },
            [originals = store::Originals(cache), hex = name.hex()](std::span<const float> states) { originals.keep(hex, states); }};
}

std::vector<recipe::Recipe> readRecipes(const EvaluateRequest& request, const model::Model& model,
                                        std::span<const model::NotFinite> damaged) {
    std::vector<recipe::Recipe> recipes;
    for (const std::filesystem::path& file : request.recipes) {
        recipes.push_back(recipe::read(file));
        requireRunnable(recipes.back(), model, damaged);
    }
    return recipes;
}

EvaluateResult promised(const recipe::Recipe& recipe) {
    EvaluateResult result;
    result.predicted = recipe.predictedLoss;
    result.bytes = recipe.bytes;
    result.bitsPerWeight = recipe.bitsPerWeight;
    return result;
}

EvaluateResult untouched(const model::Model& model) {
    EvaluateResult result;
    result.bytes = model.checkpoint().bytes();
    result.bitsPerWeight =
        8.0 * static_cast<double>(result.bytes - model.passthroughBytes()) / static_cast<double>(model.weights());
    return result;
}

/// A recipe looks better on the text it was made on.
void remarkOverlap(EvaluateResult& result, const recipe::Recipe& recipe, const text::Samples& samples) {
    const bool same = recipe.calibrationFingerprint == samples.fingerprint;
    if (same || (!samples.source.empty() && recipe.calibrationSource == samples.source))
        result.remarks.push_back("the recipe was calibrated on " + recipe.calibrationSource +
                                 (same ? ", this very text" : ", a text of this name") + ": another one would judge it more fairly");
}

/// Hidden states of every recipe stand in memory at once.
std::size_t walksTogether(const model::Model& model, const text::Samples& samples) {
    constexpr Bytes Together = 512_MiB;
    const Bytes each = samples.tokenCount() * model.architecture().hidden * std::int64_t{sizeof(float)};
    return static_cast<std::size_t>(std::max<Bytes>(1, Together / std::max<Bytes>(1, each)));
}

}  // namespace

void requireRunnable(const recipe::Recipe& recipe, const model::Model& model, std::span<const model::NotFinite> damaged) {
    recipe::require(recipe, model);
    const recipe::Formats formats(recipe);
    for (const model::NotFinite& one : damaged) {
        const format::Format& format = formats.of(model.matrices()[one.matrix].name);
        if (format.encoding.element != kernels::Element::Bf16)
            throw Error(Kind::Input, model::sentenceOf(model, one) + ", and the recipe makes it " + format.name);
    }
}

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

std::vector<evaluate::Scores> scoresOf(const model::Model& model, const text::Samples& samples, std::span<const recipe::Recipe> recipes,
                                       const std::filesystem::path& cache, evaluate::Evaluator& evaluator, const Progress& progress) {
    if (recipes.empty()) return scoresOf(model, samples, std::span<const evaluate::WeightSource>(), cache, evaluator, progress);
    std::vector<evaluate::Scores> all;
    while (all.size() < recipes.size()) {  // what formats look at is read for one batch at a time
        std::vector<evaluate::WeightSource> sources;
        for (const recipe::Recipe& recipe : recipes.subspan(all.size(), std::min(walksTogether(model, samples), recipes.size() - all.size())))
            sources.push_back(roundedBy(recipe, cache));
        for (evaluate::Scores& scores : scoresOf(model, samples, sources, cache, evaluator, progress)) all.push_back(std::move(scores));
    }
    return all;
}

std::vector<evaluate::Scores> scoresOf(const model::Model& model, const text::Samples& samples, std::span<const evaluate::WeightSource> sources,
                                       const std::filesystem::path& cache, evaluate::Evaluator& evaluator, const Progress& progress) {
    const evaluate::Keepsake keepsake = keepsakeIn(cache, model, samples);
    const evaluate::Keepsake* const kept = cache.empty() ? nullptr : &keepsake;
    if (sources.empty()) return evaluator.scores(model, samples, {}, kept, progress);
    std::vector<evaluate::Scores> all;
    while (all.size() < sources.size()) {
        const auto batch = sources.subspan(all.size(), std::min(walksTogether(model, samples), sources.size() - all.size()));
        for (evaluate::Scores& scores : evaluator.scores(model, samples, batch, kept, progress)) all.push_back(std::move(scores));
    }
    return all;
}

std::vector<EvaluateResult> evaluate(const EvaluateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress) {
    const auto model = model::Model::open(request.model);
    model->requireRunnable();
    const std::vector<model::NotFinite> damaged = model::notFinite(*model);
    const std::vector<recipe::Recipe> recipes = readRecipes(request, *model, damaged);
    const text::Samples samples = readSamples(*model, request.text, request.samples);

    const std::vector<evaluate::Scores> scores = scoresOf(*model, samples, recipes, request.cache, evaluator, progress);

    std::vector<EvaluateResult> results;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        EvaluateResult result = recipes.empty() ? untouched(*model) : promised(recipes[i]);
        if (!recipes.empty()) result.recipe = request.recipes[i];
        for (const model::NotFinite& one : damaged)
            result.remarks.push_back(model::sentenceOf(*model, one) + " and counts as 0 there");
        if (!recipes.empty()) remarkOverlap(result, recipes[i], samples);
        result.evaluation = evaluate::evaluationOf(scores[i], !recipes.empty());
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace dq::flow
