#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/intervals.hpp"
#include "app/cli/reporter.hpp"
#include "core/flow/answering.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct Tasks {
    ModelArgument model;
    ProgressOption progress;
    std::string questions, cache;
    std::vector<std::string> recipes;
    std::optional<std::size_t> limit;
    std::int64_t window = 2048;
    bool json = false;
};

json::Json jsonOf(const evaluate::Paired& paired) {
    return {{"gained", paired.gained}, {"lost", paired.lost}, {"p", paired.p}};
}

json::Json jsonOf(const flow::AnswerResult& result) {
    json::Json json{{"questions", result.questions},
                    {"accuracy", intervalJson(result.accuracy)},
                    {"accuracy_normalized", intervalJson(result.accuracyNormalized)}};
    if (result.recipe.empty()) return json;
    json["original"] = intervalJson(result.original);
    json["original_normalized"] = intervalJson(result.originalNormalized);
    json["mcnemar"] = jsonOf(result.against);
    json["mcnemar_normalized"] = jsonOf(result.againstNormalized);
    json["recipe"] = result.recipe.string();
    return json;
}

void run(const Tasks& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    const flow::AnswerRequest request{.model = settings.model.folder,
                                      .recipes = {settings.recipes.begin(), settings.recipes.end()},
                                      .questions = settings.questions,
                                      .limit = settings.limit,
                                      .window = settings.window,
                                      .cache = settings.cache};
    const auto evaluator = torch_worker::makeEvaluator();
    json::Json all = json::Json::array();
    std::string lines;
    for (const flow::AnswerResult& result : flow::answer(request, *evaluator, reporter.progress())) {
        all.push_back(jsonOf(result));
        lines += (lines.empty() ? "" : "\n") + all.back().dump();
    }
    reporter.done({{"results", std::move(all)}}, lines);
}

}  // namespace

void addTasks(CLI::App& app) {
    auto* const command = app.add_subcommand("tasks", "Multiple-choice questions by log-likelihood: the original, and recipes beside it");
    const auto settings = std::make_shared<Tasks>();
    settings->model.addTo(*command);
    command->add_option("--questions", settings->questions, "JSON lines in the shape of ARC, PIQA, HellaSwag, BoolQ, or context, choices, answer")
        ->required();
    command->add_option("--recipe", settings->recipes, "Recipe whose rounded weights answer too; several share one walk through the model");
    command->add_option("--limit", settings->limit, "Questions taken at most")->check(CLI::PositiveNumber);
    command->add_option("--window", settings->window, "Longest context with its choice, in tokens; longer ones lose their beginning")
        ->check(CLI::Range(std::int64_t{2}, std::int64_t{1} << 20))
        ->capture_default_str();
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object a line (always so)");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
