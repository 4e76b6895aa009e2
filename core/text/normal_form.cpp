#include "core/text/normal_form.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "core/base/error.hpp"
#include "core/text/characters.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

constexpr char32_t firstTouched = 0x80;  // ASCII is the same in every form
constexpr std::size_t mostParts = 32;      // the longest decomposition has 18

int optionsOf(NormalForm form) {
    const int stable = UTF8PROC_STABLE;
    switch (form) {
        case NormalForm::NFC: return stable | UTF8PROC_COMPOSE;
        case NormalForm::NFD: return stable | UTF8PROC_DECOMPOSE;
        case NormalForm::NFKC: return stable | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
        case NormalForm::NFKD: return stable | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
    }
    return 0;
}

using Points = std::vector<utf8proc_int32_t>;

std::size_t decompose(char32_t point, std::span<utf8proc_int32_t> room, int options) {
    int boundary = 0;
    const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(point), room.data(), static_cast<utf8proc_ssize_t>(room.size()),
                                               static_cast<utf8proc_option_t>(options), &boundary);
    if (count < 0) throw Error(Kind::Input, std::string("a text cannot be normalized: ") + utf8proc_errmsg(count));
    return static_cast<std::size_t>(count);
}

/// Marks in a row, by combining class. utf8proc's own way of sorting them is quadratic, which a text of nothing but marks finds.
void orderMarks(Points& points) {
    const auto classOf = [](utf8proc_int32_t point) { return utf8proc_get_property(point)->combining_class; };
    for (auto begin = points.begin(); begin != points.end();) {
        if (classOf(*begin) == 0) {
            ++begin;
            continue;
        }
        const auto end = std::find_if(begin, points.end(), [&](utf8proc_int32_t point) { return classOf(point) == 0; });
        std::ranges::stable_sort(begin, end, {}, classOf);
        begin = end;
    }
}

void append(std::string& result, std::string_view text, int options) {
    Points points;
    std::array<utf8proc_int32_t, mostParts> parts{};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t count = decompose(nextCodePoint(text, at), parts, options);
        points.insert(points.end(), parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count));
    }
    orderMarks(points);
    auto count = static_cast<utf8proc_ssize_t>(points.size());
    if (options & UTF8PROC_COMPOSE) count = utf8proc_normalize_utf32(points.data(), count, static_cast<utf8proc_option_t>(options));
    for (utf8proc_ssize_t i = 0; i < count; ++i) appendCodePoint(result, static_cast<char32_t>(points[static_cast<std::size_t>(i)]));
}

/// Hangul's vowels and final consonants join the syllable before them; they are letters, not marks.
bool joinsSyllable(char32_t point) {
    return point >= 0x1160 && point <= 0x11ff;
}

/// Whether this character stays itself and never changes with what stands around it.
bool isInert(char32_t point, int options) {
    if (point < firstTouched) return true;
    if (kindOf(point) == kind::mark || joinsSyllable(point)) return false;
    std::array<utf8proc_int32_t, mostParts> parts{};
    const std::size_t count = decompose(point, parts, options);
    if (count == 1 && parts[0] == static_cast<utf8proc_int32_t>(point)) return true;
    if (!(options & UTF8PROC_COMPOSE)) return false;
    const auto composed = utf8proc_normalize_utf32(parts.data(), static_cast<utf8proc_ssize_t>(count), static_cast<utf8proc_option_t>(options));
    return composed == 1 && parts[0] == static_cast<utf8proc_int32_t>(point);
}

/// isInert for the planes that texts are made of; asking utf8proc each time would cost more than normalizing.
class InertTable {
public:
    explicit InertTable(int options) : options_(options), inert_(end) {
        for (char32_t point = 0; point < end; ++point) inert_[point] = isInert(point, options);
    }

    bool operator()(char32_t point) const { return point < end ? inert_[point] : isInert(point, options_); }

private:
    static constexpr char32_t end = 0x20000;
    int options_;
    std::vector<bool> inert_;
};

const InertTable& inertTable(NormalForm form) {
    switch (form) {
        case NormalForm::NFC: {
            static const InertTable table(optionsOf(NormalForm::NFC));
            return table;
        }
        case NormalForm::NFD: {
            static const InertTable table(optionsOf(NormalForm::NFD));
            return table;
        }
        case NormalForm::NFKC: {
            static const InertTable table(optionsOf(NormalForm::NFKC));
            return table;
        }
        default: {
            static const InertTable table(optionsOf(NormalForm::NFKD));
            return table;
        }
    }
}

}  // namespace

std::string normalized(std::string_view text, NormalForm form) {
    const InertTable& inert = inertTable(form);
    const int options = optionsOf(form);
    std::string result;
    result.reserve(text.size());
    std::size_t done = 0, lastInert = 0;  // everything before `done` is in the result
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < firstTouched) {
            lastInert = at++;
            continue;
        }
        const std::size_t begin = at;
        if (inert(nextCodePoint(text, at))) {
            lastInert = begin;
            continue;
        }
        const std::size_t start = std::max(lastInert, done);  // a mark may join the character before it
        result.append(text.substr(done, start - done));
        for (std::size_t next = at; next < text.size(); at = next)
            if (inert(nextCodePoint(text, next))) break;
        append(result, text.substr(start, at - start), options);
        done = lastInert = at;
    }
    return result.append(text.substr(done));
}

}  // namespace dq::text
