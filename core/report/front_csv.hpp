#pragma once

#include <span>
#include <string>

#include "core/allocate/compare/curves.hpp"
#include "core/allocate/front.hpp"

namespace dq::report {

/// Rows of bytes,bits_per_weight,loss,price,point under a header: first the vertices (point "front"), then
/// every uniform format (point is its name; price is the front's at that size), then the compared curves (point
/// is "peer:" and the name; the same).
std::string frontCsv(const allocate::Front& front, std::span<const allocate::compare::Curve> compared = {});

}  // namespace dq::report
