#include "core/model/families.hpp"

namespace dq::model {

namespace {

constexpr std::int64_t widest = 1 << 24;

void readQwenExperts(const ConfigReader& config, Architecture& a, bool normalised) {
    readExperts(config, a, config.flag("norm_topk_prob", normalised));
    a.experts.intermediate = config.count("moe_intermediate_size", widest);
}

void requireDenseWidth(const ConfigReader& config, const Architecture& a) {
    for (const BlockKind& kind : a.kinds)
        if (kind.feedForward == FeedForward::Dense && a.intermediate == 0)
            config.corrupt("\"intermediate_size\" is missing, and some blocks have no experts");
}

}  // namespace

void describeMixtral(const ConfigReader& config, Architecture& a) {
    readExperts(config, a, true);
    readCommon(config, a, {.context = 131072, .epsilon = 1e-5});
    a.experts.intermediate = config.count("intermediate_size", widest);
    a.window = windowOf(config, 0);
    if (a.window > 0)
        for (BlockKind& kind : a.kinds) kind.attention = Attention::Sliding;
    a.names.experts = "block_sparse_moe";
    a.names.expertGate = "w1";
    a.names.expertDown = "w2";
    a.names.expertUp = "w3";
}

void describeQwen2Moe(const ConfigReader& config, Architecture& a) {
    readQwenExperts(config, a, false);
    readCommon(config, a, {.context = 32768});
    requireDenseWidth(config, a);
    a.experts.sharedIntermediate = config.count("shared_expert_intermediate_size", widest);
    a.qkvBias = config.flag("qkv_bias", true);
    readQwenWindow(config, a);
}

void describeQwen3Moe(const ConfigReader& config, Architecture& a) {
    readQwenExperts(config, a, false);
    readCommon(config, a, {.context = 32768});
    requireDenseWidth(config, a);
    a.qkvBias = a.outputBias = config.flag("attention_bias", false);
    a.qkNorm = true;
    a.window = config.flag("use_sliding_window", false) ? windowOf(config, 4096) : 0;
    if (a.window > 0)
        for (BlockKind& kind : a.kinds) kind.attention = Attention::Sliding;
}

namespace {

void readDeltaRule(const ConfigReader& config, Architecture& a) {
    constexpr std::int64_t most = 1 << 16;
    a.delta = {.keyHeads = config.countOr("linear_num_key_heads", 16, most),
               .valueHeads = config.countOr("linear_num_value_heads", 32, most),
               .keyDim = config.countOr("linear_key_head_dim", 128, most),
               .valueDim = config.countOr("linear_value_head_dim", 128, most),
               .kernel = config.countOr("linear_conv_kernel_dim", 4, 1024)};
    if (a.delta.valueHeads % a.delta.keyHeads != 0)
        config.corrupt("linear_num_value_heads " + std::to_string(a.delta.valueHeads) + " is no multiple of linear_num_key_heads " +
                       std::to_string(a.delta.keyHeads));
}

/// Three blocks of linear attention, then one of gated full attention; norms are zero-centred.
void readHybrid(const ConfigReader& config, Architecture& a) {
    a.rotaryShare = 0.25;
    readDeltaRule(config, a);
    readCommon(config, a, {.headDim = 256, .context = 32768});
    a.norm = Norm::RmsZeroCentred;
    a.qkNorm = a.gatedAttention = true;
    a.qkvBias = a.outputBias = config.flag("attention_bias", false);
    readLayerTypes(
        config, a,
        [](std::int64_t block, std::int64_t period) { return (block + 1) % period ? Attention::Linear : Attention::Full; },
        config.countOr("full_attention_interval", 4, 10'000));
}

}  // namespace

void describeQwen3Next(const ConfigReader& config, Architecture& a) {
    readQwenExperts(config, a, true);
    a.experts.sharedIntermediate = config.count("shared_expert_intermediate_size", widest);
    readHybrid(config, a);
    requireDenseWidth(config, a);
    a.delta.fused = true;
}

void describeQwen35(const ConfigReader& config, Architecture& a) {
    readHybrid(config, a);
}

void describeQwen35Moe(const ConfigReader& config, Architecture& a) {
    readQwenExperts(config, a, true);
    a.experts.normalised = true;  // this family knows no other routing
    a.experts.sharedIntermediate = config.count("shared_expert_intermediate_size", widest);
    readHybrid(config, a);
    requireDenseWidth(config, a);
}

}  // namespace dq::model
