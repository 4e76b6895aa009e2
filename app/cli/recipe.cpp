#include <cstdio>

#include "app/cli/command.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/dialects.hpp"

namespace dq::cli {

namespace {

struct Translate {
    ModelArgument model;
    std::string recipe, tool, tensorTypes, otherwise = "bf16", output;
};

/// A recipe from ours, or from lines that llama-quantize reads.
recipe::Recipe recipeOf(const Translate& settings, const model::Model& model) {
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
    auto* const command = app.add_subcommand("recipe", "Say a recipe in another tool's words, or read llama-quantize's");
    const auto settings = std::make_shared<Translate>();
    settings->model.addTo(*command);
    auto* const ours = command->add_option("--recipe", settings->recipe, "Recipe from allocate");
    command->add_option("--from-tensor-types", settings->tensorTypes, "File of llama-quantize --tensor-type-file")
        ->excludes(ours);
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
        if (settings->recipe.empty() && settings->tensorTypes.empty())
            throw CLI::RequiredError("--recipe or --from-tensor-types");
        run(*settings);
    });
}

}  // namespace dq::cli
