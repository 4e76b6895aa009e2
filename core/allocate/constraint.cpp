#include "core/allocate/constraint.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

constexpr double mostBits = 64;

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(Kind::Input, "constraint \"" + std::string(text.substr(0, 80)) + "\": " + why);
}

bool matches(std::string_view pattern, std::string_view name) {
    std::size_t p = 0, n = 0, star = std::string_view::npos, retry = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find(at, from), text.size());
        parts.emplace_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

/// Takes a number off the front of the text; absent: there is none.
std::optional<int> takeNumber(std::string_view& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// "layers.3", "layers.0-3", "layers.3.q+k": false where it is none of them.
bool readLayers(std::string_view text, std::string_view whole, Where& where) {
    constexpr std::string_view prefix = "layers.";
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    const auto first = takeNumber(text);
    auto last = first;
    if (!first) return false;
    if (!text.empty() && text.front() == '-') {
        text.remove_prefix(1);
        if (last = takeNumber(text); !last) return false;
    }
    if (!text.empty() && (text.front() != '.' || text.find_first_of(".*?", 1) != std::string_view::npos))
        return false;
    if (*last < *first)
        refuse(whole, "layers run from " + std::to_string(*first) + " down to " + std::to_string(*last));
    where.firstBlock = first;
    where.lastBlock = last;
    if (text.size() > 1) where.roles = split(text.substr(1), '+');
    return true;
}

void readTerm(std::string_view term, std::string_view whole, Where& where) {
    if (term.empty()) refuse(whole, "it does not say which matrices");
    if (term.substr(0, 5) == "role=")
        where.roles = split(term.substr(5), '+');
    else if (term.substr(0, 5) == "name=")
        where.pattern = term.substr(5);
    else if (term != "all" && !readLayers(term, whole, where))
        where.pattern = term;
}

Where whereOf(std::string_view text, std::string_view whole) {
    Where where;
    for (const std::string& term : split(text, ','))
        readTerm(term, whole, where);
    return where;
}

double bitsOf(std::string_view text, std::string_view whole) {
    double bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc() || end != text.data() + text.size() || !(bits > 0 && bits <= mostBits))
        refuse(whole, "\"" + std::string(text) + "\" bits; give a number above 0 and at most 64");
    return bits;
}

/// "WHERE,bits=4" and "bits=4,WHERE": the bits are taken out, the rest says where.
Constraint withBits(Constraint::Kind kind, std::string_view rest, std::string_view whole) {
    Constraint constraint{kind, {}, {}, 0};
    for (const std::string& term : split(rest, ','))
        if (term.substr(0, 5) == "bits=")
            constraint.bits = bitsOf(std::string_view(term).substr(5), whole);
        else
            readTerm(term, whole, constraint.where);
    if (constraint.bits == 0) refuse(whole, "bits=NUMBER is missing");
    return constraint;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "+") + part;
    return text;
}

std::string shortest(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string textOf(const Where& where) {
    std::string text;
    if (where.firstBlock) {
        text = "layers." + std::to_string(*where.firstBlock);
        if (where.lastBlock != where.firstBlock) text += "-" + std::to_string(*where.lastBlock);
        if (!where.roles.empty()) text += "." + joined(where.roles);
    } else if (!where.roles.empty()) {
        text = "role=" + joined(where.roles);
    }
    if (!where.pattern.empty()) text += (text.empty() ? "name=" : ",name=") + where.pattern;
    return text.empty() ? "all" : text;
}

}  // namespace

bool Where::covers(const measure::MatrixRow& row) const {
    if (!roles.empty() && std::find(roles.begin(), roles.end(), row.role) == roles.end()) return false;
    if (firstBlock && (row.block < *firstBlock || row.block > *lastBlock)) return false;
    return pattern.empty() || matches(pattern, row.name);
}

Constraint constraintOf(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view word = text.substr(0, colon);
    const std::string_view rest =
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    if (word == "min") return withBits(Constraint::Kind::Least, rest, text);
    if (word == "max") return withBits(Constraint::Kind::Most, rest, text);
    if (word == "pin") {
        const std::size_t equals = rest.rfind('=');
        if (equals == std::string_view::npos || equals + 1 == rest.size())
            refuse(text, "a pin is written pin:WHERE=FORMAT");
        return {Constraint::Kind::Pin, whereOf(rest.substr(0, equals), text),
                std::string(rest.substr(equals + 1)), 0};
    }
    if (word == "ban") {
        const std::size_t at = rest.find('@');
        const std::string format(rest.substr(0, at));
        if (format.empty()) refuse(text, "a ban is written ban:FORMAT@WHERE or ban:FORMAT");
        return {Constraint::Kind::Ban,
                at == std::string_view::npos ? Where{} : whereOf(rest.substr(at + 1), text), format, 0};
    }
    refuse(text, "it starts with none of pin:, ban:, min: and max:");
}

std::string textOf(const Constraint& constraint) {
    const std::string where = textOf(constraint.where);
    switch (constraint.kind) {
        case Constraint::Kind::Pin:
            return "pin:" + where + "=" + constraint.format;
        case Constraint::Kind::Ban:
            return "ban:" + constraint.format + (where == "all" ? "" : "@" + where);
        case Constraint::Kind::Least:
            return "min:" + where + ",bits=" + shortest(constraint.bits);
        case Constraint::Kind::Most:
            break;
    }
    return "max:" + where + ",bits=" + shortest(constraint.bits);
}

}  // namespace dq::allocate
