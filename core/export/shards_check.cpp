#include "core/export/shards_check.hpp"

#include <cstring>
#include <set>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/json/json.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;
using json::Json;

/// Of a file that was opened as a checkpoint's, so that its length is right.
Json headerOf(const fs::path& file) {
    const MappedFile mapped(file);
    std::uint64_t length = 0;
    std::memcpy(&length, mapped.bytes().data(), sizeof length);
    const auto* const text = reinterpret_cast<const char*>(mapped.bytes().data()) + sizeof length;
    return json::parse({text, static_cast<std::size_t>(length)}, file.string());
}

void requireIndex(const checkpoint::Checkpoint& checkpoint) {
    const fs::path file = checkpoint.folder() / "model.safetensors.index.json";
    const std::string source = file.string();
    const Json index = json::parseFile(file);
    const std::int64_t bytes = json::integer(json::member(index, "metadata", source), "total_size", source);
    if (bytes != checkpoint.bytes())
        throw Error(Kind::Corrupt, source + ": says that all tensors take " + std::to_string(bytes) + " bytes, they take " +
                                       std::to_string(checkpoint.bytes()));
    const std::size_t named = json::member(index, "weight_map", source).size();
    if (named != checkpoint.tensors().size())
        throw Error(Kind::Corrupt, source + ": names " + std::to_string(named) + " tensors, the files hold " +
                                       std::to_string(checkpoint.tensors().size()));
}

}  // namespace

void requireShards(const checkpoint::Checkpoint& checkpoint, const std::map<std::string, std::string>& metadata) {
    std::set<std::string> files;
    for (const checkpoint::TensorView& tensor : checkpoint.tensors())
        files.insert(tensor.file);
    for (const std::string& name : files) {
        const fs::path file = checkpoint.folder() / name;
        const Json header = headerOf(file);
        const Json* const found = json::present(header, "__metadata__");
        if (!found || *found != Json(metadata))
            throw Error(Kind::Corrupt, file.string() + ": its __metadata__ is " + (found ? json::shown(*found) : std::string("missing")) +
                                           ", expected " + Json(metadata).dump());
    }
    if (files.size() > 1) requireIndex(checkpoint);
}

}  // namespace dq::exporting
