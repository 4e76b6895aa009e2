#pragma once

#include <span>

#include "core/allocate/compare/curves.hpp"
#include "core/report/picture.hpp"
#include "core/report/svg.hpp"

namespace dq::report {

/// Where the names of compared curves stand: the upper right, which fronts leave free.
Box nameListOf(const Picture& picture, std::span<const allocate::compare::Curve> curves);

/// Thin lines in the clip "plot", each with its name in its colour.
void drawCompared(Svg& svg, const Picture& picture, std::span<const allocate::compare::Curve> curves);

}  // namespace dq::report
