#include "core/allocate/compare/curves.hpp"

#include <algorithm>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

std::vector<Curve> curvesOf(const Front& given, std::size_t budgets) {
    const auto whole = given.restricted({});  // the rules know no constraints
    const Front& front = *whole;
    const Bytes first = front.vertices().front().bytes, last = front.vertices().back().bytes;
    const std::size_t steps = std::max<std::size_t>(budgets, 2) - 1;
    const auto budgetAt = [&](std::size_t i) {
        if (i == steps) return last;
        return first + static_cast<Bytes>(static_cast<double>(last - first) * static_cast<double>(i) /
                                          static_cast<double>(steps));
    };
    std::vector<Curve> curves{{"optimum", "bound and exact finish", {}}};
    for (std::size_t i = 0; i <= steps; ++i) {
        const Choice choice = front.exact(budgetAt(i));
        curves.front().points.push_back({choice.bytes, choice.loss});
    }
    for (const Peer& peer : peers()) {
        curves.push_back({std::string(peer.name), std::string(peer.source), {}});
        for (std::size_t i = 0; i <= steps; ++i) {
            const Picks picks = peer.choose(front.problem(), budgetAt(i));
            curves.back().points.push_back({bytesOf(front.problem(), picks), lossOf(front.problem(), picks)});
        }
    }
    return curves;
}

}  // namespace dq::allocate::compare
