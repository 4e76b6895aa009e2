#pragma once

#include <string>

#include "core/allocate/front.hpp"
#include "core/report/axis.hpp"
#include "core/report/labels.hpp"

namespace dq::report {

struct SvgOptions;

/// Where a front lies on paper: the frame of the plot and its two axes.
struct Picture {
    Box plot;
    Axis size;  // in bytes
    Axis loss;
    double bytesPerUnit = 1;
    std::string unit;  // "GiB", "MiB", ...

    /// A loss below the axis (or none at all) stands on the frame's lower edge.
    Point at(Bytes bytes, double loss) const;
    /// The front's vertices, thinned to what `spacing` pixels can show; may run out of the frame below.
    std::vector<Point> curve(const allocate::Front& front, double spacing) const;
};

/// All uniform formats that fit every matrix, beside their index.
std::vector<std::pair<int, allocate::Choice>> uniformsOf(const allocate::Front& front);

Picture pictureOf(const allocate::Front& front, const SvgOptions& options);

}  // namespace dq::report
