#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/export/seed/layout.hpp"

namespace dq::exporting::seed {

/// What dynaquant_config.json says of a folder.
struct Config {
    std::string source{};  // the file, for messages
    std::int64_t group = 0;
    std::map<std::string, Layer, std::less<>> layers{};
    bool isOurs = false;  // this program wrote it, and so a recipe.json beside it
};

/// Every number of the file is checked, and no module leads out of the folder. Throws Error(Corrupt) naming file and module,
/// Error(Unsupported) for a newer version and for bits and groups that no format has.
Config readConfig(const std::filesystem::path& folder);

/// What such a file counts beside the layers.
struct Counts {
    std::map<std::string, int> bitsOfTensors;  // of every matrix
    std::int64_t passing = 0;                  // tensors that stand in no packed file
    Bytes passingBytes = 0;
};
std::string configText(const std::vector<Layer>& layers, const Counts& counts);

}  // namespace dq::exporting::seed
