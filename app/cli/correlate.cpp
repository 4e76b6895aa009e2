#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/base/atomic_file.hpp"
#include "core/flow/correlating.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct Correlate {
    ModelArgument model;
    SampleArguments samples;
    ProgressOption progress;
    std::string calibration, text, labels = "sampled", cache, output;
    std::vector<std::string> only;
    std::string formats = "int2-g32,int3-g32,int4-g32";
    std::int64_t tokens = 16384;
    std::uint64_t seed = 1;
    bool blocksOnly = false;
};

json::Json resultOf(const flow::Correlation& result) {
    const measure::Measurements& table = *result.table;
    json::Json metrics = json::Json::array(), tried = json::Json::array();
    for (const flow::MetricScore& score : result.metrics) {
        json::Json within = json::Json::object();
        for (std::size_t f = 0; f < table.formats.size(); ++f) within[table.formats[f]] = score.within[f];
        metrics.push_back({{"metric", quality::metricName(score.metric)},
                           {"spearman", score.all},
                           {"within", within},
                           {"ratio", score.ratio ? json::Json(*score.ratio) : json::Json()}});
    }
    for (std::size_t i = 0; i < result.tried.size(); ++i) {
        const flow::Tried& cell = result.tried[i];
        json::Json predicted = json::Json::object();
        for (const flow::MetricScore& score : result.metrics)
            predicted[std::string(quality::metricName(score.metric))] = score.predicted[i];
        tried.push_back({{"matrix", table.rows[cell.matrix].name},
                         {"format", table.formats[cell.format]},
                         {"kl", cell.kl},
                         {"predicted", predicted}});
    }
    return {{"documents", result.documents}, {"tokens", result.tokens}, {"metrics", metrics}, {"tried", tried}};
}

void print(const flow::Correlation& result) {
    const measure::Measurements& table = *result.table;
    std::printf("%zu trials of one matrix alone, KL on %lld tokens; Spearman's correlation with what a metric predicts\n%-20s %11s",
                result.tried.size(), static_cast<long long>(result.tokens), "metric", "all");
    for (const std::string& format : table.formats) std::printf(" %11s", format.c_str());
    std::printf("   predicted/measured\n");
    for (const flow::MetricScore& score : result.metrics) {
        std::printf("%-20s", std::string(quality::metricName(score.metric)).c_str());
        std::printf(" %11.3f", score.all);
        for (const double one : score.within) std::printf(" %11.3f", one);
        if (score.ratio) std::printf("   %.2f (median)", *score.ratio);
        std::printf("\n");
    }
}

void run(const Correlate& settings) {
    torch_worker::prepare();
    Reporter reporter(settings.progress.form);
    flow::CorrelateRequest request;
    request.measure = {.model = settings.model.folder,
                       .calibration = {},
                       .samples = settings.samples.options,
                       .fisher = {.sampledLabels = settings.labels == "sampled", .seed = settings.seed},
                       .cache = settings.cache,
                       .formats = settings.formats};
    request.measure.samples.tokens = settings.tokens;
    request.measure.samples.skip = 0;
    request.measure.samples.limit = {};
    request.samples = settings.samples.options;
    request.blocksOnly = settings.blocksOnly;
    request.only = settings.only;
    request.measure.calibration =
        chosenText(settings.calibration, settings.model.folder, "calibration.txt", request.measure.samples);
    request.text = chosenText(settings.text, settings.model.folder, "evaluation.txt", request.samples);
    const auto pass = torch_worker::makeFisherPass();
    const auto evaluator = torch_worker::makeEvaluator();
    const flow::Correlation result = flow::correlate(request, *pass, *evaluator, reporter.progress());
    const json::Json found = resultOf(result);
    if (!settings.output.empty()) writeFile(settings.output, found.dump() + "\n");
    if (reporter.json())
        reporter.done(found, "");
    else
        print(result);
}

}  // namespace

void addCorrelate(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "correlate", "Run the model once for every matrix and format alone, and say how well each metric foretold it");
    const auto settings = std::make_shared<Correlate>();
    settings->model.addTo(*command);
    command->add_option("--calibration", settings->calibration, "What the metrics are measured on, as measure takes it");
    command->add_option("--tokens", settings->tokens, "Calibration tokens at most")
        ->check(CLI::Range(std::int64_t{2}, std::int64_t{1} << 40))
        ->capture_default_str();
    command->add_option("--labels", settings->labels, "As measure takes it")
        ->check(CLI::IsMember({"sampled", "data"}))
        ->capture_default_str();
    command->add_option("--seed", settings->seed, "Seed of the sampled labels")->capture_default_str();
    command->add_option("--text", settings->text, "What the KL is measured on, as evaluate takes it");
    settings->samples.addTo(*command);
    settings->samples.addRangeTo(*command);
    command->add_option("--formats", settings->formats, "Formats every matrix is tried in, separated by commas")
        ->capture_default_str();
    command->add_flag("--blocks-only", settings->blocksOnly, "Leave embedding and head alone");
    command->add_option("--matrix", settings->only, "Try only matrices whose name holds this text")->allow_extra_args(false);
    command->add_option("-o,--output", settings->output, "Write every trial and prediction as JSON");
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
