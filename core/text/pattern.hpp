#pragma once

#include <string>
#include <string_view>

namespace dq::text {

/// A regular expression of tokenizer.json (Oniguruma's Ruby syntax) in PCRE2's words. Only what means the same in both is
/// let through; \s, \d, \w and scripts are spelled out by Unicode property, because the two disagree on their edges.
/// Throws Error(Unsupported) naming `source` and the construct.
std::string translatePattern(std::string_view pattern, std::string_view source);

/// A pattern that matches this text literally.
std::string literalPattern(std::string_view text);

}  // namespace dq::text
