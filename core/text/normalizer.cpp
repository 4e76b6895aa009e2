#include "core/text/normalizer.hpp"

#include "core/base/error.hpp"
#include "core/text/pattern.hpp"
#include "core/text/regex.hpp"

namespace dq::text {

std::string readPattern(const json::Json& description, std::string_view source) {
    const json::Json& pattern = json::member(description, "pattern", source);
    const bool literal = json::present(pattern, "String") != nullptr;
    const std::string text = json::text(pattern, literal ? "String" : "Regex", source);
    if (text.empty()) throw Error(Kind::Corrupt, std::string(source) + ": an empty pattern");
    return literal ? literalPattern(text) : translatePattern(text, source);
}

Normalizer Normalizer::read(const json::Json* description, std::string_view source) {
    Normalizer normalizer;
    if (description) normalizer.add(*description, source);
    return normalizer;
}

void Normalizer::add(const json::Json& description, std::string_view source) {
    const std::string type = json::text(description, "type", source);
    if (type == "Sequence") {
        for (const json::Json& part : json::member(description, "normalizers", source)) add(part, source);
    } else if (type == "Prepend") {
        steps_.push_back([prefix = json::text(description, "prepend", source)](std::string text) {
            return text.empty() ? text : prefix + text;
        });
    } else if (type == "Replace") {
        if (json::text(description, "content", source).empty())  // Python's tokenizers loses its place after a deletion
            throw Error(Kind::Unsupported, std::string(source) + ": a normalizer that deletes text is not supported");
        steps_.push_back([regex = Regex::compile(readPattern(description, source), source),
                          by = json::text(description, "content", source)](std::string text) { return regex->replace(text, by); });
    } else {
        throw Error(Kind::Unsupported, std::string(source) + ": the normalizer \"" + json::excerpt(type) +
                                           "\" is not supported; Sequence, Prepend and Replace are");
    }
}

std::string Normalizer::apply(std::string text) const {
    for (const auto& step : steps_) text = step(std::move(text));
    return text;
}

}  // namespace dq::text
