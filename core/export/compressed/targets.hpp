#pragma once

#include <string>
#include <vector>

namespace dq::exporting::compressed {

/// Few anchored patterns that match exactly these modules, and the names vLLM gives q, k and v or gate and up
/// once it has fused them. Modules that differ only in layer numbers share a pattern:
///
///     model.layers.0.mlp.up_proj, model.layers.7.mlp.up_proj -> re:^model[.]layers[.](0|7)[.]mlp[.](up|gate_up)_proj$
///
/// A module without a number is named as it is. (47 000 explicit names stall vLLM's start-up.)
std::vector<std::string> targetsFor(const std::vector<std::string>& modules);

}  // namespace dq::exporting::compressed
