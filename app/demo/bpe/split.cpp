#include "app/demo/bpe/split.hpp"

#include <initializer_list>

namespace dq::demo {

namespace {
enum class Class { Space, Letter, Digit, Other };

Class classOf(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) return Class::Space;
    if (byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) return Class::Letter;
    return byte >= '0' && byte <= '9' ? Class::Digit : Class::Other;
}

std::size_t run(std::string_view text, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() && classOf(text[end]) == classOf(text[from]))
        ++end;
    return end - from;
}

std::size_t contraction(std::string_view text) {
    for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
        if (text.starts_with(ending)) return ending.size();
    return 0;
}

std::size_t pieceLength(std::string_view text) {
    if (const std::size_t length = contraction(text)) return length;
    if (classOf(text.front()) != Class::Space) return run(text, 0);
    if (text.front() == ' ' && text.size() > 1 && classOf(text[1]) != Class::Space) return 1 + run(text, 1);
    const std::size_t spaces = run(text, 0);
    // White space before a word leaves its last character to that word.
    return spaces > 1 && spaces < text.size() ? spaces - 1 : spaces;
}
}  // namespace

std::vector<std::string_view> splitPieces(std::string_view text) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        const std::size_t length = pieceLength(text);
        pieces.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return pieces;
}

}  // namespace dq::demo
