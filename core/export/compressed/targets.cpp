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

std::string joined(const std::vector<std::string>& parts, std::size_t begin, std::size_t end) {
    std::string text;
    for (std::size_t i = begin; i < end; ++i)
        text += (i > begin ? "." : "") + parts[i];
    return text;
}

/// What vLLM calls the layer it makes of a module, or, of mixtral's experts, the module itself.
std::string vllmName(const std::string& behind) {
    for (const auto& [own, theirs] : {std::pair{"q_proj", "qkv_proj"}, {"k_proj", "qkv_proj"}, {"v_proj", "qkv_proj"},
                                      {"gate_proj", "gate_up_proj"}, {"up_proj", "gate_up_proj"},
                                      {"in_proj_qkv", "in_proj_qkvz"}, {"in_proj_z", "in_proj_qkvz"},
                                      {"in_proj_b", "in_proj_ba"}, {"in_proj_a", "in_proj_ba"},
                                      {"w1", "gate_proj"}, {"w2", "down_proj"}, {"w3", "up_proj"}})
        if (behind.ends_with(std::string(".") + own))
            return behind.substr(0, behind.size() - std::string(own).size()) + theirs;
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

/// Modules that differ in one number only: all before it, all behind it, as patterns.
struct Shape {
    std::string before, behind;
    auto operator<=>(const Shape&) const = default;
};
using Numbers = std::map<Shape, std::set<std::string>>;

void addByLast(const std::vector<std::string>& parts, Numbers& numbers) {
    const auto number = std::find_if(parts.rbegin(), parts.rend(), isNumber);
    const auto at = static_cast<std::size_t>(parts.rend() - number) - 1;
    const std::string before = joined(parts, 0, at), behind = "." + joined(parts, at + 1, parts.size());
    numbers[{before, escaped(behind)}].insert(parts[at]);
    if (const std::string theirs = vllmName(behind); !theirs.empty()) numbers[{before, escaped(theirs)}].insert(parts[at]);
}

/// Experts differ in two numbers: layers whose patterns are equal but for the layer become one.
Numbers byLayer(const Numbers& experts) {
    Numbers layers;
    for (const auto& [shape, numbers] : experts) {
        const std::vector<std::string> parts = partsOf(shape.before);
        const auto number = std::find_if(parts.begin(), parts.end(), isNumber);
        const std::string own = "[.]" + alternatives(numbers) + shape.behind;
        if (number == parts.end()) {
            layers[{shape.before, shape.behind}].insert(numbers.begin(), numbers.end());
            continue;
        }
        const auto at = static_cast<std::size_t>(number - parts.begin());
        layers[{joined(parts, 0, at), escaped("." + joined(parts, at + 1, parts.size())) + own}].insert(parts[at]);
    }
    return layers;
}

}  // namespace

std::vector<std::string> targetsFor(const std::vector<std::string>& modules) {
    Numbers numbers;
    std::vector<std::string> targets;
    for (const std::string& module : modules) {
        const std::vector<std::string> parts = partsOf(module);
        if (std::any_of(parts.begin(), parts.end(), isNumber))
            addByLast(parts, numbers);
        else
            targets.push_back(module);
    }
    for (const auto& [shape, layers] : byLayer(numbers))
        targets.push_back("re:^" + escaped(shape.before) + "[.]" + alternatives(layers) + shape.behind + "$");
    return targets;
}

}  // namespace dq::exporting::compressed
