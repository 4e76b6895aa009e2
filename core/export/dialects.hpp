#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

/// A recipe in the words of another tool, which then quantizes by itself.
struct Dialect {
    std::string name;      // "llama-quantize"
    std::string sentence;  // where the text goes
};
std::span<const Dialect> dialects();

/// Throws Error(Input) for an unknown dialect, or a recipe that does not fit the model; Error(Unsupported) naming
/// the first matrix whose format the tool lacks.
std::string inDialect(std::string_view dialect, const model::Model& model, const recipe::Recipe& recipe);

/// The other way: lines `PATTERN=TYPE` of llama-quantize's --tensor-type-file (regular expressions over llama.cpp's
/// tensor names, the first that is found counts) give every matrix its format; `otherwise` is for those that no line
/// names. Bytes are computed; what nobody measured, loss and bound, is 0, and the metric "none". Throws Error(Input)
/// naming source and line.
recipe::Recipe fromTensorTypes(std::string_view text, std::string_view source, const model::Model& model,
                               std::string_view otherwise);

}  // namespace dq::exporting
