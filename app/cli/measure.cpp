#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/texts.hpp"
#include "core/base/error.hpp"
#include "core/base/units.hpp"
#include "core/export/imatrix.hpp"
#include "core/flow/measuring.hpp"
#include "core/format/format.hpp"
#include "core/torch/worker.hpp"

namespace dq::cli {

namespace {

struct Measure {
    ModelArgument model;
    SampleArguments samples;
    ProgressOption progress;
    std::string calibration, labels = "sampled", cache;
    std::int64_t tokens = 16384;
    std::uint64_t seed = 1;
    std::string formats = measure::measuredByDefault;
    std::string importance, imatrix;
    bool errorFeedback = false, fisherScales = false, peerMetrics = false;
};

/// Matrices of experts that the text sent no token to.
std::int64_t unreached(const measure::Measurements& table) {
    return std::ranges::count_if(table.rows, [](const measure::MatrixRow& row) { return row.unreached(); });
}

std::string sentenceOf(const flow::MeasureResult& result) {
    const measure::Measurements& table = *result.measurements;
    std::string text = (result.remembered ? "already measured: " : "measured: ") + std::to_string(table.rows.size()) + " matrices x " +
                       std::to_string(table.formats.size()) + " formats";
    if (table.weightsOnly())
        text += " by their weights alone, because the architecture is not known and the model cannot be run; only metrics that need no data are known";
    else
        text += " on " + std::to_string(table.calibrationTokens) + " tokens of " + table.calibrationSource;
    if (const std::int64_t count = unreached(table); count > 0)
        text += "\n" + std::to_string(count) + " matrices of experts met no token of it: what they lose is an estimate";
    return text + "\n" + result.table.string();
}

void sayHessians(Bytes bytes) {
    std::fprintf(stderr, "error feedback: the Hessians of all inputs take %s beside the table\n", showBytes(bytes).c_str());
}

void saySensitivities(Bytes bytes) {
    std::fprintf(stderr, "Fisher scales: the sensitivities of all weights take %s beside the table\n", showBytes(bytes).c_str());
}

void run(const Measure& settings) {
    torch_worker::prepare();
    const std::string formats = settings.formats + (settings.errorFeedback ? ",gptq" : "") + (settings.fisherScales ? ",fisher" : "");
    Reporter reporter(settings.progress.form);
    flow::MeasureRequest request{.model = settings.model.folder,
                                 .calibration = {},
                                 .samples = settings.samples.options,
                                 .fisher = {.sampledLabels = settings.labels == "sampled", .seed = settings.seed, .peers = settings.peerMetrics},
                                 .cache = settings.cache,
                                 .importance = settings.importance,
                                 .formats = formats,
                                 .onHessians = sayHessians,
                                 .onSensitivities = saySensitivities};
    request.samples.tokens = settings.tokens;
    request.calibration = chosenText(settings.calibration, settings.model.folder, "calibration.txt", request.samples);
    const auto pass = torch_worker::makeFisherPass();
    const auto evaluator = torch_worker::makeEvaluator();
    request.evaluator = evaluator.get();
    if (!settings.imatrix.empty() && std::filesystem::exists(settings.imatrix))
        throw Error(Kind::Input, settings.imatrix + ": exists already");  // before hours of work
    const auto names = format::palette(formats).formats;
    const flow::MeasureResult result = flow::measure(
        request, *pass, [&](const measure::MatrixRow& row) { reporter.row(row, names); }, reporter.progress());
    const measure::Measurements& table = *result.measurements;
    if (!settings.imatrix.empty()) exporting::writeImatrix(*model::Model::open(settings.model.folder), table, settings.imatrix);
    reporter.done({{"table", result.table.string()},
                   {"key", table.key.hex()},
                   {"remembered", result.remembered},
                   {"tokens", table.calibrationTokens},
                   {"sequences", table.calibrationSequences},
                   {"loss", table.calibrationLoss},
                   {"weights_only", table.weightsOnly()},
                   {"unreached", unreached(table)}},
                  sentenceOf(result));
}

}  // namespace

void addMeasure(CLI::App& app) {
    auto* const command =
        app.add_subcommand("measure", "Measure how much every weight matrix minds every format; kept and resumed");
    const auto settings = std::make_shared<Measure>();
    settings->model.addTo(*command);
    command->add_option("--calibration", settings->calibration,
                        "What the model is run on: UTF-8 text, .jsonl (--field), or token ids in .npy or .safetensors; by default "
                        "calibration.txt of the model's folder, else the bundled one");
    settings->samples.addTo(*command);
    command->add_option("--tokens", settings->tokens, "Calibration tokens at most")
        ->check(CLI::Range(std::int64_t{2}, std::int64_t{1} << 40))
        ->capture_default_str();
    command
        ->add_option("--labels", settings->labels,
                     "sampled: from the model's own distribution, the loss is then in nats; data: the text's next token")
        ->check(CLI::IsMember({"sampled", "data"}))
        ->capture_default_str();
    command->add_option("--seed", settings->seed, "Seed of the sampled labels")->capture_default_str();
    command
        ->add_option("--formats", settings->formats, "Formats and palettes to score, separated by commas (see: formats)")
        ->capture_default_str();
    command->add_flag("--error-feedback", settings->errorFeedback,
                      "Score the palette gptq too, and keep the Hessian of every input beside the table, where export and evaluate "
                      "need it: four bytes times half the square of its columns");
    command->add_flag("--fisher-scales", settings->fisherScales,
                      "Score the palette fisher too, and keep the sensitivity of every weight beside the table, where export and "
                      "evaluate need it: a byte each");
    command->add_flag("--peer-metrics", settings->peerMetrics,
                      "Gather too what other tools' scores are made of (dynaquant-v1 to nsds of --metric): several times slower");
    command->add_option("--importance", settings->importance,
                        "llama.cpp's imatrix file (.gguf): the mean squares of inputs that -imx formats and the metric activation go by, "
                        "instead of the calibration's");
    command->add_option("--imatrix", settings->imatrix, "Write the mean squares of inputs as llama.cpp's imatrix file (.gguf)");
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
