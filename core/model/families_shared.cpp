#include <array>
#include <cmath>
#include <utility>

#include "core/model/config.hpp"
#include "core/model/families.hpp"

namespace dq::model {

namespace {

constexpr std::int64_t longestContext = 1'000'000'000'000;

std::int64_t countOrDefault(const ConfigReader& config, const char* key, std::int64_t fallback, std::int64_t most) {
    return fallback > 0 ? config.countOr(key, fallback, most) : config.count(key, most);
}

Attention attentionOf(const ConfigReader& config, const json::Json& name) {
    constexpr std::array<std::pair<const char*, Attention>, 3> known{{{"full_attention", Attention::Full},
                                                                      {"sliding_attention", Attention::Sliding},
                                                                      {"linear_attention", Attention::Linear}}};
    for (const auto& [word, attention] : known)
        if (name == word) return attention;
    config.unsupported("layer_types names " + json::shown(name) + "; full_attention, sliding_attention and linear_attention are supported");
}

/// Members by which blocks are picked: a list of their numbers.
bool lists(const json::Json* list, std::int64_t block) {
    if (!list || !list->is_array()) return false;
    for (const json::Json& one : *list)
        if (one.is_number_integer() && one == block) return true;
    return false;
}

}  // namespace

void readHeads(const ConfigReader& config, Architecture& a, const Defaults& defaults) {
    a.hidden = config.count("hidden_size", 1 << 20);
    a.heads = countOrDefault(config, "num_attention_heads", defaults.heads, 1 << 16);
    a.kvHeads = config.countOr("num_key_value_heads", defaults.kvHeads > 0 ? defaults.kvHeads : a.heads, 1 << 16);
    if (a.heads % a.kvHeads != 0)
        config.corrupt("num_attention_heads " + std::to_string(a.heads) + " is no multiple of num_key_value_heads " +
                       std::to_string(a.kvHeads));
    if (!config.has("head_dim") && defaults.headDim == 0 && a.hidden % a.heads != 0)
        config.corrupt("hidden_size " + std::to_string(a.hidden) + " is no multiple of num_attention_heads " + std::to_string(a.heads) +
                       ", and head_dim is not given");
    a.headDim = config.countOr("head_dim", defaults.headDim > 0 ? defaults.headDim : a.hidden / a.heads, 1 << 16);
    if (a.headDim % 2 != 0) config.corrupt("the head size " + std::to_string(a.headDim) + " must be even");
}

void readCommon(const ConfigReader& config, Architecture& a, const Defaults& defaults) {
    a.hidden = config.count("hidden_size", 1 << 20);
    // a model of nothing but experts need not say how wide a dense part would be
    a.intermediate = a.experts.count > 0 ? config.countOrZero("intermediate_size", 0, 1 << 24) : config.count("intermediate_size", 1 << 24);
    a.blocks = config.count("num_hidden_layers", 10'000);
    a.vocabulary = countOrDefault(config, "vocab_size", defaults.vocabulary, 1 << 24);
    a.context = config.countOr("max_position_embeddings", defaults.context, longestContext);
    readHeads(config, a, defaults);
    a.normEpsilon = config.numberOr("rms_norm_eps", defaults.epsilon, 0, 1);
    a.tiedHead = config.flag("tie_word_embeddings", defaults.tied);
    a.activation = activationOf(config, defaults.activation, defaults.activationName);
    readRotation(config, a, defaults.theta, a.rotaryShare);
}

Activation activationOf(const ConfigReader& config, const char* key, const char* fallback) {
    constexpr std::array<std::pair<const char*, Activation>, 6> known{{{"silu", Activation::Silu},
                                                                       {"swish", Activation::Silu},
                                                                       {"gelu", Activation::Gelu},
                                                                       {"gelu_new", Activation::GeluTanh},
                                                                       {"gelu_pytorch_tanh", Activation::GeluTanh},
                                                                       {"relu", Activation::Relu}}};
    const std::string name = config.textOr(key, fallback);
    for (const auto& [word, activation] : known)
        if (name == word) return activation;
    config.unsupported(std::string(key) + " \"" + json::excerpt(name) +
                       "\" is not supported; silu, gelu, gelu_new, gelu_pytorch_tanh and relu are");
}

void readRotation(const ConfigReader& config, Architecture& a, double theta, double partial) {
    a.rope = readRope(config.object(), a, config.source(), {.layers = "full_attention", .theta = theta});
    const double share = rotaryShare(config.object(), partial > 0 ? partial : 1, config.source());
    if (partial <= 0 && share != 1) config.unsupported("partial_rotary_factor other than 1 is not supported for model_type \"" + a.type + "\"");
    a.rotaryDim = static_cast<std::int64_t>(static_cast<double>(a.headDim) * share);
    if (a.rotaryDim < 2 || a.rotaryDim % 2 != 0)
        config.corrupt("partial_rotary_factor leaves " + std::to_string(a.rotaryDim) + " of a head's " + std::to_string(a.headDim) +
                       " numbers to rotate; an even number above 0 is needed");
    requireFits(a.rope, a.rotaryDim, config.source());
}

void readLayerTypes(const ConfigReader& config, Architecture& a, Attention (*pattern)(std::int64_t, std::int64_t), std::int64_t period) {
    const json::Json* const types = config.listOf("layer_types", a.blocks);
    if (a.kinds.empty()) a.kinds.resize(static_cast<std::size_t>(a.blocks));
    for (std::int64_t block = 0; block < a.blocks; ++block) {
        const auto at = static_cast<std::size_t>(block);
        a.kinds[at].attention = types ? attentionOf(config, (*types)[at]) : pattern(block, period);
        if (a.kinds[at].attention == Attention::Linear && a.delta.keyHeads == 0)
            config.unsupported("layer_types names linear_attention, which model_type \"" + a.type + "\" does not have");
        // without a window a sliding block sees everything
        if (a.kinds[at].attention == Attention::Sliding && a.window == 0) a.kinds[at].attention = Attention::Full;
    }
}

std::int64_t windowOf(const ConfigReader& config, std::int64_t fallback) {
    if (config.has("sliding_window")) return config.count("sliding_window", longestContext);
    return config.object().contains("sliding_window") ? 0 : fallback;
}

double capOf(const ConfigReader& config, const char* key, double fallback) {
    if (!config.has(key)) return config.object().contains(key) ? 0 : fallback;
    return config.numberOr(key, fallback, 1e-3, 1e9);
}

void readQwenWindow(const ConfigReader& config, Architecture& a) {
    a.window = config.flag("use_sliding_window", false) ? windowOf(config, 4096) : 0;
    readLayerTypes(
        config, a, [](std::int64_t block, std::int64_t first) { return block >= first ? Attention::Sliding : Attention::Full; },
        config.countOrZero("max_window_layers", 28, 10'000));
}

void readExperts(const ConfigReader& config, Architecture& a, bool normalised) {
    constexpr std::int64_t most = 1 << 16;
    a.experts.count = config.count(config.has("num_local_experts") ? "num_local_experts" : "num_experts", most);
    a.experts.perToken = config.count("num_experts_per_tok", most);
    if (a.experts.perToken > a.experts.count)
        config.corrupt("num_experts_per_tok " + std::to_string(a.experts.perToken) + " is more than the " +
                       std::to_string(a.experts.count) + " experts there are");
    a.experts.normalised = normalised;
    const std::int64_t blocks = config.count("num_hidden_layers", 10'000), step = config.countOr("decoder_sparse_step", 1, 10'000);
    const json::Json* const dense = json::present(config.object(), "mlp_only_layers");
    a.kinds.resize(static_cast<std::size_t>(blocks));
    for (std::int64_t block = 0; block < blocks; ++block)
        if ((block + 1) % step == 0 && !lists(dense, block)) a.kinds[static_cast<std::size_t>(block)].feedForward = FeedForward::Experts;
}

}  // namespace dq::model
