#include "app/cli/command.hpp"
#include "app/cli/intervals.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/flow/evaluating.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct Evaluate {
    ModelArgument model;
    SampleArguments samples;
    ProgressOption progress;
    std::string text, cache;
    std::vector<std::string> recipes;
    bool json = false;
};

json::Json resultOf(const flow::EvaluateResult& result) {
    const evaluate::Evaluation& seen = result.evaluation;
    json::Json worst = json::Json::array();
    for (const auto& sequence : seen.worst) worst.push_back({{"document", sequence.number}, {"kl", sequence.kl}});
    return {{"documents", seen.documents},
            {"tokens", seen.tokens},
            {"perplexity", seen.perplexity},
            {"kl", intervalJson(seen.kl.value_or(evaluate::Interval{}))},
            {"predicted", result.predicted},
            {"bytes", result.bytes},
            {"bits_per_weight", result.bitsPerWeight},
            {"original_perplexity", seen.originalPerplexity},
            {"perplexity_ratio", intervalJson(seen.perplexityRatio.value_or(evaluate::Interval{1, 1, 1}))},
            {"same_top", seen.sameTop},
            {"kl_tail", seen.klTail},
            {"worst", std::move(worst)},
            {"remarks", result.remarks}};
}

void run(const Evaluate& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::EvaluateRequest request{.model = settings.model.folder,
                                  .recipes = {settings.recipes.begin(), settings.recipes.end()},
                                  .text = {},
                                  .samples = settings.samples.options,
                                  .cache = settings.cache};
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    const auto evaluator = torch_worker::makeEvaluator();
    const std::vector<flow::EvaluateResult> results = flow::evaluate(request, *evaluator, reporter.progress());
    if (results.size() == 1) {
        const json::Json result = resultOf(results.front());
        return reporter.done(result, result.dump());
    }
    json::Json all = json::Json::array();
    std::string lines;
    for (const flow::EvaluateResult& result : results) {
        json::Json one = resultOf(result);
        one["recipe"] = result.recipe.string();
        lines += (lines.empty() ? "" : "\n") + one.dump();
        all.push_back(std::move(one));
    }
    reporter.done({{"recipes", std::move(all)}}, lines);
}

}  // namespace

void addEvaluate(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "evaluate", "Run the model, or the weights of a recipe, over a text: perplexity and KL to the original");
    const auto settings = std::make_shared<Evaluate>();
    settings->model.addTo(*command);
    command->add_option("--recipe", settings->recipes,
                        "Recipe whose rounded weights are run beside the original; several share one walk through the model");
    command->add_option("--text", settings->text,
                        "UTF-8 text, .jsonl (--field), or token ids in .npy or .safetensors; by default evaluation.txt of the "
                        "model's folder, else the bundled one");
    settings->samples.addTo(*command);
    settings->samples.addRangeTo(*command);
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object (always so)");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
