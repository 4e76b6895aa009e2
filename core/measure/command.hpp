#pragma once

#include <string>

#include "core/measure/measure.hpp"

namespace dq::measure {

/// The command line that gives this table, file names without their folders, arguments quoted for a shell
/// where they need it.
std::string commandOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options);

}  // namespace dq::measure
