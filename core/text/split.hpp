#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/text/regex.hpp"

namespace dq::text {

/// What becomes of the matches when a text is split at them.
enum class Behavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// Appends the matches in a text, from left to right and without overlap.
using Finder = std::function<void(std::string_view text, std::vector<Range>& matches)>;

Finder findRegex(std::shared_ptr<const Regex> regex);
/// Every character that the predicate wants is a match of its own.
Finder findCharacters(std::function<bool(char32_t)> wanted);

/// Splits texts at the matches of a finder; `invert` takes what lies between the matches for the matches.
class Splitter {
public:
    Splitter(Finder finder, Behavior behavior, bool invert = false) : finder_(std::move(finder)), behavior_(behavior), invert_(invert) {}

    /// Cuts each of these stretches of the text into its non-empty pieces.
    std::vector<Range> split(std::string_view text, const std::vector<Range>& stretches) const;

private:
    Finder finder_;
    Behavior behavior_ = Behavior::Isolated;
    bool invert_ = false;
};

}  // namespace dq::text
