#pragma once

#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting::gguf {

/// Why llama.cpp would not load the model, or compute something else: what its code takes for granted of a family and this
/// config.json has otherwise. Empty: it does.
std::vector<std::string> modelComplaints(const model::Model& model);

/// Why it would not load the recipe: experts of a block in several formats, columns that it wants in an order that a format's
/// blocks do not allow. Formats must be of GGUF.
std::vector<std::string> stackComplaints(const model::Model& model, const recipe::Recipe& recipe);

/// Longrope with one list of divisors for all lengths, which is what a GGUF file keeps of Llama 3's scaling: written as it was read.
bool dividesFrequencies(const model::Architecture& architecture);

/// How far apart sliding blocks are, as llama.cpp counts it: of n blocks the last is full; 0: all slide. -1: no such number.
std::int64_t slidingPeriod(const model::Architecture& architecture);
/// Of n blocks the last has full attention, the others linear; -1: no such number.
std::int64_t linearPeriod(const model::Architecture& architecture);

}  // namespace dq::exporting::gguf
