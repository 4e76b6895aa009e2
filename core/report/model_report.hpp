#pragma once

#include <optional>
#include <string>

#include "core/allocate/front.hpp"
#include "core/measure/measurements.hpp"
#include "core/recipe/recipe.hpp"
#include "core/report/subject.hpp"
#include "core/report/validation.hpp"

namespace dq::report {

/// One self-contained HTML page of a model and a recipe: the front with what was measured, the layer map, every matrix, where the
/// numbers come from and the commands that make them again. It loads nothing from anywhere. Throws Error(Input) where recipe or
/// validation are of another model than the table.
std::string modelReport(const measure::Measurements& table, const allocate::Front& front, const Subject& subject,
                        const recipe::Recipe& recipe, const std::optional<ValidationSummary>& validation);

}  // namespace dq::report
