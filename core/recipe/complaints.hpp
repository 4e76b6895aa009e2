#pragma once

#include <string>
#include <vector>

#include "core/base/error.hpp"

namespace dq::recipe {

/// Throws Error(kind) where there are complaints: `sentence`, the first few of them and how many more there are.
void refuseFor(const std::vector<std::string>& complaints, Kind kind, const std::string& sentence);

}  // namespace dq::recipe
