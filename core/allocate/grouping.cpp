#include "core/allocate/grouping.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

constexpr std::array<std::pair<Grouping, std::string_view>, 6> names{{{Grouping::Free, "free"},
                                                                      {Grouping::Fused, "fused"},
                                                                      {Grouping::Expert, "expert"},
                                                                      {Grouping::Stacks, "stacks"},
                                                                      {Grouping::Block, "block"},
                                                                      {Grouping::Role, "role"}}};

/// A set of rows that share a format: where it stands, and what it is called. Roles empty: the row stands
/// alone.
struct Key {
    int block = -1;
    std::string roles;
    auto operator<=>(const Key&) const = default;
};

/// "7" of "model.layers.3.mlp.experts.7.up_proj"; absent: no expert's matrix.
std::optional<std::string> expertOf(const measure::MatrixRow& row) {
    constexpr std::string_view mark = ".experts.";
    const std::size_t at = row.name.find(mark);
    if (at == std::string::npos) return std::nullopt;
    std::string index;
    for (std::size_t i = at + mark.size(); i < row.name.size() && std::isdigit(row.name[i]); ++i)
        index += row.name[i];
    return index;
}

/// Roles that loaders join into one product, beside what the group is called.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> joined{
    {{"q", "q+k+v"},
     {"k", "q+k+v"},
     {"v", "q+k+v"},
     {"gate", "gate+up"},
     {"up", "gate+up"},
     {"shared_gate", "shared_gate+up"},
     {"shared_up", "shared_gate+up"},
     {"linear_qkv", "linear_qkv+z"},
     {"linear_z", "linear_qkv+z"},
     {"linear_b", "linear_b+a"},
     {"linear_a", "linear_b+a"}}};

Key fused(const measure::MatrixRow& row, bool expertsTogether) {
    if (row.block < 0) return {};
    if (const auto expert = expertOf(row))
        return {row.block, expertsTogether || expert->empty() ? "experts" : "experts." + *expert};
    for (const auto& [role, group] : joined)
        if (row.role == role) return {row.block, std::string(group)};
    return {};
}

Key stacked(const measure::MatrixRow& row) {
    if (row.block < 0 || !expertOf(row)) return {};
    const std::string_view own = row.role;
    constexpr std::string_view prefix = "expert_";
    return {row.block, "experts." + std::string(own.starts_with(prefix) ? own.substr(prefix.size()) : own)};
}

Key keyOf(const measure::MatrixRow& row, Grouping grouping) {
    switch (grouping) {
        case Grouping::Free:
            return {};
        case Grouping::Fused:
            return fused(row, true);
        case Grouping::Expert:
            return fused(row, false);
        case Grouping::Stacks:
            return stacked(row);
        case Grouping::Block:
            return row.block < 0 ? Key{} : Key{row.block, "*"};
        case Grouping::Role:
            break;
    }
    return {-1, row.role};
}

std::string nameOf(const Key& key) {
    if (key.block < 0) return "every " + key.roles;
    const std::string block = "layers." + std::to_string(key.block);
    return key.roles == "*" ? block : block + "." + key.roles;
}

void join(Class& one, const Key& key, const measure::MatrixRow& row) {
    one.name = nameOf(key);
    if (one.role != row.role) one.role = key.roles == "*" ? std::string() : key.roles;
    if (one.block != row.block) one.block = -1;
}

}  // namespace

std::string_view groupingName(Grouping grouping) {
    return std::find_if(names.begin(), names.end(),
                        [grouping](const auto& one) { return one.first == grouping; })
        ->second;
}

Grouping groupingOf(std::string_view name) {
    std::string known;
    for (const auto& [grouping, word] : names) {
        if (word == name) return grouping;
        known += (known.empty() ? "" : ", ") + std::string(word);
    }
    throw Error(Kind::Input, "matrices cannot share formats by \"" + std::string(name.substr(0, 40)) +
                                 "\"; known are " + known);
}

std::vector<Class> groupedClasses(const measure::Measurements& table, Grouping grouping) {
    std::vector<Class> classes;
    std::map<Key, std::size_t> known;
    for (std::size_t m = 0; m < table.rows.size(); ++m) {
        const measure::MatrixRow& row = table.rows[m];
        const Key key = keyOf(row, grouping);
        const auto [at, isNew] =
            key.roles.empty() ? std::pair(known.end(), true) : known.emplace(key, classes.size());
        if (isNew) {
            classes.push_back({row.name, {static_cast<int>(m)}, {}, row.role, row.block, 0});
            continue;
        }
        classes[at->second].matrices.push_back(static_cast<int>(m));
        join(classes[at->second], key, row);
    }
    return classes;
}

}  // namespace dq::allocate
