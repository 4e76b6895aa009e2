#pragma once

#include <span>
#include <string>

#include "core/allocate/compare/curves.hpp"
#include "core/allocate/front.hpp"
#include "core/report/subject.hpp"

namespace dq::report {

/// The front for scripts: model, table, metric, unit, palette, range, knee (on the loss itself, what
/// `allocate --knee` takes), knee_log, mixing (coding gain: whether it pays), vertices, uniform and, where there
/// are any, compare. One point a line, newline at the end.
std::string frontJson(const allocate::Front& front, const Subject& subject,
                      std::span<const allocate::compare::Curve> compared = {});

}  // namespace dq::report
