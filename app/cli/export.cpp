#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "core/base/units.hpp"
#include "core/export/target.hpp"

namespace dq::cli {

namespace {

struct Export {
    ModelArgument model;
    ProgressOption progress;
    std::string recipe, target = "native", device = "cpu", output, cache;
    exporting::ExportOptions options;
    bool dryRun = false;
};

/// What would be written, without packing it.
void plan(const Export& settings, const exporting::Target& target, const model::Model& model, const recipe::Recipe& recipe) {
    Reporter reporter(settings.progress.form);
    const Bytes bytes = exporting::plannedFileBytes(target, model, recipe, settings.options);
    reporter.done({{"target", target.name}, {"matrices", model.matrices().size()}, {"file_bytes", bytes}},
                  "target " + target.name + " takes " + showBytes(bytes) + " (" + std::to_string(bytes) + " bytes); nothing was written");
}

void runExport(const Export& settings) {
    const auto model = model::Model::open(settings.model.folder);
    const recipe::Recipe recipe = recipe::read(settings.recipe);
    const exporting::Target& target = exporting::targetOf(settings.target);
    if (settings.dryRun) return plan(settings, target, *model, recipe);
    Reporter reporter(settings.progress.form);
    const exporting::VerifyReport report =
        exporting::exportTo(target, *model, recipe, settings.output, settings.options, reporter.progress(),
                            exporting::inputsIn(settings.cache));
    reporter.done({{"folder", settings.output},
                   {"target", target.name},
                   {"tensor_bytes", report.tensorBytes},
                   {"file_bytes", report.fileBytes},
                   {"matrices", report.matrices},
                   {"verified", true}},
                  settings.output + ": " + std::to_string(report.matrices) + " matrices packed, " +
                      showBytes(report.fileBytes) + ", verified bit for bit against the quantizer");
}

struct Verify {
    std::string folder, against, cache;
    ProgressOption progress;
    bool json = false;
};

void runVerify(const Verify& settings) {
    Reporter reporter(settings.progress.form);
    std::shared_ptr<const model::Model> model;
    if (!settings.against.empty()) model = model::Model::open(settings.against);
    const exporting::VerifyReport report = exporting::verifyAny(
        settings.folder, model.get(), reporter.progress(), exporting::inputsIn(settings.cache));
    const json::Json result{{"matrices", report.matrices},         {"passthrough", report.passthrough},
                            {"weights", report.weights},           {"tensor_bytes", report.tensorBytes},
                            {"file_bytes", report.fileBytes},      {"against_model", report.againstModel}};
    reporter.done(result, settings.json ? result.dump()
                                        : settings.folder + ": " + std::to_string(report.matrices) +
                                              " matrices and " + std::to_string(report.passthrough) +
                                              " other tensors are whole" +
                                              (report.againstModel ? " and equal to the quantizer's answer" : ""));
}

}  // namespace

void addExport(CLI::App& app) {
    auto* const command = app.add_subcommand("export", "Write the checkpoint a recipe describes, and verify it");
    const auto settings = std::make_shared<Export>();
    settings->model.addTo(*command);
    command->add_option("--recipe", settings->recipe, "Recipe from allocate")->required();
    std::string help = "What to write:";
    std::vector<std::string> names;
    for (const exporting::Target& target : exporting::targets()) {
        help += "\n" + target.name + ": " + target.sentence;
        names.push_back(target.name);
    }
    command->add_option("--target", settings->target, help)->check(CLI::IsMember(names))->capture_default_str();
    command->add_flag("--widest", settings->options.widest,
                      "compressed-tensors: refuse what older loaders lack (integers of other than 4 and 8 bits)");
    command->add_option("--split-size", settings->options.splitBytes,
                        "Begin a new file past this many bytes (500M, 2GB): GGUF is one file unless this is given, folders begin a new one at 5 GB")
        ->transform(CLI::AsSizeValue(true))
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--device", settings->device,
                     "Where matrices are packed; the files are the same. What the device's kernels do not know the processor packs")
        ->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    auto* const output = command->add_option("-o,--output", settings->output, "Folder or file to make; must not exist yet");
    command->add_flag("--dry-run", settings->dryRun, "Say how many bytes would be written, every file counted, and write nothing")
        ->excludes(output);
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->callback([settings] {
        if (settings->output.empty() && !settings->dryRun) throw CLI::RequiredError("--output or --dry-run");
        if (settings->device == "cuda") settings->options.device = exporting::Device::Cuda;
        runExport(*settings);
    });
}

void addVerify(CLI::App& app) {
    auto* const command = app.add_subcommand("verify", "Read an exported checkpoint back and compare");
    const auto settings = std::make_shared<Verify>();
    command->add_option("folder", settings->folder, "Exported checkpoint")->required();
    command->add_option("--against", settings->against, "The original model: compare every bit with the quantizer");
    command->add_flag("--json", settings->json, "Print one JSON object");
    addCacheOption(*command, settings->cache);
    settings->progress.addTo(*command);
    command->callback([settings] { runVerify(*settings); });
}

}  // namespace dq::cli
