#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

/// Bytes of the UTF-8 character that begins here; 0: none does.
std::size_t characterAt(std::string_view text, std::size_t i) {
    const auto byte = [&](std::size_t k) {
        return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u;
    };
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xc2 && first < 0xe0 ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    for (std::size_t k = 1; k < length; ++k)
        if ((byte(i + k) & 0xc0) != 0x80) return 0;
    const unsigned second = byte(i + 1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f))
        return 0;  // overlong, surrogate
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
    if (first == 0xef && second == 0xbf && byte(i + 2) >= 0xbe) return 0;  // no characters in XML
    return length;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = characterAt(text, i);
        const char c = text[i];
        if (length == 0 || (length == 1 && static_cast<unsigned char>(c) < 0x20) || c == 0x7f)
            out += "\ufffd";
        else if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += text.substr(i, length);
        i += length == 0 ? 1 : length;
    }
    return out;
}

double widthOf(std::string_view text, double size) {
    constexpr std::string_view narrow = " .,:;'!|()[]-/ijltfr", wide = "mwMW%@";
    double ems = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0) == 0x80) continue;  // inside a UTF-8 character
        ems += narrow.find(c) != narrow.npos ? 0.42 : wide.find(c) != wide.npos ? 1.0 : 0.66;
    }
    return ems * size;
}

}  // namespace dq::report
