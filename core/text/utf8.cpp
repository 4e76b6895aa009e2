#include "core/text/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace dq::text {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

unsigned char byteAt(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

bool isContinuation(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

/// What may follow a lead byte: how many bytes in all (0: it leads nothing) and the range of the second.
struct Lead {
    std::size_t length = 0;
    unsigned char low = 0x80, high = 0xbf;
};

Lead leadOf(unsigned char byte) {
    if (byte < 0x80) return {1};
    if (byte < 0xc2 || byte > 0xf4) return {0};
    if (byte < 0xe0) return {2};
    if (byte < 0xf0) return {3, static_cast<unsigned char>(byte == 0xe0 ? 0xa0 : 0x80), static_cast<unsigned char>(byte == 0xed ? 0x9f : 0xbf)};
    return {4, static_cast<unsigned char>(byte == 0xf0 ? 0x90 : 0x80), static_cast<unsigned char>(byte == 0xf4 ? 0x8f : 0xbf)};
}

/// Bytes that belong together from `at` on, and whether they are a whole code point.
struct Unit {
    std::size_t length = 1;
    bool whole = false;
};

Unit unitAt(std::string_view bytes, std::size_t at) {
    const Lead lead = leadOf(byteAt(bytes, at));
    if (lead.length <= 1) return {1, lead.length == 1};
    if (at + 1 >= bytes.size() || byteAt(bytes, at + 1) < lead.low || byteAt(bytes, at + 1) > lead.high) return {1, false};
    std::size_t length = 2;
    while (length < lead.length && at + length < bytes.size() && isContinuation(byteAt(bytes, at + length))) ++length;
    return {length, length == lead.length};
}

/// Where the last code point of a non-empty text starts.
std::size_t lastStart(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && isContinuation(byteAt(text, at))) --at;
    return at;
}

bool isStripped(char32_t point) {
    return isWhiteSpace(point) || (point >= 0x1c && point <= 0x1f);
}

template <typename Predicate>
std::size_t leading(std::string_view text, Predicate wanted) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size() && wanted(nextCodePoint(text, at)); end = at) {}
    return end;
}

template <typename Predicate>
std::size_t trailing(std::string_view text, Predicate wanted) {
    const std::size_t whole = text.size();
    while (!text.empty()) {
        const std::size_t start = lastStart(text);
        std::size_t at = start;
        if (!wanted(nextCodePoint(text, at))) break;
        text = text.substr(0, start);
    }
    return whole - text.size();
}

}  // namespace

std::size_t validUtf8(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        std::uint64_t eight = 0;
        if (at + sizeof eight <= bytes.size()) {
            std::memcpy(&eight, bytes.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const Unit unit = unitAt(bytes, at);
        if (!unit.whole) break;
        at += unit.length;
    }
    return at;
}

std::string repairUtf8(std::string_view bytes) {
    std::string repaired;
    repaired.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t valid = validUtf8(bytes);
        repaired += bytes.substr(0, valid);
        bytes.remove_prefix(valid);
        if (bytes.empty()) break;
        repaired += replacement;
        bytes.remove_prefix(unitAt(bytes, 0).length);
    }
    return repaired;
}

char32_t nextCodePoint(std::string_view text, std::size_t& position) {
    const unsigned char first = byteAt(text, position++);
    if (first < 0x80) return first;
    const int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    auto point = static_cast<char32_t>(first & (0x3f >> more));
    for (int i = 0; i < more; ++i) point = (point << 6) | (byteAt(text, position++) & 0x3f);
    return point;
}

std::size_t codePointCount(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += isContinuation(static_cast<unsigned char>(c)) ? 0 : 1;
    return count;
}

void appendCodePoint(std::string& text, char32_t point) {
    const auto tail = [&text, point](int shift) { text += static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xc0 | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        text += static_cast<char>(0xe0 | (point >> 12));
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0 | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

bool isWhiteSpace(char32_t point) {
    if (point <= 0x20) return point == 0x20 || (point >= 9 && point <= 13);
    return point == 0x85 || point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

std::string_view strip(std::string_view text) {
    text.remove_prefix(leading(text, isStripped));
    text.remove_suffix(trailing(text, isStripped));
    return text;
}

std::size_t trailingSpace(std::string_view text) {
    return trailing(text, isWhiteSpace);
}

std::size_t leadingSpace(std::string_view text) {
    return leading(text, isWhiteSpace);
}

}  // namespace dq::text
