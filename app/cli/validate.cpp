#include <algorithm>
#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/intervals.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/units.hpp"
#include "core/flow/validating.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct Validate {
    ModelArgument model;
    TableOptions table;
    SampleArguments samples;
    ProgressOption progress;
    std::string text, output, grouping = "free";
    std::vector<std::string> uniforms;
    int points = 12;
    bool json = false;
};

json::Json jsonOf(const flow::MeasuredPoint& point) {
    return {{"name", point.name},
            {"bytes", point.recipe.bytes},
            {"bits_per_weight", point.recipe.bitsPerWeight},
            {"predicted", point.recipe.predictedLoss},
            {"corrected", point.corrected},
            {"kl", intervalJson(*point.evaluation.kl)}};
}

json::Json jsonOf(const quality::Agreement& agreement, std::span<const flow::MeasuredPoint> points) {
    return {{"spearman", agreement.spearman},
            {"median_ratio", agreement.ratio},
            {"median_log_ratio", agreement.logRatio},
            {"worst_bytes", points[agreement.worst].recipe.bytes}};
}

json::Json jsonOf(std::span<const flow::MeasuredPoint> points) {
    json::Json all = json::Json::array();
    for (const flow::MeasuredPoint& point : points) all.push_back(jsonOf(point));
    return all;
}

json::Json jsonOf(const flow::Validation& validation) {
    json::Json metrics = json::Json::array();
    for (const auto& ranking : validation.rankings)
        metrics.push_back({{"metric", ranking.metric}, {"spearman", ranking.spearman}});
    return {{"model", validation.model},
            {"text", validation.text},
            {"metric", validation.metric},
            {"points", jsonOf(validation.points)},
            {"reallocated", jsonOf(validation.reallocated)},
            {"before", jsonOf(validation.before, validation.points)},
            {"after", jsonOf(validation.after, validation.reallocated)},
            {"metrics", std::move(metrics)},
            {"bend", validation.correction.bend}};
}

std::string format(const char* pattern, auto... values) {
    char line[256];
    std::snprintf(line, sizeof line, pattern, values...);
    return line;
}

std::string rowOf(const flow::MeasuredPoint& point) {
    const evaluate::Interval& kl = *point.evaluation.kl;
    return format("%-20s %10s %7.3f  %9s  %9s  %9s  [%s, %s]\n", point.name.c_str(), showBytes(point.recipe.bytes).c_str(),
                  point.recipe.bitsPerWeight, showNumber(point.recipe.predictedLoss).c_str(), showNumber(point.corrected).c_str(),
                  showNumber(kl.mean).c_str(), showNumber(kl.low).c_str(), showNumber(kl.high).c_str());
}

std::string agreementText(const char* name, const quality::Agreement& agreement) {
    return format("%s Spearman %.3f, predicted / measured %.2f, median |log ratio| %.3f\n", name, agreement.spearman, agreement.ratio,
                  agreement.logRatio);
}

/// What taking the correction along does to the measured KL at the same sizes, from the smallest on.
std::string helped(const flow::Validation& validation) {
    std::string text = "measured KL with the correction, in times of that without:";
    for (std::size_t i = 0; i < validation.reallocated.size(); ++i)
        text += format(" %.3f", validation.reallocated[i].measured() / std::max(validation.points[i].measured(), 1e-300));
    return text + "\n";
}

std::string textOf(const flow::Validation& validation) {
    std::string text = validation.model + " on " + validation.text + ", " + validation.metric + "; losses in nats per token\n\n" +
                       format("%-20s %10s %7s  %9s  %9s  %9s\n", "", "size", "b/w", "predicted", "corrected", "measured");
    for (const flow::MeasuredPoint& point : validation.points) text += rowOf(point);
    text += "\n";
    for (const flow::MeasuredPoint& point : validation.reallocated) text += rowOf(point);
    text += "\n" + agreementText("as predicted:", validation.before) + agreementText("corrected:   ", validation.after) + helped(validation);
    text += format("bend %.3g per nat; gains of the formats measured by themselves:", validation.correction.bend);
    for (std::size_t f = 0; f < validation.correction.formats.size(); ++f)
        if (std::any_of(validation.points.begin(), validation.points.end(),
                        [&](const auto& point) { return point.name == validation.correction.formats[f]; }))
            text += " " + validation.correction.formats[f] + format(" %.2f", validation.correction.gains[f]);
    text += "\nmetrics by rank correlation over all points:";
    for (const auto& ranking : validation.rankings) text += " " + ranking.metric + format(" %.3f", ranking.spearman);
    return text;
}

void run(const Validate& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::ValidateRequest request{.model = settings.model.folder,
                                  .text = {},
                                  .samples = settings.samples.options,
                                  .cache = settings.table.cache,
                                  .palette = settings.table.palette,
                                  .metric = quality::metricOf(settings.table.metric),
                                  .view = {.grouping = allocate::groupingOf(settings.grouping)},
                                  .points = settings.points,
                                  .uniforms = settings.uniforms};
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    const auto evaluator = torch_worker::makeEvaluator();
    const flow::Validation validation = flow::validate(request, *evaluator, reporter.progress());
    if (!settings.output.empty()) writeFile(settings.output, quality::toJson(validation.correction));
    const json::Json result = jsonOf(validation);
    reporter.done(result, settings.json ? result.dump() : textOf(validation));
}

}  // namespace

void addValidate(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "validate", "Measure points of the front and single formats, and learn from them how to predict better");
    const auto settings = std::make_shared<Validate>();
    settings->model.addTo(*command);
    settings->table.addTo(*command);
    command->add_option("--group", settings->grouping, "Which matrices share a format, as in front")->capture_default_str();
    command->add_option("--text", settings->text, "As in evaluate");
    settings->samples.addTo(*command);
    settings->samples.addRangeTo(*command);
    command->add_option("--points", settings->points, "Points of the front, evenly spread in the logarithm of the loss")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    command->add_option("--uniform", settings->uniforms, "A format to measure by itself, beside those the front uses")->allow_extra_args(false);
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->add_option("-o,--output", settings->output, "Where to write the correction, for allocate and front --correction");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
