#pragma once

#include <string_view>
#include <vector>

#include "core/text/regex.hpp"

namespace dq::text {

/// What becomes of the matches when a text is split at them.
enum class Behavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// The non-empty pieces of `text`; `invert` takes what lies between the matches for the matches.
std::vector<Range> splitAt(std::string_view text, const Regex& regex, Behavior behavior, bool invert = false);

}  // namespace dq::text
