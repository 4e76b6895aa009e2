#pragma once

#include <string>
#include <vector>

#include "core/allocate/problem.hpp"

namespace dq::allocate {

/// Which rows share a format: classes without options, in the order of their first row.
std::vector<Class> groupedClasses(const measure::Measurements& table, Grouping grouping);

}  // namespace dq::allocate
