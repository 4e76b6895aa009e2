#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"

namespace dq::text {

/// "normalizer" of tokenizer.json: Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, ByteLevel.
/// Others are refused by name.
class Normalizer {
public:
    static Normalizer read(const json::Json* description, std::string_view source);  // null: none

    std::string apply(std::string text) const;

private:
    using Step = std::function<std::string(std::string)>;
    void add(const json::Json& description, std::string_view source);

    std::vector<Step> steps_;
};

/// The pattern object of Replace and Split, {"String": ..} or {"Regex": ..}, in PCRE2's words.
std::string readPattern(const json::Json& description, std::string_view source);

}  // namespace dq::text
