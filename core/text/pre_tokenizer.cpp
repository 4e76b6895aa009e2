#include "core/text/pre_tokenizer.hpp"

#include <array>

#include "core/base/error.hpp"
#include "core/text/byte_level.hpp"
#include "core/text/normalizer.hpp"
#include "core/text/pattern.hpp"
#include "core/text/split.hpp"

namespace dq::text {

namespace {

using json::Json;
using Step = std::function<void(Piece, std::vector<Piece>&)>;

/// GPT-2's words: contractions, then runs of letters, of numbers, of anything else with a space before, then spaces.
constexpr const char* gpt2Words = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

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

void append(const Piece& piece, const std::vector<Range>& ranges, std::vector<Piece>& pieces) {
    for (const Range range : ranges)
        pieces.push_back({piece.text.substr(range.begin, range.end - range.begin), piece.first && range.begin == 0});
}

Step splitter(std::shared_ptr<const Regex> regex, Behavior behavior, bool invert) {
    return [regex = std::move(regex), behavior, invert](const Piece& piece, std::vector<Piece>& pieces) {
        append(piece, splitAt(piece.text, *regex, behavior, invert), pieces);
    };
}

Step split(const Json& description, std::string_view source) {
    const Behavior behavior = behaviorOf(json::text(description, "behavior", source), source);
    return splitter(Regex::compile(readPattern(description, source), source), behavior,
                    json::boolOr(description, "invert", false, source));
}

Step digits(const Json& description, std::string_view source) {
    const bool each = json::boolOr(description, "individual_digits", false, source);
    return splitter(Regex::compile("\\p{N}", source), each ? Behavior::Isolated : Behavior::Contiguous, false);
}

Step byteLevel(const Json& description, std::string_view source) {
    const bool prefix = json::boolOr(description, "add_prefix_space", true, source);
    const bool words = json::boolOr(description, "use_regex", true, source);
    const auto regex = words ? Regex::compile(translatePattern(gpt2Words, source), source) : nullptr;
    return [prefix, regex](Piece piece, std::vector<Piece>& pieces) {
        if (prefix && !piece.text.empty() && piece.text.front() != ' ') piece.text.insert(piece.text.begin(), ' ');
        const std::vector<Range> ranges =
            regex ? splitAt(piece.text, *regex, Behavior::Isolated) : std::vector<Range>{{0, piece.text.size()}};
        for (const Range range : ranges) {
            Piece mapped{{}, piece.first && range.begin == 0};
            appendByteLevel(mapped.text, std::string_view(piece.text).substr(range.begin, range.end - range.begin));
            pieces.push_back(std::move(mapped));
        }
    };
}

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

std::string withReplacedSpaces(const std::string& text, const std::string& by) {
    std::string result;
    for (const char c : text) {
        if (c == ' ')
            result += by;
        else
            result += c;
    }
    return result;
}

Step metaspace(const Json& description, std::string_view source) {
    const std::string mark = json::textOr(description, "replacement", "\u2581", source);
    if (mark.empty()) throw Error(Kind::Corrupt, std::string(source) + ": an empty Metaspace replacement");
    const Prepend prepend = prependOf(description, source);
    const bool cut = json::boolOr(description, "split", true, source);
    const auto regex = Regex::compile(literalPattern(mark), source);
    return [mark, prepend, cut, regex](Piece piece, std::vector<Piece>& pieces) {
        piece.text = withReplacedSpaces(piece.text, mark);
        const bool wanted = prepend == Prepend::Always || (prepend == Prepend::First && piece.first);
        if (wanted && !piece.text.empty() && !piece.text.starts_with(mark)) piece.text.insert(0, mark);
        if (cut)
            append(piece, splitAt(piece.text, *regex, Behavior::MergedWithNext), pieces);
        else
            pieces.push_back(std::move(piece));
    };
}

}  // namespace

PreTokenizer PreTokenizer::read(const Json* description, std::string_view source) {
    PreTokenizer preTokenizer;
    if (description) preTokenizer.add(*description, source);
    return preTokenizer;
}

void PreTokenizer::add(const Json& description, std::string_view source) {
    const std::string type = json::text(description, "type", source);
    if (type == "Sequence") {
        for (const Json& part : json::member(description, "pretokenizers", source)) add(part, source);
    } else if (type == "ByteLevel") {
        steps_.push_back(byteLevel(description, source));
    } else if (type == "Split") {
        steps_.push_back(split(description, source));
    } else if (type == "Digits") {
        steps_.push_back(digits(description, source));
    } else if (type == "Metaspace") {
        steps_.push_back(metaspace(description, source));
    } else {
        throw Error(Kind::Unsupported, std::string(source) + ": the pre-tokenizer \"" + json::excerpt(type) +
                                           "\" is not supported; Sequence, ByteLevel, Split, Digits and Metaspace are");
    }
}

std::vector<Piece> PreTokenizer::apply(Piece piece) const {
    std::vector<Piece> pieces;
    pieces.push_back(std::move(piece));
    for (const Step& step : steps_) {
        std::vector<Piece> next;
        for (Piece& one : pieces)
            if (!one.text.empty()) step(std::move(one), next);
        pieces = std::move(next);
    }
    return pieces;
}

}  // namespace dq::text
