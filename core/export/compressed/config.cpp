#include "core/export/compressed/config.hpp"

#include <map>
#include <regex>
#include <set>

#include "core/base/error.hpp"
#include "core/export/compressed/fused.hpp"
#include "core/export/compressed/scales.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/compressed/targets.hpp"
#include "core/export/hf_folder.hpp"
#include "core/json/json.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting::compressed {

namespace {

using json::Json;
using model::Role;
using model::WeightMatrix;

constexpr const char* version = "0.15.0";  // the first that packs 3, 5, 6 and 7 bits without gaps

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

/// What vLLM's loader takes no FP8 for, whatever transformers does.
std::optional<std::string> fp8Complaint(const WeightMatrix& matrix, const Scheme& scheme) {
    if (scheme.format != "float-quantized") return {};
    if (matrix.expert >= 0)
        return "vLLM runs experts in FP8 only with inputs rounded to FP8 as well, which is not what was measured; integers, "
               "nvfp4 and MX formats load";
    if (matrix.role == Role::Head && scheme.weights.at("strategy") == "block")
        return "vLLM reads a head's scales row by row and stops at tiles; the same with a scale a row loads";
    return {};
}

std::optional<std::string> complaint(const WeightMatrix& matrix, const format::Format& format, DType runs, bool widest) {
    const std::string who = "matrix " + matrix.name + " in " + format.name + ": ";
    if (matrix.transposed) return who + "it is stored turned, and compressed-tensors packs linear layers only; the target hf writes it";
    if (matrix.slice >= 0) return who + "it is a part of one tensor of all experts, which compressed-tensors has no form for; the target hf writes it";
    if (isPlain(format)) return {};
    const auto scheme = schemeOf(format);
    if (!scheme) return who + "compressed-tensors has no such format";
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
    if (const auto scales = scaleComplaint(format, runs)) return who + *scales;
    if (const auto fp8 = fp8Complaint(matrix, *scheme)) return who + *fp8;
    return {};
}

/// Every matrix against the first of its layer.
void addFusedComplaints(const model::Model& model, const recipe::Formats& formats, std::vector<std::string>& all) {
    std::map<Layer, const WeightMatrix*> firstOf;
    for (const WeightMatrix& matrix : model.matrices()) {
        const auto layer = layerOf(matrix);
        if (!layer) continue;
        const WeightMatrix& first = *firstOf.emplace(*layer, &matrix).first->second;
        const format::Format &one = formats.of(first.name), &other = formats.of(matrix.name);
        if (one != other)
            all.push_back("matrices " + first.name + " and " + matrix.name + ": " + std::string(ruleOf(layer->joint)) +
                          ", and are " + one.name + " and " + other.name);
    }
}

/// Products that stay as they are, whatever the recipe: routers and the gates of shared experts.
void addKept(const model::Model& model, std::vector<std::string>& modules) {
    constexpr std::string_view ending = ".weight";
    for (const model::Needed& piece : model.pieces())
        if ((piece.piece == model::Piece::Router || piece.piece == model::Piece::SharedGate) && piece.tensor.ends_with(ending))
            modules.push_back(piece.tensor.substr(0, piece.tensor.size() - ending.size()));
}

bool matches(const std::string& target, const std::string& module) {
    if (!target.starts_with("re:")) return target == module;
    // Python's re.match: from the beginning, not necessarily to the end.
    return std::regex_search(module, std::regex(target.substr(3)), std::regex_constants::match_continuous);
}

}  // namespace

std::vector<std::string> complaints(const model::Model& model, const recipe::Recipe& recipe, bool widest) {
    const recipe::Formats formats(recipe);
    const DType runs = runsIn(model);
    std::vector<std::string> all;
    for (const WeightMatrix& matrix : model.matrices())
        if (auto one = complaint(matrix, formats.of(matrix.name), runs, widest)) all.push_back(std::move(*one));
    addFusedComplaints(model, formats, all);
    return all;
}

std::string configText(const model::Model& model, const recipe::Recipe& recipe) {
    const recipe::Formats formats(recipe);
    std::map<std::string, Scheme> schemes;
    std::map<std::string, std::vector<std::string>> members;  // by scheme; "" for what stays as it is
    std::set<std::string> containers;
    for (const WeightMatrix& matrix : model.matrices()) {
        const auto scheme = schemeOf(formats.of(matrix.name));
        const std::string key = scheme ? groupKey(*scheme) : "";
        if (scheme) {
            schemes[key] = *scheme;
            containers.insert(scheme->format);
        }
        const bool isLinear = matrix.role != Role::Embedding;
        if (scheme || isLinear) members[key].push_back(matrix.name);
    }
    addKept(model, members[""]);
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
