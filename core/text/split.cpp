#include "core/text/split.hpp"

#include <algorithm>

namespace dq::text {

namespace {

struct Part {
    Range range;
    bool match = false;
};

std::vector<Part> partsOf(std::string_view text, const Regex& regex, bool invert) {
    std::vector<Part> parts;
    std::size_t done = 0;
    for (const Range match : regex.matches(text)) {
        if (match.begin > done) parts.push_back({{done, match.begin}, invert});
        parts.push_back({match, !invert});
        done = match.end;
    }
    if (done < text.size()) parts.push_back({{done, text.size()}, invert});
    return parts;
}

bool joins(const Part& left, const Part& right, Behavior behavior) {
    switch (behavior) {
        case Behavior::MergedWithPrevious: return right.match && !left.match;
        case Behavior::MergedWithNext: return left.match && !right.match;
        case Behavior::Contiguous: return left.match == right.match;
        default: return false;
    }
}

}  // namespace

std::vector<Range> splitAt(std::string_view text, const Regex& regex, Behavior behavior, bool invert) {
    std::vector<Range> pieces;
    const Part* before = nullptr;
    const std::vector<Part> parts = partsOf(text, regex, invert);
    for (const Part& part : parts) {
        if (behavior == Behavior::Removed && part.match) continue;
        if (before && joins(*before, part, behavior))
            pieces.back().end = part.range.end;
        else
            pieces.push_back(part.range);
        before = &part;
    }
    return pieces;
}

}  // namespace dq::text
