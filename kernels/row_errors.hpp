#pragma once

#include <span>

#include "kernels/error_stats.hpp"

namespace dq::kernels {

/// The four sums of one row that comes back as `rounded`: D in float, its squares in double, in the order of
/// kernels/lanes.hpp. `fisher` and `inputMoment` are [cols] or null.
ErrorSums rowErrors(const float* weights, std::span<const float> rounded, const float* fisher, const float* inputMoment);

}  // namespace dq::kernels
