#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dq::text {

/// The text with every broken sequence replaced by U+FFFD, one for each longest prefix of a valid sequence, as
/// Unicode recommends and Python's decode(errors="replace") does.
std::string repairUtf8(std::string_view bytes);
/// How many bytes at the front are valid UTF-8.
std::size_t validUtf8(std::string_view bytes);

// The rest takes valid UTF-8 only.

/// The code point that starts at `position`, which moves behind it.
char32_t nextCodePoint(std::string_view text, std::size_t& position);
std::size_t codePointCount(std::string_view text);
void appendCodePoint(std::string& text, char32_t point);

/// Unicode's White_Space property: \s of regular expressions.
bool isWhiteSpace(char32_t point);
/// Without white space at both ends, as Python's str.strip() has it: White_Space and U+001C to U+001F.
std::string_view strip(std::string_view text);
/// How many bytes of White_Space stand at the end, at the start.
std::size_t trailingSpace(std::string_view text);
std::size_t leadingSpace(std::string_view text);

}  // namespace dq::text
