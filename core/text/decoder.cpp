#include "core/text/decoder.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/base/error.hpp"
#include "core/text/byte_level.hpp"
#include "core/text/normalizer.hpp"
#include "core/text/regex.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

using json::Json;
using Tokens = std::vector<std::string>;

Tokens byteLevel(const Tokens& tokens) {
    std::string bytes;
    for (const std::string& token : tokens) bytes += bytesOfByteLevel(token).value_or(token);
    return {repairUtf8(bytes)};
}

std::optional<char> byteOf(const std::string& token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
    int value = 0;
    for (const char c : {token[3], token[4]}) {
        if (!std::isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
        value = 16 * value + (std::isdigit(static_cast<unsigned char>(c)) ? c - '0' : std::tolower(c) - 'a' + 10);
    }
    return static_cast<char>(value);
}

/// A run of byte tokens is their text where it is valid UTF-8, else one U+FFFD for each byte.
Tokens byteFallback(const Tokens& tokens) {
    Tokens result;
    std::string run;
    const auto flush = [&] {
        if (run.empty()) return;
        if (repairUtf8(run) == run)
            result.push_back(run);
        else
            result.insert(result.end(), run.size(), "\uFFFD");
        run.clear();
    };
    for (const std::string& token : tokens) {
        if (const auto byte = byteOf(token)) {
            run += *byte;
            continue;
        }
        flush();
        result.push_back(token);
    }
    flush();
    return result;
}

Tokens fuse(const Tokens& tokens) {
    std::string whole;
    for (const std::string& token : tokens) whole += token;
    return {whole};
}

std::string stripped(std::string_view token, const std::string& content, std::int64_t start, std::int64_t stop) {
    for (std::int64_t i = 0; i < start && token.starts_with(content); ++i) token.remove_prefix(content.size());
    for (std::int64_t i = 0; i < stop && token.ends_with(content); ++i) token.remove_suffix(content.size());
    return std::string(token);
}

std::function<Tokens(Tokens)> each(std::function<std::string(const std::string&)> change) {
    return [change = std::move(change)](Tokens tokens) {
        for (std::string& token : tokens) token = change(token);
        return tokens;
    };
}

std::function<Tokens(Tokens)> metaspace(const Json& description, std::string_view source) {
    const std::string mark = json::textOr(description, "replacement", "\u2581", source);
    const bool prepends = json::boolOr(description, "add_prefix_space", true, source) &&
                          json::textOr(description, "prepend_scheme", "always", source) != "never";
    const auto regex = Regex::compile(readPattern({{"pattern", {{"String", mark}}}}, source), source);
    return [regex, prepends](Tokens tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = regex->replace(tokens[i], i == 0 && prepends ? "" : " ");
        return tokens;
    };
}

}  // namespace

Decoder Decoder::read(const Json* description, std::string_view source) {
    Decoder decoder;
    decoder.joinWithSpaces_ = description == nullptr;
    if (description) decoder.add(*description, source);
    return decoder;
}

void Decoder::add(const Json& description, std::string_view source) {
    const std::string type = json::text(description, "type", source);
    if (type == "Sequence") {
        for (const Json& part : json::member(description, "decoders", source)) add(part, source);
    } else if (type == "ByteLevel") {
        steps_.push_back(byteLevel);
    } else if (type == "ByteFallback") {
        steps_.push_back(byteFallback);
    } else if (type == "Fuse") {
        steps_.push_back(fuse);
    } else if (type == "Replace") {
        steps_.push_back(each([regex = Regex::compile(readPattern(description, source), source),
                               by = json::text(description, "content", source)](const std::string& token) {
            return regex->replace(token, by);
        }));
    } else if (type == "Strip") {
        steps_.push_back(each([content = json::text(description, "content", source), start = json::integerOr(description, "start", 0, source),
                               stop = json::integerOr(description, "stop", 0, source)](const std::string& token) {
            return stripped(token, content, start, stop);
        }));
    } else if (type == "Metaspace") {
        steps_.push_back(metaspace(description, source));
    } else {
        refusal_ = std::string(source) + ": the decoder \"" + json::excerpt(type) + "\" is not supported";
    }
}

std::string Decoder::decode(Tokens tokens) const {
    if (!refusal_.empty()) throw Error(Kind::Unsupported, refusal_);
    for (const Step& step : steps_) tokens = step(std::move(tokens));
    std::string text;
    for (const std::string& token : tokens) text += (joinWithSpaces_ && !text.empty() ? " " : "") + token;
    return text;
}

}  // namespace dq::text
