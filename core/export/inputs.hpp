#pragma once

#include <filesystem>
#include <functional>

#include "core/measure/inputs.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

/// Where writers and verify learn what quantizers may know: asked once, with the recipe that is written or was found.
using InputSource = std::function<measure::Inputs(const recipe::Recipe&)>;

/// The error table that a recipe was made of, from the cache; nothing is read for recipes without a format that looks at
/// inputs. Throws Error(Input) saying what to run where the table is not there or is another one.
measure::Inputs inputsOf(const recipe::Recipe& recipe, const std::filesystem::path& cache);
InputSource inputsIn(std::filesystem::path cache);

/// What the source knows for this recipe; nothing where there is no source.
measure::Inputs askedOf(const InputSource& source, const recipe::Recipe& recipe);

}  // namespace dq::exporting
