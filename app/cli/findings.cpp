#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/intervals.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/base/atomic_file.hpp"
#include "core/flow/finding.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct FindingsSettings {
    ModelArgument model;
    SampleArguments samples;
    ProgressOption progress;
    std::string calibration, text, cache, output, markdown;
    std::int64_t tokens = 16384;
    std::uint64_t seed = 1;
    bool json = false;
};

json::Json uniformJson(const report::Findings::Uniform& one) {
    return {{"format", one.format}, {"bits_per_weight", one.bitsPerWeight}, {"predicted", one.predicted}, {"kl", intervalJson(one.kl)}};
}

json::Json jsonOf(const report::Findings& found) {
    json::Json claims = json::Json::array(), rules = json::Json::array(), spectrum = json::Json::array(), turned = json::Json::array(),
               knees = json::Json::array();
    for (const report::Claim& one : report::claimsOf(found))
        claims.push_back({{"claim", one.claim}, {"found", one.found}, {"verdict", report::verdictName(one.verdict)}});
    for (const auto& rule : found.rules) {
        json::Json within = json::Json::object();
        for (std::size_t f = 0; f < rule.within.size(); ++f) within[found.aloneFormats[f]] = rule.within[f];
        rules.push_back({{"rule", rule.name}, {"within", std::move(within)}});
    }
    for (const auto& one : found.spectrum) spectrum.push_back(uniformJson(one));
    for (const auto& one : found.rotations)
        turned.push_back({{"format", one.format}, {"block", one.block}, {"relative_error", one.relativeError}, {"kl", intervalJson(one.kl)}});
    for (const auto& one : found.knees) knees.push_back({{"range", one.range}, {"bits", one.bits}, {"log_bits", one.logBits}});
    return {{"model", found.model},
            {"tokens", found.tokens},
            {"claims", std::move(claims)},
            {"rules", std::move(rules)},
            {"refined", found.refined.spearman},
            {"spectrum", std::move(spectrum)},
            {"fp8", uniformJson(found.eight)},
            {"rotations", std::move(turned)},
            {"knees", std::move(knees)}};
}

std::string textOf(const report::Findings& found) {
    std::string text;
    for (const report::Claim& one : report::claimsOf(found))
        text += (text.empty() ? "" : "\n") + std::string(report::verdictName(one.verdict)) + ": " + one.claim + "\n    " + one.found;
    return text;
}

void run(const FindingsSettings& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::FindRequest request;
    request.measure = {.model = settings.model.folder,
                       .calibration = {},
                       .samples = settings.samples.options,
                       .fisher = {.seed = settings.seed},
                       .cache = settings.cache};
    request.measure.samples.tokens = settings.tokens;
    request.measure.samples.skip = 0;
    request.measure.samples.limit = {};
    request.samples = settings.samples.options;
    request.measure.calibration = chosenText(settings.calibration, settings.model.folder, "calibration.txt", request.measure.samples);
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    const auto pass = torch_worker::makeFisherPass();
    const auto evaluator = torch_worker::makeEvaluator();
    const report::Findings found = flow::find(request, *pass, *evaluator, reporter.progress());
    const report::Document document = report::documentOf(found);
    if (!settings.output.empty()) writeFile(settings.output, report::toHtml(document));
    if (!settings.markdown.empty()) writeFile(settings.markdown, report::toMarkdown(document));
    const json::Json result = jsonOf(found);
    reporter.done(result, settings.json ? result.dump() : textOf(found));
}

}  // namespace

void addFindings(CLI::App& app) {
    auto* const command = app.add_subcommand("findings", "Look into published findings about bit allocation on this model, and say which held");
    const auto settings = std::make_shared<FindingsSettings>();
    settings->model.addTo(*command);
    command->add_option("--calibration", settings->calibration, "What sensitivities are measured on, as measure takes it");
    command->add_option("--tokens", settings->tokens, "Calibration tokens at most")
        ->check(CLI::Range(std::int64_t{2}, std::int64_t{1} << 40))
        ->capture_default_str();
    command->add_option("--seed", settings->seed, "Seed of the sampled labels")->capture_default_str();
    command->add_option("--text", settings->text, "What the KL is measured on, as evaluate takes it");
    settings->samples.addTo(*command);
    settings->samples.addRangeTo(*command);
    command->add_option("-o,--output", settings->output, "One HTML page with tables and pictures, with nothing to load");
    command->add_option("--markdown", settings->markdown, "The same as Markdown, without the pictures");
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
