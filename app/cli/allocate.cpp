#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "app/cli/view.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/units.hpp"
#include "core/export/target.hpp"
#include "core/flow/allocating.hpp"
#include "core/flow/measuring.hpp"

namespace dq::cli {

namespace {

struct Allocate {
    ModelArgument model;
    TableOptions table;
    ViewOptions view;
    CardOptions card;
    SpeedOptions speed;
    std::string size, uniform, target, output;
    std::optional<double> bits, loss;
    bool knee = false, json = false;
};

flow::Ask askOf(const Allocate& settings, const model::Architecture& architecture) {
    if (!settings.size.empty()) return flow::BySize{parseBytes(settings.size)};
    if (settings.bits) return flow::ByBits{*settings.bits};
    if (settings.loss) return flow::ByLoss{*settings.loss};
    if (!settings.uniform.empty()) return flow::ByFormat{settings.uniform};
    if (settings.card.gib) return settings.card.ask(architecture);
    if (settings.knee) return flow::ByKnee{};
    return flow::ByLargest{};
}

void requireQuestion(const Allocate& settings) {
    const bool asked = !settings.size.empty() || settings.bits || settings.loss || settings.knee || !settings.uniform.empty() || settings.card.gib;
    if (!asked && !settings.speed.tokensPerSecond)
        throw CLI::RequiredError("One of --size, --bits, --loss, --knee, --uniform, --card and --tokens-per-second");
}

void run(const Allocate& settings) {
    requireQuestion(settings);
    const quality::Metric metric = quality::metricOf(settings.table.metric);
    flow::View view = settings.view.view();
    const auto model = model::Model::open(settings.model.folder);
    const flow::Ask ask = askOf(settings, model->architecture());
    const auto pace = settings.speed.pace(*model, settings.card);
    if (settings.speed.tokensPerSecond) view.pace = pace;
    const auto table = flow::newestTable(*model, settings.table.cache);
    const recipe::Recipe recipe = flow::allocate(*table, settings.table.palette, metric, ask, view);
    if (!settings.output.empty()) writeFile(settings.output, recipe::toJson(recipe));
    const double gap = recipe.bound > 0 ? (recipe.predictedLoss - recipe.bound) / recipe.bound : 0;
    json::Json answer{{"bytes", recipe.bytes},
                      {"bits_per_weight", recipe.bitsPerWeight},
                      {"loss", recipe.predictedLoss},
                      {"bound", recipe.bound},
                      {"gap", gap}};
    if (pace) {
        const double seconds = flow::secondsOf(recipe, *table, *pace);
        answer["seconds_per_token"] = seconds;
        answer["tokens_per_second"] = 1 / seconds;
    }
    if (!settings.target.empty())
        answer["file_bytes"] = exporting::plannedFileBytes(exporting::targetOf(settings.target), *model, recipe);
    printLine(answer);
}

}  // namespace

void addAllocate(CLI::App& app) {
    auto* const command = app.add_subcommand("allocate", "Choose a format for every matrix under a budget");
    const auto settings = std::make_shared<Allocate>();
    settings->model.addTo(*command);
    settings->table.addTo(*command);
    auto* const ask = command->add_option_group("budget", "what is asked for, one of; with --tokens-per-second none is any size");
    ask->add_option("--size", settings->size, "All tensors together at most: 1.5GiB, 700MB, or plain bytes");
    ask->add_option("--bits", settings->bits, "Bits per weight at most, scales counted");
    ask->add_option("--loss", settings->loss, "Smallest size whose predicted loss is at most this, nats per token");
    ask->add_flag("--knee", settings->knee, "The knee of the front");
    ask->add_option("--uniform", settings->uniform, "Every matrix in this format");
    settings->card.addTo(*ask, *command);
    ask->require_option(0, 1);
    settings->speed.addTo(*command);
    settings->view.addTo(*command);
    command->add_option("--target", settings->target, "Also say, as file_bytes, what all files of this export target will take");
    command->add_option("-o,--output", settings->output, "Where to write the recipe");
    command->add_flag("--json", settings->json, "Print one JSON object (always so)");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
