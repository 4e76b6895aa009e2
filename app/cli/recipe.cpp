#include <cstdio>

#include "app/cli/command.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/dialects.hpp"
#include "core/export/seed_folder.hpp"

namespace dq::cli {

namespace {

struct Translate {
    ModelArgument model;
    std::string recipe, tool, tensorTypes, seed, otherwise = "bf16", output;
};

/// A recipe from ours, from lines that llama-quantize reads, or from a folder of the first DynaQuant.
recipe::Recipe recipeOf(const Translate& settings, const model::Model& model) {
    if (!settings.seed.empty()) return exporting::seedRecipe(settings.seed, model);
    if (settings.tensorTypes.empty()) return recipe::read(settings.recipe);
    return exporting::fromTensorTypes(readText(settings.tensorTypes), settings.tensorTypes, model, settings.otherwise);
}

void run(const Translate& settings) {
    const auto model = model::Model::open(settings.model.folder);
    const recipe::Recipe recipe = recipeOf(settings, *model);
    const std::string text =
        settings.tool.empty() ? recipe::toJson(recipe) : exporting::inDialect(settings.tool, *model, recipe);
    if (settings.output.empty())
        std::fputs(text.c_str(), stdout);
    else
        writeFile(settings.output, text);
}

}  // namespace

void addRecipe(CLI::App& app) {
    auto* const command = app.add_subcommand("recipe", "Say a recipe in another tool's words, or read llama-quantize's or a folder's");
    const auto settings = std::make_shared<Translate>();
    settings->model.addTo(*command);
    auto* const ours = command->add_option("--recipe", settings->recipe, "Recipe from allocate");
    auto* const types = command->add_option("--from-tensor-types", settings->tensorTypes, "File of llama-quantize --tensor-type-file")
                            ->excludes(ours);
    command->add_option("--from-seed", settings->seed, "Folder that the first DynaQuant or --target seed wrote: its bits and groups")
        ->excludes(ours)
        ->excludes(types);
    command->add_option("--otherwise", settings->otherwise, "Format of matrices no line of that file names")
        ->capture_default_str();
    std::string help = "For whom; without it, our own JSON:";
    std::vector<std::string> names;
    for (const exporting::Dialect& dialect : exporting::dialects()) {
        help += "\n" + dialect.name + ": " + dialect.sentence;
        names.push_back(dialect.name);
    }
    command->add_option("--for", settings->tool, help)->check(CLI::IsMember(names));
    command->add_option("-o,--output", settings->output, "File to write (default: standard output)");
    command->callback([settings] {
        if (settings->recipe.empty() && settings->tensorTypes.empty() && settings->seed.empty())
            throw CLI::RequiredError("--recipe, --from-tensor-types or --from-seed");
        run(*settings);
    });
}

}  // namespace dq::cli
