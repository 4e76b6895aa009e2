#include "core/export/compressed/targets.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace dq::exporting::compressed {

namespace {

bool isNumber(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

std::vector<std::string> partsOf(const std::string& name) {
    std::vector<std::string> parts(1);
    for (const char c : name) {
        if (c == '.')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '.')
            result += "[.]";
        else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-')
            result += c;
        else
            result += std::string("\\") + c;
    }
    return result;
}

/// What a module is called, its last number taken out: all before it, and all behind.
struct Shape {
    std::string before, behind;
    auto operator<=>(const Shape&) const = default;
};

std::string joined(const std::vector<std::string>& parts, std::size_t begin, std::size_t end) {
    std::string text;
    for (std::size_t i = begin; i < end; ++i)
        text += (i > begin ? "." : "") + parts[i];
    return text;
}

std::string fusedName(const std::string& behind) {
    for (const auto& [own, fused] : {std::pair{"q_proj", "qkv_proj"}, {"k_proj", "qkv_proj"}, {"v_proj", "qkv_proj"},
                                     {"gate_proj", "gate_up_proj"}, {"up_proj", "gate_up_proj"}})
        if (behind.ends_with(std::string(".") + own))
            return behind.substr(0, behind.size() - std::string(own).size()) + fused;
    return {};
}

std::string alternatives(const std::set<std::string>& numbers) {
    std::vector<std::string> sorted(numbers.begin(), numbers.end());
    std::sort(sorted.begin(), sorted.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    std::string text;
    for (const std::string& one : sorted)
        text += (text.empty() ? "" : "|") + one;
    return "(" + text + ")";
}

}  // namespace

std::vector<std::string> targetsFor(const std::vector<std::string>& modules) {
    std::map<Shape, std::set<std::string>> numbers;
    std::vector<std::string> targets;
    for (const std::string& module : modules) {
        const std::vector<std::string> parts = partsOf(module);
        const auto number = std::find_if(parts.rbegin(), parts.rend(), isNumber);
        if (number == parts.rend()) {
            targets.push_back(module);
            continue;
        }
        const auto at = static_cast<std::size_t>(parts.rend() - number) - 1;
        const Shape shape{joined(parts, 0, at), "." + joined(parts, at + 1, parts.size())};
        numbers[shape].insert(parts[at]);
        if (const std::string fused = fusedName(shape.behind); !fused.empty())
            numbers[{shape.before, fused}].insert(parts[at]);
    }
    for (const auto& [shape, layers] : numbers)
        targets.push_back("re:^" + escaped(shape.before) + "[.]" + alternatives(layers) + escaped(shape.behind) + "$");
    return targets;
}

}  // namespace dq::exporting::compressed
