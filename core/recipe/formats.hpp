#pragma once

#include <string>
#include <unordered_map>

#include "core/format/format.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::recipe {

/// Which format a recipe gives a matrix, looked up by the matrix's name.
class Formats {
public:
    /// Throws Error(Input) where a format does not exist.
    explicit Formats(const Recipe& recipe);

    /// Lives as long as the program. Throws Error(Input) where the recipe gives the matrix none.
    const format::Format& of(const std::string& matrix) const;

private:
    std::unordered_map<std::string, const format::Format*> byName_;
};

}  // namespace dq::recipe
