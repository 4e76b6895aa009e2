#include "core/flow/judge.hpp"

#include <utility>

#include "core/flow/draws.hpp"
#include "core/flow/evaluating.hpp"
#include "core/flow/measuring.hpp"

namespace dq::flow {

namespace {

std::shared_ptr<const model::Model> opened(const std::filesystem::path& folder) {
    auto model = model::Model::open(folder);
    model->requireRunnable();
    return model;
}

}  // namespace

Judge::Judge(const std::filesystem::path& model, const std::filesystem::path& text, const text::SampleOptions& samples,
             std::filesystem::path cache, evaluate::Evaluator& evaluator, const Progress& progress)
    : model_(opened(model)),
      damaged_(model::notFinite(*model_)),
      table_(newestTable(*model_, cache)),
      samples_(readSamples(*model_, text, samples)),
      cache_(std::move(cache)),
      evaluator_(evaluator),
      progress_(progress) {}

MeasuredPoint Judge::pointOf(const allocate::Problem& problem, const allocate::Choice& choice, std::string name, quality::Metric metric) const {
    MeasuredPoint point;
    point.name = std::move(name);
    point.recipe = recipe::recipeOf(*table_, problem, choice, quality::metricName(metric));
    requireRunnable(point.recipe, *model_, damaged_);
    return point;
}

void Judge::measure(std::span<MeasuredPoint> points) const {
    std::vector<recipe::Recipe> recipes;
    for (const MeasuredPoint& point : points) recipes.push_back(point.recipe);
    if (recipes.empty()) return;  // without any, the original's own scores would come back
    const std::vector<evaluate::Scores> scores = scoresOf(*model_, samples_, recipes, cache_, evaluator_, progress_);
    for (std::size_t i = 0; i < points.size(); ++i) points[i].evaluation = evaluate::evaluationOf(scores[i], true);
}

std::vector<std::vector<double>> Judge::klOfDraws(std::span<const MeasuredPoint> points, int draws) const {
    std::vector<std::vector<double>> all;
    for (const MeasuredPoint& point : points) {
        const evaluate::WeightSource rounded = roundedBy(point.recipe, cache_);
        std::vector<evaluate::WeightSource> sources;
        for (int draw = 1; draw <= draws; ++draw) sources.push_back(withDrawnSigns(rounded, static_cast<std::uint64_t>(draw)));
        std::vector<double>& drawn = all.emplace_back();
        if (sources.empty()) continue;
        for (const evaluate::Scores& scores : scoresOf(*model_, samples_, sources, cache_, evaluator_, progress_))
            drawn.push_back(evaluate::evaluationOf(scores, true).kl->mean);
    }
    return all;
}

}  // namespace dq::flow
