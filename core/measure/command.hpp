#pragma once

#include <string>
#include <vector>

#include "core/measure/measure.hpp"

namespace dq::measure {

/// The command line that gives this table, file names without their folders, arguments quoted for a shell
/// where they need it.
std::string commandOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options);

/// Its options, but for the files it reads and the formats, not quoted; none for a model that cannot be run.
std::vector<std::string> optionsOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options);

}  // namespace dq::measure
