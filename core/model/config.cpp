#include "core/model/config.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace dq::model {

namespace {

using json::Json;

Error unsupported(std::string_view source, const std::string& sentence) {
    return {Kind::Unsupported, std::string(source) + ": " + sentence};
}

Error corrupt(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

constexpr const char* supported = "; supported is the Llama architecture (model_type \"llama\", LlamaForCausalLM)";

void requireLlama(const Json& config, std::string_view source) {
    const Json* const classes = json::present(config, "architectures");
    if (classes && !classes->is_array()) throw corrupt(source, "architectures must be a list, found " + json::shown(*classes));
    const bool causal = classes && std::find(classes->begin(), classes->end(), "LlamaForCausalLM") != classes->end();
    const std::string type = json::textOr(config, "model_type", causal ? "llama" : "", source);
    if (type != "llama") throw unsupported(source, "model_type \"" + json::excerpt(type) + "\" is not supported" + supported);
    if (classes && !classes->empty() && !causal)
        throw unsupported(source, "architectures " + json::shown(*classes) + " is not supported" + supported);
}

void requirePlainVariant(const Json& config, std::string_view source) {
    const std::string activation = json::textOr(config, "hidden_act", "silu", source);
    if (activation != "silu")
        throw unsupported(source, "hidden_act \"" + json::excerpt(activation) + "\" is not supported; silu is");
    if (json::present(config, "quantization_config"))
        throw unsupported(source, "the model is quantized already (quantization_config); give the original weights");
}

std::int64_t count(const Json& config, const char* key, std::int64_t most, std::string_view source) {
    const std::int64_t value = json::integer(config, key, source);
    within(static_cast<double>(value), 1, static_cast<double>(most), key, source);
    return value;
}

std::int64_t countOr(const Json& config, const char* key, std::int64_t fallback, std::int64_t most, std::string_view source) {
    return json::present(config, key) ? count(config, key, most, source) : fallback;
}

void readHeads(const Json& config, Architecture& a, std::string_view source) {
    a.heads = count(config, "num_attention_heads", 1 << 16, source);
    a.kvHeads = countOr(config, "num_key_value_heads", a.heads, 1 << 16, source);
    if (a.heads % a.kvHeads != 0)
        throw corrupt(source, "num_attention_heads " + std::to_string(a.heads) + " is no multiple of num_key_value_heads " +
                                  std::to_string(a.kvHeads));
    if (!json::present(config, "head_dim") && a.hidden % a.heads != 0)
        throw corrupt(source, "hidden_size " + std::to_string(a.hidden) + " is no multiple of num_attention_heads " +
                                  std::to_string(a.heads) + ", and head_dim is not given");
    a.headDim = countOr(config, "head_dim", a.hidden / a.heads, 1 << 16, source);
    if (a.headDim % 2 != 0) throw corrupt(source, "the head size " + std::to_string(a.headDim) + " must be even");
}

}  // namespace

namespace {

std::string plainly(double number) {
    const bool whole = number == std::floor(number) && std::fabs(number) < 1e15;
    return whole ? std::to_string(static_cast<std::int64_t>(number)) : Json(number).dump();
}

}  // namespace

double within(double value, double low, double high, const char* key, std::string_view source) {
    if (value >= low && value <= high) return value;
    throw corrupt(source, "\"" + std::string(key) + "\" is " + plainly(value) + "; from " + plainly(low) + " to " + plainly(high) +
                              " is possible");
}

Architecture readArchitecture(std::string_view configText, std::string_view source) {
    const Json config = json::parse(configText, source, {.bytes = 16u << 20, .values = 1'000'000});
    if (!config.is_object()) throw corrupt(source, "must hold a JSON object, found " + json::shown(config));
    requireLlama(config, source);
    requirePlainVariant(config, source);
    Architecture a;
    a.type = "llama";
    a.hidden = count(config, "hidden_size", 1 << 20, source);
    a.intermediate = count(config, "intermediate_size", 1 << 24, source);
    a.blocks = count(config, "num_hidden_layers", 10'000, source);
    a.vocabulary = count(config, "vocab_size", 1 << 24, source);
    a.context = countOr(config, "max_position_embeddings", 2048, 1'000'000'000'000, source);
    readHeads(config, a, source);
    a.normEpsilon = within(json::numberOr(config, "rms_norm_eps", 1e-6, source), 0, 1, "rms_norm_eps", source);
    a.tiedHead = json::boolOr(config, "tie_word_embeddings", false, source);
    a.attentionBias = json::boolOr(config, "attention_bias", false, source);
    a.mlpBias = json::boolOr(config, "mlp_bias", false, source);
    a.rope = readRope(config, a, source);
    return a;
}

}  // namespace dq::model
