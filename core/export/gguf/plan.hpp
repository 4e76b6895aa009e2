#pragma once

#include <functional>
#include <vector>

#include "core/export/gguf/metadata.hpp"
#include "core/measure/inputs.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

/// The whole file before a byte of it is written. Private to core/export.
namespace dq::exporting::gguf {

struct Plan {
    Header header;
    /// Per tensor of the header: its bytes.
    std::vector<std::function<std::vector<std::byte>()>> makers;
    std::int64_t passing = 0;  // tensors that no matrix is in
};

/// Keeps references to the model and the inputs. Throws Error(Unsupported) for tensors or architectures llama.cpp lacks.
Plan planOf(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs);

inline constexpr const char* recipeKey = "dynaquant.recipe";

}  // namespace dq::exporting::gguf
