#include "core/flow/contest.hpp"

#include <algorithm>
#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/intervals.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/base/units.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct ContestSettings {
    ModelArgument model;
    TableOptions table;
    SampleArguments samples;
    ProgressOption progress;
    std::string text;
    int budgets = 8;
    std::int64_t refine = 0;
    bool json = false;
};

json::Json jsonOf(const flow::Contestant& contestant) {
    json::Json points = json::Json::array();
    for (const flow::MeasuredPoint& point : contestant.points) {
        points.push_back({{"bytes", point.recipe.bytes},
                          {"bits_per_weight", point.recipe.bitsPerWeight},
                          {"predicted", point.recipe.predictedLoss},
                          {"kl", intervalJson(*point.evaluation.kl)}});
    }
    return {{"name", contestant.name}, {"source", contestant.source}, {"points", std::move(points)}};
}

std::string padded(const std::string& text, std::size_t width) {
    return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

/// In times of ours; a star where theirs is less than the best of ours, by more than both intervals allow.
std::string lineOf(const flow::Contestant& one, const flow::Contestant& ours, const flow::Contestant& best) {
    std::string line = one.name + std::string(one.name.size() < 22 ? 22 - one.name.size() : 1, ' ');
    for (std::size_t i = 0; i < one.points.size(); ++i) {
        const evaluate::Interval mine = *ours.points[i].evaluation.kl, theirs = *one.points[i].evaluation.kl;
        const bool less = &one != &best && theirs.high < best.points[i].evaluation.kl->low;
        line += padded(showNumber(theirs.mean / std::max(mine.mean, 1e-300)) + (less ? "*" : " "), 10);
    }
    return line + "  " + one.source + "\n";
}

std::string textOf(std::span<const flow::Contestant> contestants, bool refined) {
    const flow::Contestant &ours = contestants.front(), &best = contestants[refined ? 1 : 0];
    std::string bits = std::string(22, ' '), measured = "optimum, measured KL  ";
    for (const flow::MeasuredPoint& point : ours.points) {
        bits += padded(showNumber(point.recipe.bitsPerWeight) + " ", 10);
        measured += padded(showNumber(point.measured()) + " ", 10);
    }
    std::string text = bits + "  bits per weight\n" + measured + "\nothers, in times of that; *: less than " + (refined ? "refined" : "ours") +
                       " beyond both 95 % intervals\n";
    for (const flow::Contestant& one : contestants.subspan(1)) text += lineOf(one, ours, best);
    text.pop_back();
    return text;
}

void run(const ContestSettings& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::ContestRequest request{.model = settings.model.folder,
                                 .text = {},
                                 .samples = settings.samples.options,
                                 .cache = settings.table.cache,
                                 .palette = settings.table.palette,
                                 .metric = quality::metricOf(settings.table.metric),
                                 .budgets = settings.budgets,
                                 .refine = settings.refine};
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    const auto evaluator = torch_worker::makeEvaluator();
    const std::vector<flow::Contestant> contestants = flow::contest(request, *evaluator, reporter.progress());
    json::Json all = json::Json::array();
    for (const flow::Contestant& one : contestants) all.push_back(jsonOf(one));
    const json::Json result{{"contestants", std::move(all)}};
    reporter.done(result, settings.json ? result.dump() : textOf(contestants, settings.refine > 0));
}

}  // namespace

void addContest(CLI::App& app) {
    auto* const command =
        app.add_subcommand("contest", "Run what our choice and every other rule make of the same table and bytes, and compare the KL");
    const auto settings = std::make_shared<ContestSettings>();
    settings->model.addTo(*command);
    settings->table.addTo(*command);
    command->add_option("--text", settings->text, "As in evaluate");
    settings->samples.addTo(*command);
    settings->samples.addRangeTo(*command);
    command->add_option("--budgets", settings->budgets, "Sizes compared, from the smallest to 8.5 bits per weight")
        ->check(CLI::Range(2, 100))
        ->capture_default_str();
    command->add_option("--refine", settings->refine, "Refine the optimum of every size by so many documents behind those of --limit, as refine does")
        ->check(CLI::PositiveNumber);
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
