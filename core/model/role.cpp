#include <array>

#include "core/model/model.hpp"

namespace dq::model {

namespace {
constexpr std::array<std::string_view, roleCount> names{
    "q",           "k",         "v",          "o",              "gate",        "up",        "down",        "embedding",   "head",
    "qkv",         "gate_up",   "expert_gate", "expert_up",     "expert_down", "expert_gate_up", "shared_gate", "shared_up", "shared_down",
    "linear_qkv",  "linear_z",  "linear_b",   "linear_a",       "linear_qkvz", "linear_ba", "linear_out",  "other"};
}

std::string_view roleName(Role role) {
    return names[static_cast<std::size_t>(role)];
}

std::optional<Role> roleOf(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<Role>(i);
    return std::nullopt;
}

std::string WeightMatrix::shortName() const {
    std::string own(roleName(role));
    if (expert >= 0 && own.starts_with("expert_")) own = "experts." + std::to_string(expert) + "." + own.substr(7);
    if (role == Role::Other) return name;
    return block < 0 ? own : "layers." + std::to_string(block) + "." + own;
}

}  // namespace dq::model
