#pragma once

#include <string>

#include "core/allocate/front.hpp"
#include "core/report/subject.hpp"

namespace dq::report {

/// The front for scripts: model, table, metric, unit, palette, range, knee (on the loss itself, what
/// `allocate --knee` takes), knee_log, vertices, uniform. One vertex a line, newline at the end.
std::string frontJson(const allocate::Front& front, const Subject& subject);

}  // namespace dq::report
