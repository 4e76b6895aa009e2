#include <array>

#include "core/model/model.hpp"

namespace dq::model {

namespace {
constexpr std::array<std::string_view, 9> names{"q", "k", "v", "o", "gate", "up", "down", "embedding", "head"};
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
    const std::string own(roleName(role));
    return block < 0 ? own : "layers." + std::to_string(block) + "." + own;
}

}  // namespace dq::model
