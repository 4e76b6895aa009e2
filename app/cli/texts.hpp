#pragma once

#include <filesystem>
#include <string>

#include "core/text/samples.hpp"

namespace dq::cli {

/// The text a command runs on where the user names none: `name` in the model's own folder (the demo brings its texts), else the
/// one that is installed with the program. Its documents are told apart by the usual separator, which is put in the options.
/// Throws Error(Io) where neither is there.
std::filesystem::path chosenText(const std::string& given, const std::filesystem::path& model, const std::string& name,
                                 text::SampleOptions& options);

}  // namespace dq::cli
