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
    int points = 12, draws = 0;
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

json::Json jsonOf(const flow::Absolute& one) {
    json::Json result{{"format", one.format}, {"ratio", intervalJson(one.ratio)}, {"drawn", one.drawn}};
    if (one.overDraws) result["ratio_over_draws"] = intervalJson(*one.overDraws);
    return result;
}

json::Json heldOutJson(const flow::Validation& validation) {
    if (!validation.heldOut) return nullptr;
    json::Json roles = json::Json::object();
    for (std::size_t r = 0; r < validation.correction.roles.size(); ++r)
        roles[validation.correction.roles[r]] = validation.correction.roleGains[r];
    return {{"with_formats", validation.heldOut->formats}, {"with_roles", validation.heldOut->roles}, {"roles", std::move(roles)}};
}

json::Json jsonOf(const flow::Validation& validation) {
    json::Json absolute = json::Json::array();
    for (const flow::Absolute& one : validation.absolute) absolute.push_back(jsonOf(one));
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
            {"absolute", std::move(absolute)},
            {"bend", validation.correction.bend},
            {"held_out", heldOutJson(validation)}};
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

std::string spanOf(const evaluate::Interval& interval) {
    return format("%.3f [%.3f, %.3f]", interval.mean, interval.low, interval.high);
}

/// The prediction as a number of nats: each format by itself, with what documents and draws allow.
std::string absoluteText(std::span<const flow::Absolute> all) {
    if (all.empty()) return "";
    std::string text = format("uniform formats with a KL of %g to %g nats: predicted / measured, 95 %% by documents", flow::SmallestAbsolute,
                              flow::LargestAbsolute);
    text += all.front().overDraws ? " and draws of the rounding; over the mean of all draws\n" : "\n";
    for (const flow::Absolute& one : all)
        text += format("  %-18s %s%s\n", one.format.c_str(), spanOf(one.ratio).c_str(),
                       one.overDraws ? ("; " + spanOf(*one.overDraws)).c_str() : "");
    return text;
}

/// Whether roles deserve gains of their own.
std::string rolesText(const flow::Validation& validation) {
    if (!validation.heldOut) return "\ngains of roles were not tried: fewer than two points a role";
    const quality::HeldOut& heldOut = *validation.heldOut;
    std::string text = format("\nheld-out points, root mean squared logarithm: %.3f with gains of formats, %.3f with gains of roles too, which are ",
                              heldOut.formats, heldOut.roles);
    if (validation.correction.roles.empty()) return text + "left out";
    text += "used:";
    for (std::size_t r = 0; r < validation.correction.roles.size(); ++r)
        text += " " + validation.correction.roles[r] + format(" %.2f", validation.correction.roleGains[r]);
    return text;
}

std::string textOf(const flow::Validation& validation) {
    std::string text = validation.model + " on " + validation.text + ", " + validation.metric + "; losses in nats per token\n\n" +
                       format("%-20s %10s %7s  %9s  %9s  %9s\n", "", "size", "b/w", "predicted", "corrected", "measured");
    for (const flow::MeasuredPoint& point : validation.points) text += rowOf(point);
    text += "\n";
    for (const flow::MeasuredPoint& point : validation.reallocated) text += rowOf(point);
    text += "\n" + agreementText("as predicted:", validation.before) + agreementText("corrected:   ", validation.after) + helped(validation) + absoluteText(validation.absolute);
    text += format("bend %.3g per nat; gains of the formats measured by themselves:", validation.correction.bend);
    for (std::size_t f = 0; f < validation.correction.formats.size(); ++f)
        if (std::any_of(validation.points.begin(), validation.points.end(),
                        [&](const auto& point) { return point.name == validation.correction.formats[f]; }))
            text += " " + validation.correction.formats[f] + format(" %.2f", validation.correction.gains[f]);
    text += rolesText(validation) + "\nmetrics by rank correlation over all points:";
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
                                  .uniforms = settings.uniforms,
                                  .draws = settings.draws};
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
    command->add_option("--draws", settings->draws,
                        "Measure single formats so many times more with the signs of their rounding errors drawn anew: what is foretold is the mean")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->add_option("-o,--output", settings->output, "Where to write the correction, for allocate and front --correction");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
