#include <cmath>
#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/intervals.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/units.hpp"
#include "core/flow/refining.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct Refine {
    ModelArgument model;
    SampleArguments samples;
    ProgressOption progress;
    std::string recipe, text, cache, palette = "all", grouping = "free", output;
    std::int64_t check = 40;
    int rounds = 4, pairs = 12;
    bool json = false;
};

json::Json jsonOf(const flow::Refinement& found) {
    json::Json rounds = json::Json::array(), pairs = json::Json::array();
    for (const auto& one : found.rounds)
        rounds.push_back({{"tried", one.tried}, {"changed", one.changed}, {"before", one.before}, {"after", one.after}, {"kept", one.kept}});
    for (const auto& one : found.pairs)
        pairs.push_back({{"first", one.first}, {"second", one.second}, {"apart", one.apart}, {"together", one.together}});
    return {{"bytes", found.after.bytes},
            {"bits_per_weight", found.after.bitsPerWeight},
            {"learned_documents", found.learnedDocuments},
            {"rounds", std::move(rounds)},
            {"pairs", std::move(pairs)},
            {"checked", {{"documents", found.checkedAfter.documents},
                         {"before", intervalJson(*found.checkedBefore.kl)},
                         {"after", intervalJson(*found.checkedAfter.kl)},
                         {"ratio", intervalJson(found.ratio)}}}};
}

std::string spanOf(const evaluate::Interval& interval) {
    return showNumber(interval.mean) + " [" + showNumber(interval.low) + ", " + showNumber(interval.high) + "]";
}

/// How far from adding up the pairs are, in parts of what they do.
std::string pairsText(const flow::Refinement& found) {
    double off = 0, all = 0;
    for (const auto& one : found.pairs) off += std::abs(one.together - one.apart), all += std::abs(one.together);
    if (!(all > 0)) return "";
    return std::to_string(found.pairs.size()) + " pairs of changes made together differ from the sum of both by " + showNumber(100 * off / all, 2) +
           " % of what they do\n";
}

std::string textOf(const flow::Refinement& found) {
    std::string text;
    for (const auto& one : found.rounds)
        text += std::to_string(one.tried) + " changes tried; the best set changes " + std::to_string(one.changed) + ": KL " + showNumber(one.before) +
                " to " + showNumber(one.after) + (one.kept ? "" : " (nothing better beyond its standard error)") + "\n";
    text += pairsText(found);
    const bool surely = found.ratio.high < 1;
    text += "on " + std::to_string(found.checkedAfter.documents) + " documents it has not seen: KL " + spanOf(*found.checkedBefore.kl) + " to " +
            spanOf(*found.checkedAfter.kl) + ", " + spanOf(found.ratio) + " times" +
            (found.before == found.after ? ": unchanged" : surely ? ": better" : found.ratio.low > 1 ? ": worse" : ": no difference that is sure");
    return text;
}

void run(const Refine& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::RefineRequest request{.model = settings.model.folder,
                                .recipe = recipe::read(settings.recipe),
                                .recipeName = settings.recipe,
                                .text = {},
                                .samples = settings.samples.options,
                                .check = settings.check,
                                .cache = settings.cache,
                                .palette = settings.palette,
                                .grouping = allocate::groupingOf(settings.grouping),
                                .rounds = settings.rounds,
                                .pairs = settings.pairs};
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    const auto evaluator = torch_worker::makeEvaluator();
    const flow::Refinement found = flow::refine(request, *evaluator, reporter.progress());
    if (!settings.output.empty()) writeFile(settings.output, recipe::toJson(found.after));
    const json::Json result = jsonOf(found);
    reporter.done(result, settings.json ? result.dump() : textOf(found));
}

}  // namespace

void addRefine(CLI::App& app) {
    auto* const command = app.add_subcommand("refine", "Swap formats of a recipe where the measured KL falls, at no more bytes");
    const auto settings = std::make_shared<Refine>();
    settings->model.addTo(*command);
    command->add_option("--recipe", settings->recipe, "Recipe from allocate")->required();
    command->add_option("--text", settings->text, "As in evaluate");
    settings->samples.addTo(*command);
    settings->samples.addRangeTo(*command);
    command->add_option("--check", settings->check, "Documents after those of --limit (40) that are not learned from and judge the result")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--rounds", settings->rounds, "Rounds at most")->check(CLI::Range(1, 100))->capture_default_str();
    command->add_option("--pairs", settings->pairs, "Pairs of changes made together, to see how far they add up")
        ->check(CLI::Range(0, 10000))
        ->capture_default_str();
    command->add_option("--palette", settings->palette, "As in allocate")->capture_default_str();
    command->add_option("--group", settings->grouping, "Which matrices share a format, as in front")->capture_default_str();
    addCacheOption(*command, settings->cache);
    command->add_option("-o,--output", settings->output, "Where to write the recipe");
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
