#pragma once

#include <string>

#include "core/allocate/front.hpp"

namespace dq::report {

/// Rows of bytes,bits_per_weight,loss,price,point under a header: first the vertices (point "front"), then
/// every uniform format (point is its name; price is the front's at that size).
std::string frontCsv(const allocate::Front& front);

}  // namespace dq::report
