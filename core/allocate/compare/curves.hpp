#pragma once

#include <string>
#include <vector>

#include "core/allocate/front.hpp"

namespace dq::allocate::compare {

/// What a rule makes of the budgets of a front's range.
struct Curve {
    std::string name, source;
    std::vector<Vertex> points;  // one a budget
};

/// The optimum and then every peer, at the same budgets: `budgets` of them, evenly spread over the range.
/// Constraints are left out: the others know none.
std::vector<Curve> curvesOf(const Front& front, std::size_t budgets);

}  // namespace dq::allocate::compare
