#pragma once

#include <filesystem>

#include "core/base/units.hpp"

namespace dq::exporting {

/// Throws Error(Io) where the disk that `target` will lie on has not that much room.
void requireSpace(Bytes wanted, const std::filesystem::path& target);

}  // namespace dq::exporting
