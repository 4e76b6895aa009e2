#include "kernels/importance.hpp"

#include <algorithm>

#include "kernels/row_units.hpp"

namespace dq::kernels {

std::vector<float> importanceOf(std::span<const float> moment) {
    const auto largest = std::max_element(moment.begin(), moment.end());
    if (largest == moment.end() || !(*largest > 0)) return {};
    const float unit = unitFor(*largest);
    std::vector<float> importance(moment.begin(), moment.end());
    for (float& one : importance)
        one *= unit;
    return importance;
}

bool isKnown(const float* importance, std::size_t size) {
    return importance && std::any_of(importance, importance + size, [](float one) { return one > 0; });
}

}  // namespace dq::kernels
