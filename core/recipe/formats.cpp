#include "core/recipe/formats.hpp"

#include "core/base/error.hpp"

namespace dq::recipe {

Formats::Formats(const Recipe& recipe) {
    for (const Recipe::Entry& entry : recipe.entries)
        byName_.emplace(entry.matrix, &format::get(entry.format));
}

const format::Format& Formats::of(const std::string& matrix) const {
    const auto found = byName_.find(matrix);
    if (found == byName_.end()) throw Error(Kind::Input, "matrix " + matrix + ": the recipe gives it no format");
    return *found->second;
}

}  // namespace dq::recipe
