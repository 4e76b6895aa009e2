#pragma once

#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting::compressed {

/// Why vLLM or transformers would not load the recipe, or would load other weights than were measured: each
/// sentence names the matrix and the rule. `widest`: refuse what older loaders lack, integers of other than 4
/// and 8 bits. Empty: it loads.
std::vector<std::string> complaints(const model::Model& model, const recipe::Recipe& recipe, bool widest);

/// config.json with its quantization_config: one group a scheme, anchored regular expressions over layer numbers as
/// targets, the fused names vLLM makes beside them, and what stays BF16 in `ignore`.
std::string configText(const model::Model& model, const recipe::Recipe& recipe);

/// The format that a loader which reads this config finds for a module, matched the way vLLM does: `ignore` first, then
/// the targets in order. "" where none matches (the module is not quantized). Throws Error(Corrupt) naming `source`.
struct Matched {
    std::string format;      // "pack-quantized"
    std::string weightsJson; // its arguments, keys sorted
    bool operator==(const Matched&) const = default;
};
Matched matched(std::string_view configText, std::string_view module, std::string_view source);

}  // namespace dq::exporting::compressed
