#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

/// The recipe of formats that came from elsewhere (`source`): bytes are computed; what nobody measured, loss and bound, is 0, and
/// the metric "none". Private to core/export. Throws Error(Input) for a format that there is not.
recipe::Recipe unmeasured(const model::Model& model, std::string_view source,
                          const std::function<std::string(const model::WeightMatrix&)>& formatOf);

}  // namespace dq::exporting
