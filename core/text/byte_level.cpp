#include "core/text/byte_level.hpp"

#include <array>

#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

constexpr bool printsAsItself(unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/// The character of each byte, and back; all characters are below U+0144.
struct Alphabet {
    std::array<char32_t, 256> characters{};
    std::array<std::int16_t, 0x144> bytes{};

    constexpr Alphabet() {
        bytes.fill(-1);
        char32_t next = 0x100;
        for (unsigned byte = 0; byte < 256; ++byte) {
            characters[byte] = printsAsItself(byte) ? byte : next++;
            bytes[characters[byte]] = static_cast<std::int16_t>(byte);
        }
    }
};

constexpr Alphabet alphabet;

}  // namespace

void appendByteLevel(std::string& text, std::string_view bytes) {
    for (const char byte : bytes) appendCodePoint(text, alphabet.characters[static_cast<unsigned char>(byte)]);
}

std::optional<std::string> bytesOfByteLevel(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = nextCodePoint(text, at);
        if (point >= alphabet.bytes.size() || alphabet.bytes[point] < 0) return std::nullopt;
        bytes += static_cast<char>(alphabet.bytes[point]);
    }
    return bytes;
}

}  // namespace dq::text
