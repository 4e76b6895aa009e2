#include "core/export/gguf/metadata.hpp"

#include "core/base/error.hpp"
#include "core/base/version.hpp"

namespace dq::exporting::gguf {

namespace {

using json::Json;

std::optional<double> numberOf(const Json& config, const char* key) {
    const auto found = config.find(key);
    if (found == config.end() || !found->is_number()) return {};
    return found->get<double>();
}

std::uint32_t wholeOf(const Json& config, const char* key, double otherwise) {
    return static_cast<std::uint32_t>(numberOf(config, key).value_or(otherwise));
}

std::int64_t headSizeOf(const Json& config, const Family& family) {
    const double hidden = numberOf(config, "hidden_size").value_or(0);
    return static_cast<std::int64_t>(numberOf(config, "head_dim").value_or(hidden / static_cast<double>(family.heads)));
}

/// rope_scaling of older files, rope_parameters of newer ones.
Json ropeOf(const Json& config) {
    for (const char* key : {"rope_parameters", "rope_scaling"})
        if (config.contains(key) && config[key].is_object()) return config[key];
    return Json::object();
}

void addRopeScaling(std::vector<Entry>& entries, const Json& config, const std::string& prefix) {
    const Json rope = ropeOf(config);
    const std::string type = rope.value("rope_type", rope.value("type", std::string("default")));
    if (type != "linear" && type != "yarn") return;
    entries.push_back({prefix + "rope.scaling.type", type});
    entries.push_back({prefix + "rope.scaling.factor", static_cast<float>(numberOf(rope, "factor").value_or(1))});
    if (type == "yarn")
        entries.push_back({prefix + "rope.scaling.original_context_length",
                           wholeOf(rope, "original_max_position_embeddings",
                                   numberOf(config, "max_position_embeddings").value_or(0))});
}

float thetaOf(const Json& config) {
    const auto own = numberOf(config, "rope_theta");
    return static_cast<float>(own ? *own : numberOf(ropeOf(config), "rope_theta").value_or(10000));
}

}  // namespace

std::vector<Entry> modelEntries(const model::Model& model, const Json& config, const Family& family,
                                std::uint32_t fileType) {
    const std::string prefix = family.name + ".";
    const std::int64_t headSize = headSizeOf(config, family);
    std::vector<Entry> entries{
        {"general.architecture", family.name},
        {"general.type", std::string("model")},
        {"general.name", model.checkpoint().name()},
        {"general.quantized_by", std::string("DynaQuant ") + toolVersion},
        {"general.file_type", fileType},
        {"general.quantization_version", std::uint32_t{2}},
        {prefix + "block_count", wholeOf(config, "num_hidden_layers", 0)},
        {prefix + "context_length", wholeOf(config, "max_position_embeddings", 2048)},
        {prefix + "embedding_length", wholeOf(config, "hidden_size", 0)},
        {prefix + "feed_forward_length", wholeOf(config, "intermediate_size", 0)},
        {prefix + "attention.head_count", static_cast<std::uint32_t>(family.heads)},
        {prefix + "attention.head_count_kv", static_cast<std::uint32_t>(family.kvHeads)},
        {prefix + "attention.layer_norm_rms_epsilon",
         static_cast<float>(numberOf(config, "rms_norm_eps").value_or(1e-6))},
        {prefix + "attention.key_length", static_cast<std::uint32_t>(headSize)},
        {prefix + "attention.value_length", static_cast<std::uint32_t>(headSize)},
        {prefix + "rope.freq_base", thetaOf(config)},
        {prefix + "rope.dimension_count", static_cast<std::uint32_t>(headSize)},
        {prefix + "vocab_size", wholeOf(config, "vocab_size", 0)},
    };
    addRopeScaling(entries, config, prefix);
    return entries;
}

std::vector<float> ropeFactors(const model::Model& model, std::int64_t headSize) {
    const model::Rope& rope = model.architecture().rope;
    if (rope.scaling != model::Rope::Scaling::Llama3) return {};
    model::Rope plain;
    plain.theta = rope.theta;
    const auto scaled = rope.frequencies(headSize, 1).inverse, base = plain.frequencies(headSize, 1).inverse;
    std::vector<float> factors;
    for (std::size_t i = 0; i < base.size(); ++i)
        factors.push_back(static_cast<float>(base[i] / scaled[i]));
    return factors;
}

}  // namespace dq::exporting::gguf
