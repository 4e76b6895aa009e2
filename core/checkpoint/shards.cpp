#include "core/checkpoint/shards.hpp"

#include <set>

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint {

namespace {

namespace fs = std::filesystem;
using json::Json;

constexpr const char* single = "model.safetensors";
constexpr const char* indexName = "model.safetensors.index.json";

bool isPlainName(const std::string& name) {
    return name.ends_with(".safetensors") && name.find_first_of(std::string("/\\\0", 3)) == std::string::npos;
}

Shards fromIndex(const fs::path& folder) {
    Shards shards;
    shards.index = (folder / indexName).string();
    const Json index = json::parseFile(shards.index, {.bytes = 100'000'000, .depth = 8});
    const Json& map = json::member(index, "weight_map", shards.index);
    if (!map.is_object() || map.empty())
        throw Error(Kind::Corrupt, shards.index + ": weight_map must name a file for each tensor, found " + json::shown(map));
    std::set<std::string> files;
    for (const auto& [tensor, file] : map.items()) {
        if (!file.is_string() || !isPlainName(file.get_ref<const std::string&>()))
            throw Error(Kind::Corrupt, shards.index + ": tensor " + json::excerpt(tensor) + " is said to lie in " +
                                           json::shown(file) + ", which is no plain name of a .safetensors file");
        shards.promises.emplace_back(tensor, file.get<std::string>());
        files.insert(file.get<std::string>());
    }
    for (const std::string& file : files)
        if (!fs::exists(folder / file))
            throw Error(Kind::Corrupt, shards.index + ": names the shard " + json::excerpt(file) + ", which is not in the folder");
    shards.files.assign(files.begin(), files.end());
    return shards;
}

Shards lonely(const fs::path& folder) {
    std::set<std::string> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".safetensors") files.insert(entry.path().filename().string());
    if (files.empty())
        throw Error(Kind::Input, folder.string() + ": holds no " + single + ", no " + indexName + " and no other .safetensors file");
    if (files.size() > 1)
        throw Error(Kind::Corrupt, folder.string() + ": holds " + std::to_string(files.size()) +
                                       " .safetensors files, but no " + indexName + " that says which belong together");
    return {{*files.begin()}, {}, {}};
}

}  // namespace

Shards findShards(const fs::path& folder) {
    if (fs::exists(folder / single)) return {{single}, {}, {}};
    return fs::exists(folder / indexName) ? fromIndex(folder) : lonely(folder);
}

}  // namespace dq::checkpoint
