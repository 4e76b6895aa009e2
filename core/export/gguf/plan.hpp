#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/export/gguf/metadata.hpp"
#include "core/measure/inputs.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

/// The whole file before a byte of it is written. Private to core/export.
namespace dq::exporting::gguf {

/// Takes bytes of a tensor, from its byte `at` on; called by several threads at once.
using Take = std::function<void(Bytes at, std::span<const std::byte>)>;

struct Plan {
    Header header;
    /// Per tensor of the header: hands over all its bytes, each once and in no order.
    std::vector<std::function<void(const Take&)>> makers;
    std::int64_t passing = 0;  // tensors that no matrix is in
};

/// Keeps references to the model and the inputs. Throws Error(Unsupported) for tensors or architectures llama.cpp lacks.
Plan planOf(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs);

inline constexpr const char* recipeKey = "dynaquant.recipe";

}  // namespace dq::exporting::gguf
