#include "core/text/metaspace.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace dq::text {

namespace {

using json::Json;

enum class Prepend { Always, First, Never };

Prepend prependOf(const Json& description, std::string_view source) {
    const bool older = json::boolOr(description, "add_prefix_space", true, source);
    const std::string scheme = json::textOr(description, "prepend_scheme", older ? "always" : "never", source);
    if (!older && scheme != "never")
        throw Error(Kind::Corrupt, std::string(source) + ": add_prefix_space contradicts the prepend_scheme \"" + json::excerpt(scheme) + "\"");
    if (scheme == "always") return Prepend::Always;
    if (scheme == "first") return Prepend::First;
    if (scheme == "never") return Prepend::Never;
    throw Error(Kind::Unsupported, std::string(source) + ": the prepend_scheme \"" + json::excerpt(scheme) + "\" is unknown");
}

void appendMarked(std::string& text, std::string_view part, std::string_view mark, bool prepend) {
    const bool marked = part.starts_with(mark) || part.starts_with(' ');
    if (prepend && !part.empty() && !marked) text += mark;
    for (const char c : part) {
        if (c == ' ')
            text += mark;
        else
            text += c;
    }
}

/// A piece starts at each mark.
void cutAt(std::string_view text, Range range, std::string_view mark, std::vector<Range>& ranges) {
    const std::string_view part = text.substr(0, range.end);
    while (range.begin < range.end) {
        const std::size_t skip = part.substr(range.begin).starts_with(mark) ? mark.size() : 1;
        const std::size_t next = std::min(part.find(mark, range.begin + skip), range.end);
        ranges.push_back({range.begin, next});
        range.begin = next;
    }
}

}  // namespace

std::function<void(Pieces&)> readMetaspace(const Json& description, std::string_view source) {
    const std::string mark = json::textOr(description, "replacement", "\u2581", source);
    if (mark.empty()) throw Error(Kind::Corrupt, std::string(source) + ": an empty Metaspace replacement");
    const Prepend prepend = prependOf(description, source);
    const bool cut = json::boolOr(description, "split", true, source);
    return [mark, prepend, cut](Pieces& pieces) {
        Pieces marked{{}, {}, pieces.first};
        marked.text.reserve(pieces.text.size() + pieces.text.size() / 3);
        for (const Range range : pieces.ranges) {
            const std::size_t begin = marked.text.size();
            const bool wanted = prepend == Prepend::Always || (prepend == Prepend::First && pieces.first && range.begin == 0);
            appendMarked(marked.text, std::string_view(pieces.text).substr(range.begin, range.end - range.begin), mark, wanted);
            marked.ranges.push_back({begin, marked.text.size()});
        }
        if (cut) {
            std::vector<Range> ranges;
            for (const Range range : marked.ranges) cutAt(marked.text, range, mark, ranges);
            marked.ranges = std::move(ranges);
        }
        pieces = std::move(marked);
    };
}

}  // namespace dq::text
