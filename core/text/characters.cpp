#include "core/text/characters.hpp"

#include <utf8proc.h>

#include <array>

#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

std::uint8_t unicodeKind(char32_t point) {
    if (isWhiteSpace(point)) return kind::space;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LT: return kind::upper;
        case UTF8PROC_CATEGORY_LL: return kind::lower;
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO: return kind::letter;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME: return kind::mark;
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO: return kind::number;
        case UTF8PROC_CATEGORY_PC:
        case UTF8PROC_CATEGORY_PD:
        case UTF8PROC_CATEGORY_PS:
        case UTF8PROC_CATEGORY_PE:
        case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF:
        case UTF8PROC_CATEGORY_PO: return kind::punctuation;
        default: return kind::other;
    }
}

/// The planes that texts are made of, looked up once: a table of 128 KiB that costs a millisecond.
constexpr char32_t tableEnd = 0x20000;

std::array<std::uint8_t, tableEnd> makeTable() {
    std::array<std::uint8_t, tableEnd> table{};
    for (char32_t point = 0; point < tableEnd; ++point) table[point] = unicodeKind(point);
    return table;
}

}  // namespace

std::uint8_t kindOf(char32_t point) {
    static const auto table = makeTable();
    return point < tableEnd ? table[point] : unicodeKind(point);
}

void appendLower(std::string& text, char32_t point) {
    if (point == 0x130) {  // the only one that becomes two, whatever stands around it
        text += "i\u0307";
        return;
    }
    appendCodePoint(text, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point))));
}

}  // namespace dq::text
