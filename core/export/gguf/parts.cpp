#include "core/export/gguf/parts.hpp"

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/splits.hpp"

namespace dq::exporting::gguf {

std::vector<Header> partsOf(const Header& whole, Bytes splitBytes) {
    std::vector<Header> parts(1);
    parts.front().entries = whole.entries;
    Bytes filled = 0;
    for (const TensorInfo& tensor : whole.tensors) {
        if (splitBytes > 0 && !parts.back().tensors.empty() && filled + tensor.bytes > splitBytes) {
            parts.emplace_back();
            filled = 0;
        }
        filled += tensor.bytes;
        parts.back().tensors.push_back(tensor);
    }
    if (parts.size() == 1) return parts;
    if (parts.size() > mostSplits)
        throw Error(Kind::Input, "files of " + std::to_string(splitBytes) + " bytes would be " + std::to_string(parts.size()) + ", at most " +
                                     std::to_string(mostSplits) + " can be numbered");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].entries.push_back({splitIndexKey, static_cast<std::uint16_t>(i)});
        parts[i].entries.push_back({splitCountKey, static_cast<std::uint16_t>(parts.size())});
        parts[i].entries.push_back({splitTensorsKey, static_cast<std::int32_t>(whole.tensors.size())});
    }
    return parts;
}

std::vector<std::filesystem::path> pathsOf(const std::filesystem::path& target, std::size_t parts) {
    if (parts == 1) return {target};
    const std::string name = target.filename().string();
    const std::string stem = target.extension() == ".gguf" ? target.stem().string() : name;
    std::vector<std::filesystem::path> paths;
    for (std::size_t i = 0; i < parts; ++i) paths.push_back(target.parent_path() / fileName({stem, i, parts}));
    return paths;
}

}  // namespace dq::exporting::gguf
