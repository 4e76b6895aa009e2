#pragma once

#include <cstdint>
#include <string>

namespace dq::text {

/// What a character is, as far as tokenizers ask: one bit for each kind, so that a class of kinds is one mask.
/// Unicode 15.0, which is utf8proc 2.8's.
namespace kind {
inline constexpr std::uint8_t upper = 1;   // Lu, Lt
inline constexpr std::uint8_t lower = 2;   // Ll
inline constexpr std::uint8_t letter = 4;  // Lm, Lo
inline constexpr std::uint8_t mark = 8;    // Mn, Mc, Me
inline constexpr std::uint8_t number = 16;
inline constexpr std::uint8_t space = 32;  // White_Space, whatever its category
inline constexpr std::uint8_t punctuation = 64;
inline constexpr std::uint8_t other = 128;
inline constexpr std::uint8_t anyLetter = upper | lower | letter;
}  // namespace kind

std::uint8_t kindOf(char32_t point);

/// The lower-case form of one character, appended: one code point, of U+0130 two.
void appendLower(std::string& text, char32_t point);

}  // namespace dq::text
