#include "app/cli/command.hpp"
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
    std::string text, recipe, cache;
    bool json = false;
};

json::Json resultOf(const flow::EvaluateResult& result) {
    const evaluate::Evaluation& seen = result.evaluation;
    const evaluate::Interval kl = seen.kl.value_or(evaluate::Interval{});
    return {{"documents", seen.documents},
            {"tokens", seen.tokens},
            {"perplexity", seen.perplexity},
            {"kl", {{"mean", kl.mean}, {"low", kl.low}, {"high", kl.high}}},
            {"predicted", result.predicted},
            {"bytes", result.bytes},
            {"bits_per_weight", result.bitsPerWeight},
            {"original_perplexity", seen.originalPerplexity},
            {"same_top", seen.sameTop},
            {"remarks", result.remarks}};
}

void run(const Evaluate& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::EvaluateRequest request{.model = settings.model.folder,
                                  .recipe = std::nullopt,
                                  .text = {},
                                  .samples = settings.samples.options,
                                  .cache = settings.cache};
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    if (!settings.recipe.empty()) request.recipe = settings.recipe;
    const auto evaluator = torch_worker::makeEvaluator();
    const json::Json result = resultOf(flow::evaluate(request, *evaluator, reporter.progress()));
    reporter.done(result, result.dump());
}

}  // namespace

void addEvaluate(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "evaluate", "Run the model, or the weights of a recipe, over a text: perplexity and KL to the original");
    const auto settings = std::make_shared<Evaluate>();
    settings->model.addTo(*command);
    command->add_option("--recipe", settings->recipe, "Recipe whose rounded weights are run beside the original");
    command->add_option("--text", settings->text,
                        "UTF-8 text, .jsonl (--field), or token ids in .npy or .safetensors; by default evaluation.txt of the "
                        "model's folder, else the bundled one");
    settings->samples.addTo(*command);
    command->add_option("--skip", settings->samples.options.skip, "Documents left out at the front")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--limit", settings->samples.options.limit, "Documents taken at most")
        ->check(CLI::PositiveNumber);
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object (always so)");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
