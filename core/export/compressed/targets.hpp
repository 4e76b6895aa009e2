#pragma once

#include <string>
#include <vector>

namespace dq::exporting::compressed {

/// Few anchored patterns that match exactly these modules, and the names vLLM gives them: to what it fuses, and to mixtral's
/// experts (w1 is gate_proj there). Modules that differ only in the numbers of layers and experts share a pattern:
///
///     model.layers.0.mlp.up_proj, model.layers.7.mlp.up_proj
///         -> re:^model[.]layers[.](0|7)[.]mlp[.]up_proj$, re:^model[.]layers[.](0|7)[.]mlp[.]gate_up_proj$
///
/// A module without a number is named as it is. (47 000 explicit names stall vLLM's start-up.)
std::vector<std::string> targetsFor(const std::vector<std::string>& modules);

}  // namespace dq::exporting::compressed
