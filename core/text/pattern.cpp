#include "core/text/pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::text {

namespace {

// Oniguruma counts six numerals of Latin-1 as word characters, but not inside a class.
constexpr std::string_view wordInside = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
constexpr std::string_view word = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\xb2\\xb3\\xb9\\xbc-\\xbe]";
constexpr std::string_view noWord = "[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\xb2\\xb3\\xb9\\xbc-\\xbe]";

constexpr std::array<std::string_view, 37> categories{
    "C",  "Cc", "Cf", "Cn", "Co", "Cs", "L",  "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N",  "Nd", "Nl",
    "No", "P",  "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"};

constexpr std::array<std::string_view, 8> groups{"?:", "?=", "?!", "?<=", "?<!", "?>", "?i:", "?-i:"};

class Translator {
public:
    Translator(std::string_view pattern, std::string_view source) : pattern_(pattern), source_(source) {}

    std::string run() {
        while (at_ < pattern_.size()) {
            if (pattern_[at_] == '\\')
                escape();
            else if (inClass_)
                classMember();
            else
                plain();
        }
        if (inClass_) refuse("an unclosed [");
        return std::move(result_);
    }

private:
    [[noreturn]] void refuse(const std::string& construct) const {
        throw Error(Kind::Unsupported, std::string(source_) + ": the pattern \"" + json::excerpt(pattern_, 200) + "\" uses " +
                                           construct + ", which is not supported");
    }

    std::string_view rest(std::size_t skip = 0) const { return pattern_.substr(std::min(pattern_.size(), at_ + skip)); }

    void keep(std::size_t count) {
        result_ += pattern_.substr(at_, count);
        at_ += count;
    }

    void replace(std::size_t count, std::string_view by) {
        result_ += by;
        at_ += count;
    }

    void plain() {
        switch (pattern_[at_]) {
            case '[': openClass(); return;
            case '(': openGroup(); return;
            case '^':
            case '$': refuse("a line anchor");
            case '{':
                if (rest().starts_with("{,")) refuse("a repetition without lower bound");
                break;
            case '}':
                if (rest().starts_with("}+")) refuse("a possessive bounded repetition");
                break;
            default: break;
        }
        keep(1);
    }

    void openGroup() {
        if (rest(1).starts_with("*")) refuse("a verb");
        if (rest(1).starts_with("?")) {
            const auto known = std::ranges::find_if(groups, [this](std::string_view g) { return rest(1).starts_with(g); });
            if (known == groups.end()) refuse("the group \"" + std::string(rest().substr(0, 4)) + "\"");
            keep(known->size());
        }
        keep(1);
    }

    void openClass() {
        inClass_ = true;
        keep(rest(1).starts_with("^") ? 2 : 1);
        if (rest().starts_with("]")) refuse("a class that starts with ]");
    }

    void classMember() {
        if (pattern_[at_] == '[') refuse("a class inside a class");
        if (rest().starts_with("&&")) refuse("an intersection of classes");
        if (pattern_[at_] == ']') inClass_ = false;
        keep(1);
    }

    void escape() {
        if (at_ + 1 >= pattern_.size()) refuse("a lone backslash");
        const char c = pattern_[at_ + 1];
        switch (c) {
            case 'p':
            case 'P': property(); return;
            case 's': replace(2, "\\p{White_Space}"); return;
            case 'S': replace(2, "\\P{White_Space}"); return;
            case 'd': replace(2, "\\p{Nd}"); return;
            case 'D': replace(2, "\\P{Nd}"); return;
            case 'w': replace(2, inClass_ ? wordInside : word); return;
            case 'W':
                if (inClass_) refuse("\\W inside a class");
                replace(2, noWord);
                return;
            case 'v': replace(2, "\\x0b"); return;
            case 'r':
            case 'n':
            case 't':
            case 'f': keep(2); return;
            case 'x':
            case 'u': codePoint(); return;
            default: break;
        }
        if (!std::ispunct(static_cast<unsigned char>(c))) refuse("the escape \"\\" + json::excerpt(std::string_view(&c, 1)) + "\"");
        keep(2);
    }

    void property() {
        const std::size_t end = rest().find('}');
        if (rest(2).substr(0, 1) != "{" || end == std::string_view::npos) refuse("a property without braces");
        std::string_view name = rest().substr(3, end - 3);
        const bool negated = name.starts_with("^");
        if (negated) name.remove_prefix(1);
        const bool letters = !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isalpha(c) || c == '_'; });
        if (!letters) refuse("the property \"" + json::excerpt(name) + "\"");
        const bool category = std::ranges::find(categories, name) != categories.end();
        std::string property = pattern_[at_ + 1] == 'p' ? "\\p{" : "\\P{";
        if (negated) property += '^';
        if (!category) property += "sc:";
        property += name;
        property += '}';
        replace(end + 1, property);
    }

    void codePoint() {
        const bool braces = rest(1).starts_with("x{");
        const std::size_t start = braces ? 3 : 2;
        const std::size_t most = braces ? 6 : pattern_[at_ + 1] == 'x' ? 2 : 4;
        std::size_t digits = 0;
        while (digits < most && at_ + start + digits < pattern_.size() &&
               std::isxdigit(static_cast<unsigned char>(pattern_[at_ + start + digits])))
            ++digits;
        const std::string number(rest(start).substr(0, digits));
        const bool closed = !braces || rest(start + digits).starts_with("}");
        const bool singleByte = !braces && most == 2;  // from 0x80 on it means a raw byte there
        if (digits == 0 || !closed || (!braces && digits < most) || (singleByte && number[0] >= '8'))
            refuse("an unclear character number");
        replace(start + digits + (braces ? 1 : 0), "\\x{" + number + "}");
    }

    std::string_view pattern_, source_;
    std::size_t at_ = 0;
    bool inClass_ = false;
    std::string result_;
};

}  // namespace

std::string translatePattern(std::string_view pattern, std::string_view source) {
    return Translator(pattern, source).run();
}

std::string literalPattern(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (std::ispunct(static_cast<unsigned char>(c))) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

}  // namespace dq::text
