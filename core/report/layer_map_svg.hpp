#pragma once

#include <string>

#include "core/measure/measurements.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::report {

/// Bits per weight of every layer (rows) and role (columns) under a recipe, scales counted; what is in no layer stands above. The
/// experts of a layer share a cell, which shows their mean. Colours as in the explorer: dark at 2 bits, yellow at 8, grey from
/// 12 on. Throws Error(Input) where the recipe is of other matrices, or holds a format that the table does not.
std::string layerMapSvg(const measure::Measurements& table, const recipe::Recipe& recipe);

/// "#rrggbb" of so many bits; text on it is readable in white below 5.5 bits and from 12 on, else in ink.
std::string bitsColour(double bits);

}  // namespace dq::report
