#pragma once

#include <optional>
#include <string>
#include <span>
#include <vector>

#include "core/flow/judge.hpp"

namespace dq::flow {

/// Where second order is asked to hold: below, float32 itself shows; above, it is known not to.
inline constexpr double SmallestAbsolute = 1e-4, LargestAbsolute = 0.1;

/// What one format for all matrices says of the prediction as a number of nats.
struct Absolute {
    std::string format;
    evaluate::Interval ratio;            // predicted / measured, 95 %: documents of both texts, and draws of the rounding where there are any
    std::vector<double> drawn;           // the KL with the signs of the rounding errors drawn anew
    std::optional<evaluate::Interval> overDraws;  // predicted / mean of rounding and draws, which is what was foretold
};

/// The documents' part of the interval: what the measured KL scatters by, once for the text it was measured on and once, by its tokens, for
/// the calibration. The draws' part: what their KL scatters by. `point` is measured.
Absolute absoluteOf(const MeasuredPoint& point, const measure::Measurements& table, std::vector<double> drawn);

/// Whether a measured point is one that is asked to be foretold absolutely.
bool isAbsolute(const MeasuredPoint& point);

}  // namespace dq::flow
