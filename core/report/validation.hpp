#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/report/front_svg.hpp"

namespace dq::report {

/// What `validate --json` printed, as far as a report shows it.
struct ValidationSummary {
    struct Point {
        MeasuredMark mark;
        double bitsPerWeight = 0, predicted = 0, corrected = 0;
    };
    std::string model, text, metric;
    std::vector<Point> points, reallocated;
    struct Agreement {
        double spearman = 0, ratio = 0, logRatio = 0;
    };
    Agreement before, after;
};
/// Throws Error naming source and field.
ValidationSummary validationFromJson(std::string_view text, std::string_view source);

}  // namespace dq::report
