#include "core/export/seed/config.hpp"

#include <limits>

#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "core/json/json.hpp"

namespace dq::exporting::seed {

namespace {

using json::Json;

constexpr std::int64_t version = 1;
constexpr std::int64_t plainBits = 16;
constexpr std::int64_t defaultGroup = 16;  // of a folder without a packed matrix

const Json& objectOf(const Json& parent, const char* key, const std::string& source) {
    const Json& found = json::member(parent, key, source);
    if (!found.is_object()) throw Error(Kind::Corrupt, source + ": " + key + " is " + json::shown(found) + ", expected an object");
    return found;
}

void requireNumber(std::int64_t found, std::int64_t expected, const char* key, const std::string& where) {
    if (found != expected)
        throw Error(Kind::Corrupt, where + ": " + key + " is " + std::to_string(found) + ", expected " + std::to_string(expected));
}

std::int64_t extent(const Json& object, const char* key, const std::string& where) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    const std::int64_t found = json::integer(object, key, where);
    if (found < 1 || found > most)
        throw Error(Kind::Corrupt, where + ": " + key + " is " + std::to_string(found) + ", allowed are 1 to " + std::to_string(most));
    return found;
}

Layer layerIn(const std::string& module, const Json& json, std::int64_t group, const std::string& source) {
    if (!isModule(module)) throw Error(Kind::Corrupt, source + ": \"" + json::excerpt(module) + "\" is no module whose files lie in the folder");
    const std::string where = source + ": module " + json::excerpt(module);
    if (!json.is_object()) throw Error(Kind::Corrupt, where + ": is " + json::shown(json) + ", expected an object");
    const std::int64_t bits = json::integer(json, "n_bits", where);
    if (!formatOf(bits, group))
        throw Error(Kind::Unsupported, where + ": n_bits is " + std::to_string(bits) + " in groups of " + std::to_string(group) + ", known are 2 to 12");
    const Layer layer{module, static_cast<int>(bits), extent(json, "out_features", where), extent(json, "original_in_features", where), group};
    requireNumber(json::integer(json, "group_size", where), group, "group_size", where);
    requireNumber(json::integer(json, "in_features", where), layer.padded(), "in_features", where);
    checkedProduct(layer.rows, layer.rowBytes() + 4 * layer.groups(), where);
    return layer;
}

/// The recipe names every layer with its bits, and nothing else that is not plain.
void requireRecipe(const Json& recipe, const Config& config) {
    const std::string ending = ".weight";
    std::size_t quantized = 0;
    for (const auto& [tensor, value] : recipe.items()) {
        const std::string where = config.source + ": recipe: tensor " + json::excerpt(tensor);
        if (!value.is_number_integer()) throw Error(Kind::Corrupt, where + " has " + json::shown(value) + " bits, expected a whole number");
        const std::string module = tensor.ends_with(ending) ? tensor.substr(0, tensor.size() - ending.size()) : tensor;
        const auto layer = config.layers.find(module);
        const bool known = layer != config.layers.end();
        if (value != (known ? layer->second.bits : plainBits))
            throw Error(Kind::Corrupt, where + " has " + json::shown(value) + " bits, layer_configs makes it " +
                                           std::to_string(known ? layer->second.bits : plainBits));
        quantized += known;
    }
    if (quantized != config.layers.size())
        throw Error(Kind::Corrupt, config.source + ": recipe names " + std::to_string(quantized) + " of the " +
                                       std::to_string(config.layers.size()) + " modules of layer_configs");
}

void requireVersion(const Json& json, const std::string& source) {
    if (const std::string format = json::text(json, "format", source); format != "dynaquant")
        throw Error(Kind::Corrupt, source + ": format is \"" + json::excerpt(format) + "\", expected \"dynaquant\"");
    if (const std::int64_t found = json::integer(json, "version", source); found != version)
        throw Error(Kind::Unsupported, source + ": version is " + std::to_string(found) + ", known is " + std::to_string(version));
}

Json layersJson(const std::vector<Layer>& layers) {
    Json all = Json::object();
    for (const Layer& layer : layers)
        all[layer.module] = {{"n_bits", layer.bits},
                             {"out_features", layer.rows},
                             {"in_features", layer.padded()},
                             {"original_in_features", layer.cols},
                             {"group_size", layer.group}};
    return all;
}

Json statsJson(const std::vector<Layer>& layers, const Counts& counts) {
    Bytes packed = 0;
    for (const Layer& layer : layers) packed += layer.packedBytes() + layer.scaleBytes();
    std::map<int, std::int64_t> histogram;
    for (const auto& [tensor, bits] : counts.bitsOfTensors) ++histogram[bits];
    Json bits = Json::object();
    for (const auto& [number, matrices] : histogram) bits[std::to_string(number)] = matrices;
    return {{"n_quantized", layers.size()},        {"n_passthrough", counts.passing},
            {"packed_bytes", packed},              {"bf16_bytes", counts.passingBytes},
            {"total_bytes", packed + counts.passingBytes}, {"bits_histogram", bits}};
}

}  // namespace

Config readConfig(const std::filesystem::path& folder) {
    Config config{.source = (folder / configName).string()};
    const Json json = json::parseFile(folder / configName);
    if (!json.is_object()) throw Error(Kind::Corrupt, config.source + ": is no object");
    requireVersion(json, config.source);
    config.group = json::integer(json, "group_size", config.source);
    if (!formatOf(2, config.group))
        throw Error(Kind::Unsupported, config.source + ": group_size is " + std::to_string(config.group) + ", known are 16, 32, 64, 128 and 256");
    for (const auto& [module, layer] : objectOf(json, "layer_configs", config.source).items())
        config.layers.emplace(module, layerIn(module, layer, config.group, config.source));
    requireRecipe(objectOf(json, "recipe", config.source), config);
    config.isOurs = json::present(json, "tool") != nullptr;
    return config;
}

std::string configText(const std::vector<Layer>& layers, const Counts& counts) {
    const Json json{{"format", "dynaquant"},
                    {"version", version},
                    {"tool", toolVersion},
                    {"group_size", layers.empty() ? defaultGroup : layers.front().group},
                    {"recipe", counts.bitsOfTensors},
                    {"layer_configs", layersJson(layers)},
                    {"stats", statsJson(layers, counts)}};
    return json.dump(2) + "\n";
}

}  // namespace dq::exporting::seed
