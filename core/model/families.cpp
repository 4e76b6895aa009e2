#include "core/model/families.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/config.hpp"

namespace dq::model {

namespace {

void describeLlama(const ConfigReader& config, Architecture& a) {
    readCommon(config, a);
    a.qkvBias = a.outputBias = config.flag("attention_bias", false);
    a.mlpBias = config.flag("mlp_bias", false);
}

void slideEverywhere(Architecture& a) {
    if (a.window > 0) a.kinds.assign(static_cast<std::size_t>(a.blocks), {Attention::Sliding, FeedForward::Dense});
}

void describeMistral(const ConfigReader& config, Architecture& a) {
    readCommon(config, a, {.context = 131072});
    a.window = windowOf(config, 4096);
    slideEverywhere(a);
}

void describeQwen2(const ConfigReader& config, Architecture& a) {
    readCommon(config, a, {.context = 32768});
    a.qkvBias = true;
    readQwenWindow(config, a);
}

void describeQwen3(const ConfigReader& config, Architecture& a) {
    readCommon(config, a, {.headDim = 128, .context = 32768});
    a.qkvBias = a.outputBias = config.flag("attention_bias", false);
    a.qkNorm = true;
    readQwenWindow(config, a);
}

void readGemma(const ConfigReader& config, Architecture& a) {
    config.requireOff("use_bidirectional_attention");
    a.norm = Norm::RmsZeroCentred;
    a.sandwich = true;
    a.qkvBias = a.outputBias = config.flag("attention_bias", false);
    a.embeddingScale = std::sqrt(static_cast<double>(a.hidden));
    a.queryScale = 1 / std::sqrt(config.numberOr("query_pre_attn_scalar", 256, 1e-6, 1e9));
    a.window = windowOf(config, 4096);
}

void describeGemma2(const ConfigReader& config, Architecture& a) {
    readCommon(config, a,
               {.headDim = 256, .context = 8192, .tied = true, .activation = "hidden_activation", .activationName = "gelu_pytorch_tanh"});
    readGemma(config, a);
    a.attentionCap = capOf(config, "attn_logit_softcapping", 50);
    a.logitCap = capOf(config, "final_logit_softcapping", 30);
    readLayerTypes(
        config, a, [](std::int64_t block, std::int64_t) { return block % 2 == 0 ? Attention::Sliding : Attention::Full; }, 2);
}

void describeGemma3(const ConfigReader& config, Architecture& a) {
    // the text part of a published wrapper leaves out what is as in the 4B model
    readCommon(config, a,
               {.heads = 8,
                .kvHeads = 4,
                .headDim = 256,
                .vocabulary = 262208,
                .context = 131072,
                .theta = 1e6,
                .tied = true,
                .activation = "hidden_activation",
                .activationName = "gelu_pytorch_tanh"});
    readGemma(config, a);
    a.qkNorm = true;
    a.attentionCap = capOf(config, "attn_logit_softcapping", 0);
    a.logitCap = capOf(config, "final_logit_softcapping", 0);
    a.slidingRope = readRope(config.object(), a, config.source(),
                             {.layers = "sliding_attention", .theta = config.numberOr("rope_local_base_freq", 10000, 1.0001, 1e15), .own = true});
    readLayerTypes(
        config, a,
        [](std::int64_t block, std::int64_t period) { return (block + 1) % period ? Attention::Sliding : Attention::Full; },
        config.countOr("sliding_window_pattern", 6, 10'000));
}

void describePhi3(const ConfigReader& config, Architecture& a) {
    a.rotaryShare = 1;
    readCommon(config, a, {.context = 4096, .epsilon = 1e-5});
    a.fusedQkv = a.fusedGateUp = true;
    a.window = windowOf(config, 0);
    slideEverywhere(a);
}

/// GPT-2 has names of its own for everything.
void describeGpt2(const ConfigReader& config, Architecture& a) {
    config.requireOff("scale_attn_by_inverse_layer_idx");
    config.requireOff("add_cross_attention");
    if (!config.flag("scale_attn_weights", true)) a.queryScale = 1;
    a.hidden = config.count("n_embd", 1 << 20);
    a.blocks = config.count("n_layer", 10'000);
    a.heads = a.kvHeads = config.count("n_head", 1 << 16);
    if (a.hidden % a.heads != 0)
        config.corrupt("n_embd " + std::to_string(a.hidden) + " is no multiple of n_head " + std::to_string(a.heads));
    a.headDim = a.hidden / a.heads;
    a.intermediate = config.countOr("n_inner", 4 * a.hidden, 1 << 24);
    a.vocabulary = config.count("vocab_size", 1 << 24);
    a.context = a.learnedPositions = config.countOr("n_positions", 1024, 1 << 24);
    a.norm = Norm::Layer;
    a.normEpsilon = config.numberOr("layer_norm_epsilon", 1e-5, 0, 1);
    a.activation = activationOf(config, "activation_function", "gelu_new");
    a.gatedMlp = false;
    a.fusedQkv = a.transposed = a.qkvBias = a.outputBias = a.mlpBias = true;
    a.tiedHead = config.flag("tie_word_embeddings", true);
    a.names.embedding = "wte";
    a.names.blocks = "h";
    a.names.norm = "ln_f";
    a.names.attention = "attn";
    a.names.qkv = "c_attn";
    a.names.o = "c_proj";
    a.names.up = "mlp.c_fc";
    a.names.down = "mlp.c_proj";
    a.names.inputNorm = "ln_1";
    a.names.postNorm = "ln_2";
}

constexpr std::array<Family, 14> families{{{"gemma2", describeGemma2},
                                           {"gemma3_text", describeGemma3},
                                           {"gpt2", describeGpt2},
                                           {"llama", describeLlama},
                                           {"mistral", describeMistral},
                                           {"mixtral", describeMixtral},
                                           {"phi3", describePhi3},
                                           {"qwen2", describeQwen2},
                                           {"qwen2_moe", describeQwen2Moe},
                                           {"qwen3", describeQwen3},
                                           {"qwen3_5_moe_text", describeQwen35Moe},
                                           {"qwen3_5_text", describeQwen35},
                                           {"qwen3_moe", describeQwen3Moe},
                                           {"qwen3_next", describeQwen3Next}}};

}  // namespace

const Family* familyOf(std::string_view type) {
    const auto found = std::ranges::find(families, type, &Family::type);
    return type.empty() || found == families.end() ? nullptr : &*found;
}

std::string familyNames() {
    std::string names;
    for (const Family& family : families) names += (names.empty() ? "" : ", ") + std::string(family.type);
    return names;
}

}  // namespace dq::model
