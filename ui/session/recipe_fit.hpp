#pragma once

#include <QStringList>

#include "core/measure/measurements.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::ui {

/// How far a recipe is one for the model that is open.
struct RecipeFit {
    int matching = 0;        // matrices it names, in formats that are measured
    QStringList complaints;  // what does not fit, in sentences; empty: everything does
};
RecipeFit fitOf(const recipe::Recipe& recipe, const measure::Measurements& table);

}  // namespace dq::ui
