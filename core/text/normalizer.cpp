#include "core/text/normalizer.hpp"

#include <map>

#include "core/base/error.hpp"
#include "core/text/byte_level.hpp"
#include "core/text/characters.hpp"
#include "core/text/normal_form.hpp"
#include "core/text/pattern.hpp"
#include "core/text/regex.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

using json::Json;
using Step = std::function<std::string(std::string)>;

std::string replaceAll(std::string_view text, std::string_view what, std::string_view by) {
    std::string result;
    result.reserve(text.size());
    std::size_t done = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, done)) {
        result.append(text.substr(done, at - done)).append(by);
        done = at + what.size();
    }
    return result.append(text.substr(done));
}

Step replacement(const Json& description, std::string_view source) {
    const std::string by = json::text(description, "content", source);
    if (by.empty())  // Python's tokenizers loses its place after a deletion
        throw Error(Kind::Unsupported, std::string(source) + ": a normalizer that deletes text is not supported");
    const std::string pattern = readPattern(description, source);
    if (const Json* const literal = json::present(description["pattern"], "String"))
        return [what = literal->get<std::string>(), by](const std::string& text) { return replaceAll(text, what, by); };
    return [regex = Regex::compile(pattern, source), by](const std::string& text) { return regex->replace(text, by); };
}

std::string lowered(const std::string& text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) appendLower(result, nextCodePoint(text, at));
    return result;
}

std::string withoutMarks(const std::string& text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        if (kindOf(nextCodePoint(text, at)) != kind::mark) result.append(text, begin, at - begin);
    }
    return result;
}

Step stripper(const Json& description, std::string_view source) {
    const bool left = json::boolOr(description, "strip_left", true, source), right = json::boolOr(description, "strip_right", true, source);
    return [left, right](std::string text) {
        if (right) text.resize(text.size() - trailingSpace(text));
        if (left) text.erase(0, leadingSpace(text));
        return text;
    };
}

Step inForm(NormalForm form) {
    return [form](const std::string& text) { return normalized(text, form); };
}

std::string byteLevel(const std::string& text) {
    std::string result;
    result.reserve(text.size());
    appendByteLevel(result, text);
    return result;
}

/// The normalizers that have no settings.
Step plainStep(const std::string& type, std::string_view source) {
    static const std::map<std::string, Step> known{
        {"NFC", inForm(NormalForm::NFC)},   {"NFD", inForm(NormalForm::NFD)}, {"NFKC", inForm(NormalForm::NFKC)},
        {"NFKD", inForm(NormalForm::NFKD)}, {"Lowercase", lowered},           {"StripAccents", withoutMarks},
        {"ByteLevel", byteLevel}};
    const auto found = known.find(type);
    if (found != known.end()) return found->second;
    throw Error(Kind::Unsupported, std::string(source) + ": the normalizer \"" + json::excerpt(type) +
                                       "\" is not supported; Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, "
                                       "StripAccents and ByteLevel are");
}

}  // namespace

std::string readPattern(const Json& description, std::string_view source) {
    const Json& pattern = json::member(description, "pattern", source);
    const bool literal = json::present(pattern, "String") != nullptr;
    const std::string text = json::text(pattern, literal ? "String" : "Regex", source);
    if (text.empty()) throw Error(Kind::Corrupt, std::string(source) + ": an empty pattern");
    return literal ? literalPattern(text) : translatePattern(text, source);
}

Normalizer Normalizer::read(const Json* description, std::string_view source) {
    Normalizer normalizer;
    if (description) normalizer.add(*description, source);
    return normalizer;
}

void Normalizer::add(const Json& description, std::string_view source) {
    const std::string type = json::text(description, "type", source);
    if (type == "Sequence") {
        for (const Json& part : json::member(description, "normalizers", source)) add(part, source);
    } else if (type == "Prepend") {
        steps_.push_back([prefix = json::text(description, "prepend", source)](std::string text) {
            return text.empty() ? text : prefix + text;
        });
    } else if (type == "Replace") {
        steps_.push_back(replacement(description, source));
    } else if (type == "Strip") {
        steps_.push_back(stripper(description, source));
    } else {
        steps_.push_back(plainStep(type, source));
    }
}

std::string Normalizer::apply(std::string text) const {
    for (const Step& step : steps_) text = step(std::move(text));
    return text;
}

}  // namespace dq::text
