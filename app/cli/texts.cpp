#include "app/cli/texts.hpp"

#include <cstdlib>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"

namespace dq::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* usualSeparator = "<|endoftext|>";

/// Where installed files lie: what the environment says, beside the program, in the sources.
std::vector<fs::path> resourceFolders() {
    std::vector<fs::path> folders;
    if (const char* const named = std::getenv("DYNAQUANT_RESOURCES")) folders.emplace_back(named);
    std::error_code fault;
    const fs::path program = fs::read_symlink("/proc/self/exe", fault);
    if (!fault) folders.push_back(program.parent_path().parent_path() / "share/dynaquant");
    folders.emplace_back(DQ_RESOURCES);
    return folders;
}

fs::path bundledText(const fs::path& model, const std::string& name) {
    std::vector<fs::path> places{model / name};
    for (const fs::path& folder : resourceFolders()) places.push_back(folder / "calibration" / name);
    std::error_code fault;
    for (const fs::path& place : places)
        if (fs::is_regular_file(place, fault)) return place;
    throw Error(Kind::Io, "no text was given, and the bundled " + name + " is not there (looked last at " + places.back().string() + ")");
}

}  // namespace

fs::path chosenText(const std::string& given, const fs::path& model, const std::string& name, text::SampleOptions& options) {
    if (!given.empty()) return given;
    const fs::path file = bundledText(model, name);
    if (!options.separator && readText(file).find(usualSeparator) != std::string::npos) options.separator = usualSeparator;
    return file;
}

}  // namespace dq::cli
