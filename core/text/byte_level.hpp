#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dq::text {

/// GPT-2's alphabet: each byte is written as one printable character, bytes that print in Latin-1 as themselves and the
/// others, in order, as U+0100 and on. A space is "Ġ".
void appendByteLevel(std::string& text, std::string_view bytes);
/// The bytes that a text in this alphabet stands for; absent where a character is not of it.
std::optional<std::string> bytesOfByteLevel(std::string_view text);

}  // namespace dq::text
