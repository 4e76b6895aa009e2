#include "core/report/model_report.hpp"

#include <cstdio>

#include "app/cli/command.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/mapped_file.hpp"
#include "core/flow/allocating.hpp"
#include "core/flow/measuring.hpp"

namespace dq::cli {

namespace {

struct Report {
    ModelArgument model;
    TableOptions table;
    std::string recipe, validation, output;
};

void run(const Report& settings) {
    const quality::Metric metric = quality::metricOf(settings.table.metric);
    const auto model = model::Model::open(settings.model.folder);
    const auto table = flow::newestTable(*model, settings.table.cache);
    const recipe::Recipe recipe = recipe::read(settings.recipe);
    recipe::require(recipe, *model);
    std::optional<report::ValidationSummary> validation;
    if (!settings.validation.empty()) validation = report::validationFromJson(readText(settings.validation), settings.validation);
    const report::Subject subject{.model = model->checkpoint().name(),
                                  .table = table->key.hex(),
                                  .metric = std::string(quality::metricName(metric)),
                                  .unit = std::string(quality::metricUnit(metric)),
                                  .palette = settings.table.palette};
    const auto front = flow::frontOf(*table, settings.table.palette, metric);
    const std::string page = report::modelReport(*table, *front, subject, recipe, validation);
    writeFile(settings.output, page);
    std::printf("%s: %zu matrices%s\n", settings.output.c_str(), table->rows.size(), validation ? ", with what was measured" : "");
}

}  // namespace

void addReport(CLI::App& app) {
    auto* const command = app.add_subcommand("report", "Write one HTML page of a model and a recipe, with nothing to load");
    const auto settings = std::make_shared<Report>();
    settings->model.addTo(*command);
    settings->table.addTo(*command);
    command->add_option("--recipe", settings->recipe, "Recipe from allocate")->required();
    command->add_option("--validation", settings->validation, "What validate --json printed, to draw what was measured");
    command->add_option("-o,--output", settings->output, "The page")->required();
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
