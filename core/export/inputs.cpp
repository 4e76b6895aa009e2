#include "core/export/inputs.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/store/store.hpp"

namespace dq::exporting {

namespace {

/// The first entry whose quantizer looks at inputs.
const recipe::Recipe::Entry* curious(const recipe::Recipe& recipe) {
    for (const recipe::Recipe::Entry& entry : recipe.entries)
        if (const format::Format* format = format::find(entry.format); format && format->looksAtInput()) return &entry;
    return nullptr;
}

}  // namespace

measure::Inputs inputsOf(const recipe::Recipe& recipe, const std::filesystem::path& cache) {
    const recipe::Recipe::Entry* const entry = curious(recipe);
    if (!entry) return {};
    const auto path = store::Store(cache).named(recipe.tableKey);
    if (!path)
        throw Error(Kind::Input, "matrix " + entry->matrix + ": " + entry->format + " needs the error table " +
                                     recipe.tableKey.substr(0, 40) + " that the recipe was made of, which is not in " + cache.string() +
                                     ": name its folder (--cache), or measure " + recipe.modelName + " on " +
                                     recipe.calibrationSource + " again and make the recipe anew");
    const auto table = store::Store::read(*path);
    if (table->key.hex() != recipe.tableKey || table->key.model != recipe.modelFingerprint)
        throw Error(Kind::Input, path->string() + ": is table " + table->key.hex() + " of model " + table->key.model +
                                     ", the recipe was made of " + recipe.tableKey + " of " + recipe.modelFingerprint);
    const store::Hessians hessians = store::Store(cache).hessians(recipe.tableKey);
    const store::Sensitivities sensitivities = store::Store(cache).sensitivities(recipe.tableKey);
    return measure::Inputs(
        table, [hessians](const std::string& matrix, const auto& known) { return hessians.read(matrix, known); },
        [sensitivities](const std::string& matrix, std::int64_t rows, std::int64_t cols) { return sensitivities.read(matrix, rows, cols); });
}

InputSource inputsIn(std::filesystem::path cache) {
    return [cache = std::move(cache)](const recipe::Recipe& recipe) { return inputsOf(recipe, cache); };
}

measure::Inputs askedOf(const InputSource& source, const recipe::Recipe& recipe) {
    return source ? source(recipe) : measure::Inputs();
}

}  // namespace dq::exporting
