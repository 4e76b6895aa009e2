#include "core/export/compressed/config.hpp"

#include <map>
#include <regex>
#include <set>

#include "core/base/error.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/compressed/targets.hpp"
#include "core/export/hf_folder.hpp"
#include "core/json/json.hpp"

namespace dq::exporting::compressed {

namespace {

using json::Json;
using model::Role;
using model::WeightMatrix;

constexpr const char* version = "0.15.0";  // the first that packs 3, 5, 6 and 7 bits without gaps

bool fusedWith(Role a, Role b) {
    const auto isQkv = [](Role role) { return role == Role::Q || role == Role::K || role == Role::V; };
    const auto isGateUp = [](Role role) { return role == Role::Gate || role == Role::Up; };
    return (isQkv(a) && isQkv(b)) || (isGateUp(a) && isGateUp(b));
}

std::string groupKey(const Scheme& scheme) {
    return scheme.format + scheme.weights.dump();
}

Json groupOf(const Scheme& scheme, const std::vector<std::string>& targets) {
    return {{"targets", targets},
            {"format", scheme.format},
            {"weights", scheme.weights},
            {"input_activations", Json()},
            {"output_activations", Json()}};
}

std::optional<std::string> complaint(const WeightMatrix& matrix, const format::Format& format, bool widest) {
    const std::string who = "matrix " + matrix.name + " in " + format.name + ": ";
    if (!isOwnTensor(matrix))
        return who + "it is a part of a stacked tensor or stored turned, which this target does not write yet";
    if (isPlain(format)) return {};
    if (!schemeOf(format)) return who + "compressed-tensors has no such format";
    const int group = format.encoding.group;
    if (group > 0 && matrix.cols % group != 0)
        return who + "its " + std::to_string(matrix.cols) + " columns are no multiple of the group of " +
               std::to_string(group) + ", which the loaders require";
    if (const int high = format.encoding.groupRows; matrix.rows % high != 0)
        return who + "its " + std::to_string(matrix.rows) + " rows are no multiple of the tile of " +
               std::to_string(high) + ", which the loaders require";
    if (matrix.role == Role::Embedding)
        return who + "transformers loads no quantized embedding; keep it in bf16";
    const bool integer = format.encoding.element == kernels::Element::Int;
    if (widest && integer && format.encoding.bits != 4 && format.encoding.bits != 8)
        return who + "older loaders read integers of 4 and 8 bits only";
    return {};
}

void addFusedComplaints(const model::Model& model, const std::vector<std::string>& formats,
                        std::vector<std::string>& all) {
    const auto matrices = model.matrices();
    for (std::size_t i = 0; i < matrices.size(); ++i)
        for (std::size_t j = i + 1; j < matrices.size() && matrices[j].block == matrices[i].block; ++j)
            if (matrices[i].block >= 0 && fusedWith(matrices[i].role, matrices[j].role) &&
                formats[i] != formats[j])
                all.push_back("matrices " + matrices[i].name + " and " + matrices[j].name +
                              ": vLLM fuses them, so they must share a format, and are " + formats[i] +
                              " and " + formats[j]);
}

/// Per matrix of the model, in its order; "" where the recipe has none.
std::vector<std::string> formatsOf(const model::Model& model, const recipe::Recipe& recipe) {
    std::map<std::string, std::string> byName;
    for (const recipe::Recipe::Entry& entry : recipe.entries)
        byName[entry.matrix] = entry.format;
    std::vector<std::string> formats;
    for (const WeightMatrix& matrix : model.matrices())
        formats.push_back(byName[matrix.name]);
    return formats;
}

bool matches(const std::string& target, const std::string& module) {
    if (!target.starts_with("re:")) return target == module;
    // Python's re.match: from the beginning, not necessarily to the end.
    return std::regex_search(module, std::regex(target.substr(3)), std::regex_constants::match_continuous);
}

}  // namespace

std::vector<std::string> complaints(const model::Model& model, const recipe::Recipe& recipe, bool widest) {
    const std::vector<std::string> formats = formatsOf(model, recipe);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < formats.size(); ++i)
        if (auto one = complaint(model.matrices()[i], format::get(formats[i]), widest))
            all.push_back(std::move(*one));
    addFusedComplaints(model, formats, all);
    return all;
}

std::string configText(const model::Model& model, const recipe::Recipe& recipe) {
    const std::vector<std::string> formats = formatsOf(model, recipe);
    std::map<std::string, Scheme> schemes;
    std::map<std::string, std::vector<std::string>> members;  // by scheme; "" for what stays as it is
    std::set<std::string> containers;
    for (std::size_t i = 0; i < formats.size(); ++i) {
        const auto scheme = schemeOf(format::get(formats[i]));
        const std::string key = scheme ? groupKey(*scheme) : "";
        if (scheme) {
            schemes[key] = *scheme;
            containers.insert(scheme->format);
        }
        const bool isLinear = model.matrices()[i].role != Role::Embedding;
        if (scheme || isLinear) members[key].push_back(model.matrices()[i].name);
    }
    Json groups = Json::object();
    for (const auto& [key, scheme] : schemes)
        groups["group_" + std::to_string(groups.size())] = groupOf(scheme, targetsFor(members[key]));
    Json config = Json::parse(model.checkpoint().configText());
    config["quantization_config"] = {
        {"quant_method", "compressed-tensors"},
        {"version", version},
        {"format", containers.size() == 1 ? *containers.begin() : std::string("mixed-precision")},
        {"quantization_status", "compressed"},
        {"global_compression_ratio", Json()},
        {"ignore", targetsFor(members[""])},
        {"kv_cache_scheme", Json()},
        {"config_groups", groups}};
    return config.dump(2) + "\n";
}

Matched matched(std::string_view configText, std::string_view module, std::string_view source) {
    const std::string name(module), where(source);
    try {
        const Json config = Json::parse(configText).at("quantization_config");
        for (const Json& target : config.at("ignore"))
            if (matches(target.get<std::string>(), name)) return {};
        for (const auto& [key, group] : config.at("config_groups").items())
            for (const Json& target : group.at("targets"))
                if (matches(target.get<std::string>(), name))
                    return {group.at("format").get<std::string>(), group.at("weights").dump()};
    } catch (const Json::exception&) {
        throw Error(Kind::Corrupt, where + ": its quantization_config is not one of compressed-tensors");
    } catch (const std::regex_error&) {
        throw Error(Kind::Corrupt, where + ": a target of its quantization_config is no regular expression");
    }
    return {};
}

}  // namespace dq::exporting::compressed
