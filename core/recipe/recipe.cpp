#include "core/recipe/recipe.hpp"

#include "core/base/error.hpp"
#include "core/base/version.hpp"

namespace dq::recipe {

Recipe recipeOf(const measure::Measurements& table, const allocate::Problem& problem,
                const allocate::Choice& choice, std::string_view metric) {
    if (choice.formats.size() != table.rows.size())
        throw Error(Kind::Input, "a choice for " + std::to_string(choice.formats.size()) +
                                     " matrices cannot be a recipe for the " +
                                     std::to_string(table.rows.size()) + " of " + table.modelName);
    Recipe recipe;
    recipe.entries.reserve(table.rows.size());
    for (std::size_t m = 0; m < table.rows.size(); ++m)
        recipe.entries.push_back(
            {table.rows[m].name, problem.formats.at(static_cast<std::size_t>(choice.formats[m]))});

    recipe.bytes = choice.bytes;
    recipe.bitsPerWeight = problem.bitsPerWeight(choice.bytes);
    recipe.predictedLoss = choice.loss;
    recipe.bound = choice.bound;

    recipe.modelName = table.modelName;
    recipe.modelFingerprint = table.key.model;
    recipe.calibrationSource = table.calibrationSource;
    recipe.calibrationFingerprint = table.key.calibration;
    recipe.labels = table.key.labels;
    recipe.calibrationTokens = table.calibrationTokens;
    recipe.metric = metric;
    recipe.tool = toolVersion;
    recipe.tableKey = table.key.hex();
    return recipe;
}

}  // namespace dq::recipe
