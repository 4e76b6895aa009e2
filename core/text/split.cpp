#include "core/text/split.hpp"

#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

bool joins(bool leftMatches, bool rightMatches, Behavior behavior) {
    switch (behavior) {
        case Behavior::MergedWithPrevious: return rightMatches && !leftMatches;
        case Behavior::MergedWithNext: return leftMatches && !rightMatches;
        case Behavior::Contiguous: return leftMatches == rightMatches;
        default: return false;
    }
}

/// Puts the parts of one stretch behind those of the stretches before it.
class Joiner {
public:
    Joiner(std::size_t offset, Behavior behavior, std::vector<Range>& pieces) : offset_(offset), behavior_(behavior), pieces_(pieces) {}

    void add(Range part, bool match) {
        if (part.begin == part.end || (behavior_ == Behavior::Removed && match)) return;
        if (started_ && joins(before_, match, behavior_))
            pieces_.back().end = offset_ + part.end;
        else
            pieces_.push_back({offset_ + part.begin, offset_ + part.end});
        before_ = match;
        started_ = true;
    }

private:
    std::size_t offset_;
    Behavior behavior_;
    std::vector<Range>& pieces_;
    bool started_ = false, before_ = false;  // whether there is a part before, and whether it was a match
};

}  // namespace

Finder findRegex(std::shared_ptr<const Regex> regex) {
    return [regex = std::move(regex)](std::string_view text, std::vector<Range>& matches) { regex->find(text, matches); };
}

Finder findCharacters(std::function<bool(char32_t)> wanted) {
    return [wanted = std::move(wanted)](std::string_view text, std::vector<Range>& matches) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t begin = at;
            if (wanted(nextCodePoint(text, at))) matches.push_back({begin, at});
        }
    };
}

std::vector<Range> Splitter::split(std::string_view text, const std::vector<Range>& stretches) const {
    std::vector<Range> pieces, matches;
    pieces.reserve(stretches.size());
    for (const Range stretch : stretches) {
        const std::string_view part = text.substr(stretch.begin, stretch.end - stretch.begin);
        matches.clear();
        finder_(part, matches);
        Joiner joiner(stretch.begin, behavior_, pieces);
        std::size_t done = 0;
        for (const Range match : matches) {
            joiner.add({done, match.begin}, invert_);
            joiner.add(match, !invert_);
            done = match.end;
        }
        joiner.add({done, part.size()}, invert_);
    }
    return pieces;
}

}  // namespace dq::text
