#include "core/text/words.hpp"

#include <algorithm>
#include <array>

#include "core/text/characters.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

constexpr std::size_t noMatch = 0;
constexpr std::size_t unbounded = ~std::size_t{0};

constexpr std::uint8_t capital = kind::upper | kind::letter | kind::mark;  // what o200k lets a word start with
constexpr std::uint8_t small = kind::lower | kind::letter | kind::mark;    // and end with

/// The character at a place and where it ends; kind 0 at the end of the text.
struct Seen {
    char32_t point = 0;
    std::uint8_t kind = 0;
    std::size_t end = 0;
};

constexpr std::array<std::uint8_t, 128> makeAsciiKinds() {
    std::array<std::uint8_t, 128> kinds{};
    for (std::size_t c = 0; c < kinds.size(); ++c) {
        if (c == ' ' || (c >= 9 && c <= 13))
            kinds[c] = kind::space;
        else if (c >= 'A' && c <= 'Z')
            kinds[c] = kind::upper;
        else if (c >= 'a' && c <= 'z')
            kinds[c] = kind::lower;
        else if (c >= '0' && c <= '9')
            kinds[c] = kind::number;
        else
            kinds[c] = kind::other;  // the patterns do not tell punctuation from symbols
    }
    return kinds;
}

constexpr auto asciiKinds = makeAsciiKinds();

Seen look(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {0, 0, at};
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < asciiKinds.size()) return {first, asciiKinds[first], at + 1};
    Seen seen{0, 0, at};
    seen.point = nextCodePoint(text, seen.end);
    seen.kind = kindOf(seen.point);
    return seen;
}

bool isNewline(char32_t point) {
    return point == '\n' || point == '\r';
}

/// The end of the run of characters of these kinds, of `most` at most.
std::size_t run(std::string_view text, std::size_t at, std::uint8_t kinds, std::size_t most = unbounded) {
    for (; most > 0; --most) {
        const Seen seen = look(text, at);
        if (!(seen.kind & kinds)) break;
        at = seen.end;
    }
    return at;
}

/// A word that begins here: capitals, then at least one small letter; where there is none, the capitals alone.
std::size_t capitalsThenSmall(std::string_view text, std::size_t begin) {
    std::size_t at = begin, afterShared = noMatch;
    while (true) {
        const Seen seen = look(text, at);
        if (!(seen.kind & capital)) break;
        at = seen.end;
        if (seen.kind & small) afterShared = at;  // could be the small letter that the word must end with
    }
    if (look(text, at).kind & small) return run(text, at, small);
    return afterShared;
}

/// White space: up to its last line end; else all of it at the end of the text; else all but the last character, which
/// leads the next piece; else that one.
std::size_t whiteSpace(std::string_view text, std::size_t begin, bool lines) {
    std::size_t at = begin, last = begin, afterNewline = noMatch;
    while (true) {
        const Seen seen = look(text, at);
        if (!(seen.kind & kind::space)) break;
        last = at;
        at = seen.end;
        if (isNewline(seen.point)) afterNewline = at;
    }
    if (lines && afterNewline != noMatch) return afterNewline;
    return at == text.size() || last == begin ? at : last;
}

}  // namespace

struct Words::Known {
    std::string_view pattern;
    Words words;
};

const std::vector<Words::Known>& Words::known() {
    static const std::vector<Known> all = [] {
        const auto made = [](Style style, Contractions contractions, std::size_t digits, bool marks = false, bool slash = false) {
            Words words;
            words.style_ = style;
            words.contractions_ = contractions;
            words.digits_ = digits;
            words.letters_ = static_cast<std::uint8_t>(kind::anyLetter | (marks ? kind::mark : 0));
            words.slashEnds_ = slash;
            return words;
        };
        const Words gpt2 = made(Style::Spaced, Contractions::Exact, unbounded);
        const Words llama3 = made(Style::Prefixed, Contractions::AnyCase, 3);
        return std::vector<Known>{
            {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", gpt2},
            {R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", gpt2},
            // Llama 3, Phi-4
            {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)", llama3},
            {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)", llama3},
            // Qwen 2, 2.5, 3
            {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
             made(Style::Prefixed, Contractions::AnyCase, 1)},
            // Qwen 3.5
            {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
             made(Style::Prefixed, Contractions::AnyCase, 1, true)},
            // GPT-4o, gpt-oss, Phi-4-mini
            {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
             made(Style::Cased, Contractions::AnyCase, 3, false, true)},
            // Mistral's Tekken (Nemo, Small 3)
            {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
             made(Style::Cased, Contractions::None, 1, false, true)}};
    }();
    return all;
}

std::optional<Words> Words::of(std::string_view pattern) {
    for (const Known& one : known())
        if (one.pattern == pattern) return one.words;
    return std::nullopt;
}

std::vector<std::string_view> Words::patterns() {
    std::vector<std::string_view> all;
    for (const Known& one : known()) all.push_back(one.pattern);
    return all;
}

/// 's 't 'm 'd 're 've 'll after an apostrophe at `begin`; noMatch where none stands there.
std::size_t Words::contraction(std::string_view text, std::size_t begin) const {
    if (contractions_ == Contractions::None || begin >= text.size() || text[begin] != '\'') return noMatch;
    const bool anyCase = contractions_ == Contractions::AnyCase;
    const auto letter = [&](std::size_t at) {
        const char c = at < text.size() ? text[at] : '\0';
        return anyCase && c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    };
    const char first = letter(begin + 1), second = letter(begin + 2);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return begin + 2;
    if (((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l')) return begin + 3;
    if (anyCase && text.substr(begin + 1).starts_with("\u017f")) return begin + 3;  // long s is an s to whoever ignores case
    return noMatch;
}

/// Symbols after an optional space, with the line ends that follow them; noMatch where none stands there.
std::size_t Words::symbols(std::string_view text, std::size_t begin) const {
    const auto kinds = static_cast<std::uint8_t>(~(kind::space | kind::number | letters_));
    const std::size_t start = text[begin] == ' ' ? begin + 1 : begin;
    std::size_t at = run(text, start, kinds);
    if (at == start) return noMatch;
    if (style_ == Style::Spaced) return at;
    while (at < text.size() && (isNewline(static_cast<unsigned char>(text[at])) || (slashEnds_ && text[at] == '/'))) ++at;
    return at;
}

std::size_t Words::spaced(std::string_view text, std::size_t begin) const {
    const std::size_t start = text[begin] == ' ' ? begin + 1 : begin;
    const std::uint8_t first = look(text, start).kind;
    if (first & letters_) return run(text, start, letters_);
    return first & kind::number ? run(text, start, kind::number) : noMatch;
}

/// Letters after one optional character that is no letter, number or line end. A mark may be both.
std::size_t Words::prefixed(std::string_view text, std::size_t begin) const {
    const Seen first = look(text, begin);
    const bool leads = !(first.kind & (kind::anyLetter | kind::number)) && !isNewline(first.point);
    if (leads && (look(text, first.end).kind & letters_)) return run(text, first.end, letters_);
    return first.kind & letters_ ? run(text, first.end, letters_) : noMatch;
}

/// The alternatives of o200k in their order: with small letters at the end, then capitals alone; each first with the
/// leading character, then without.
std::size_t Words::casedWord(std::string_view text, std::size_t begin) const {
    const Seen first = look(text, begin);
    const bool leads = !(first.kind & (kind::anyLetter | kind::number)) && !isNewline(first.point);
    std::size_t end = leads ? capitalsThenSmall(text, first.end) : noMatch;
    if (end == noMatch) end = capitalsThenSmall(text, begin);
    if (end == noMatch && leads && (look(text, first.end).kind & capital)) end = run(text, first.end, capital);
    if (end == noMatch && (first.kind & capital)) end = run(text, begin, capital);
    if (end == noMatch) return noMatch;
    const std::size_t suffix = contraction(text, end);
    return suffix == noMatch ? end : suffix;
}

std::size_t Words::end(std::string_view text, std::size_t begin) const {
    std::size_t end = style_ == Style::Cased ? casedWord(text, begin) : contraction(text, begin);
    if (end == noMatch && style_ == Style::Prefixed) end = prefixed(text, begin);
    if (end == noMatch && style_ == Style::Spaced) end = spaced(text, begin);
    if (end == noMatch && style_ != Style::Spaced && (look(text, begin).kind & kind::number)) end = run(text, begin, kind::number, digits_);
    if (end == noMatch) end = symbols(text, begin);
    return end == noMatch ? whiteSpace(text, begin, style_ != Style::Spaced) : end;
}

}  // namespace dq::text
