#include "core/text/pre_tokenizer.hpp"

#include <array>
#include <utility>

#include "core/base/error.hpp"
#include "core/text/byte_level.hpp"
#include "core/text/characters.hpp"
#include "core/text/metaspace.hpp"
#include "core/text/normalizer.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

using json::Json;

/// GPT-2's words: contractions, then runs of letters, of numbers, of anything else with a space before, then spaces.
constexpr const char* gpt2Words = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

constexpr const char* wordsOrSymbols =
    "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}]+|[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}\\p{White_Space}]+";

Behavior behaviorOf(const std::string& name, std::string_view source) {
    constexpr std::array<std::pair<const char*, Behavior>, 5> known{{{"Removed", Behavior::Removed},
                                                                     {"Isolated", Behavior::Isolated},
                                                                     {"MergedWithPrevious", Behavior::MergedWithPrevious},
                                                                     {"MergedWithNext", Behavior::MergedWithNext},
                                                                     {"Contiguous", Behavior::Contiguous}}};
    for (const auto& [word, behavior] : known)
        if (name == word) return behavior;
    throw Error(Kind::Unsupported, std::string(source) + ": the split behavior \"" + json::excerpt(name) + "\" is unknown");
}

bool isPunctuation(char32_t point) {
    if (point >= 0x80) return kindOf(point) == kind::punctuation;
    return point > ' ' && point < 0x7f && (kindOf(point) & (kind::punctuation | kind::other));
}

Splitter digits(const Json& description, std::string_view source) {
    const bool each = json::boolOr(description, "individual_digits", false, source);
    return {findCharacters([](char32_t point) { return kindOf(point) == kind::number; }), each ? Behavior::Isolated : Behavior::Contiguous};
}

Splitter delimiter(const Json& description, std::string_view source) {
    const std::string text = json::text(description, "delimiter", source);
    if (codePointCount(text) != 1)
        throw Error(Kind::Corrupt, std::string(source) + ": the delimiter \"" + json::excerpt(text) + "\" must be one character");
    std::size_t at = 0;
    return {findCharacters([wanted = nextCodePoint(text, at)](char32_t point) { return point == wanted; }), Behavior::Removed};
}

std::function<void(Pieces&)> splitting(Splitter splitter) {
    return [splitter = std::move(splitter)](Pieces& pieces) { pieces.ranges = splitter.split(pieces.text, pieces.ranges); };
}

void prefixSpaces(Pieces& pieces) {
    Pieces prefixed{{}, {}, pieces.first};
    prefixed.text.reserve(pieces.text.size() + pieces.ranges.size());
    for (const Range range : pieces.ranges) {
        const std::size_t begin = prefixed.text.size();
        if (pieces.text[range.begin] != ' ') prefixed.text += ' ';
        prefixed.text.append(pieces.text, range.begin, range.end - range.begin);
        prefixed.ranges.push_back({begin, prefixed.text.size()});
    }
    pieces = std::move(prefixed);
}

void mapBytes(Pieces& pieces) {
    Pieces mapped{{}, {}, pieces.first};
    for (const Range range : pieces.ranges) {
        const std::size_t begin = mapped.text.size();
        appendByteLevel(mapped.text, std::string_view(pieces.text).substr(range.begin, range.end - range.begin));
        mapped.ranges.push_back({begin, mapped.text.size()});
    }
    pieces = std::move(mapped);
}

}  // namespace

PreTokenizer PreTokenizer::read(const Json* description, std::string_view source) {
    PreTokenizer preTokenizer;
    if (description) preTokenizer.add(*description, source);
    return preTokenizer;
}

/// What had been the last step so far becomes an ordinary one.
void PreTokenizer::settle() {
    if (const auto words = std::exchange(words_, std::nullopt)) {
        const Finder finder = [words = *words](std::string_view text, std::vector<Range>& matches) {
            for (std::size_t at = 0; at < text.size(); at = matches.back().end) matches.push_back({at, words.end(text, at)});
        };
        steps_.push_back(splitting({finder, Behavior::Isolated}));
    }
    if (std::exchange(givesBytes_, false)) steps_.emplace_back(mapBytes);
}

void PreTokenizer::addStep(Step step) {
    settle();
    steps_.push_back(std::move(step));
}

void PreTokenizer::addWords(Words words) {
    settle();
    words_ = words;
}

void PreTokenizer::addPattern(const Json& description, std::string_view source) {
    const Behavior behavior = behaviorOf(json::text(description, "behavior", source), source);
    const bool invert = json::boolOr(description, "invert", false, source);
    const std::string pattern = readPattern(description, source);
    const Json* const regex = json::present(description["pattern"], "Regex");
    const auto words = regex ? Words::of(regex->get<std::string>()) : std::nullopt;
    // These patterns leave no gap, so the pieces are the matches, whichever of the two is kept.
    if (words && (behavior == Behavior::Isolated || (behavior == Behavior::Removed && invert)))
        addWords(*words);
    else
        addStep(splitting({findRegex(Regex::compile(pattern, source)), behavior, invert}));
}

void PreTokenizer::addByteLevel(const Json& description, std::string_view source) {
    if (json::boolOr(description, "add_prefix_space", true, source)) addStep(prefixSpaces);
    if (json::boolOr(description, "use_regex", true, source)) addWords(Words::of(gpt2Words).value());
    if (givesBytes_) settle();
    givesBytes_ = true;
}

void PreTokenizer::add(const Json& description, std::string_view source) {
    const std::string type = json::text(description, "type", source);
    if (type == "Sequence") {
        for (const Json& part : json::member(description, "pretokenizers", source)) add(part, source);
    } else if (type == "ByteLevel") {
        addByteLevel(description, source);
    } else if (type == "Split") {
        addPattern(description, source);
    } else if (type == "Digits") {
        addStep(splitting(digits(description, source)));
    } else if (type == "Metaspace") {
        addStep(readMetaspace(description, source));
    } else if (type == "Punctuation") {
        addStep(splitting({findCharacters(isPunctuation), behaviorOf(json::textOr(description, "behavior", "Isolated", source), source)}));
    } else if (type == "Whitespace") {
        addStep(splitting({findRegex(Regex::compile(wordsOrSymbols, source)), Behavior::Removed, true}));
    } else if (type == "WhitespaceSplit") {
        addStep(splitting({findCharacters(isWhiteSpace), Behavior::Removed}));
    } else if (type == "CharDelimiterSplit") {
        addStep(splitting(delimiter(description, source)));
    } else {
        throw Error(Kind::Unsupported, std::string(source) + ": the pre-tokenizer \"" + json::excerpt(type) +
                                           "\" is not supported; Sequence, ByteLevel, Split, Digits, Metaspace, Punctuation, Whitespace, "
                                           "WhitespaceSplit and CharDelimiterSplit are");
    }
}

Pieces PreTokenizer::prepared(std::string text, bool first) const {
    Pieces pieces{std::move(text), {}, first};
    if (!pieces.text.empty()) pieces.ranges.push_back({0, pieces.text.size()});
    for (const Step& step : steps_) step(pieces);
    return pieces;
}

}  // namespace dq::text
