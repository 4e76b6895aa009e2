#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/rope.hpp"

namespace dq::model {

enum class Norm { Rms, RmsZeroCentred, Layer };  // x/rms w; x/rms (1 + w); (x - mean)/deviation w + b
enum class Activation { Silu, Gelu, GeluTanh, Relu };
enum class Attention { Full, Sliding, Linear };  // Linear: the gated delta rule
enum class FeedForward { Dense, Experts };

struct BlockKind {
    Attention attention = Attention::Full;
    FeedForward feedForward = FeedForward::Dense;
};

/// A mixture of experts: each token is sent to `perToken` of `count` gated feed-forward parts, and to a shared one where there is one.
struct Experts {
    std::int64_t count = 0, perToken = 0, intermediate = 0;
    std::int64_t sharedIntermediate = 0;  // 0: no shared expert
    bool normalised = true;               // the weights of the chosen ones add up to 1
};

/// Linear attention with the gated delta rule behind a short convolution.
struct DeltaRule {
    std::int64_t keyHeads = 0, valueHeads = 0, keyDim = 0, valueDim = 0, kernel = 0;
    bool fused = false;  // one projection for q, k, v, z and one for b, a (qwen3_next), else four

    std::int64_t keys() const { return keyHeads * keyDim; }
    std::int64_t values() const { return valueHeads * valueDim; }
};

/// How the tensors of a family are called.
struct Names {
    std::string embedding = "embed_tokens", blocks = "layers", norm = "norm", head = "lm_head";
    std::string attention = "self_attn", experts = "mlp";
    std::string q = "q_proj", k = "k_proj", v = "v_proj", o = "o_proj", qkv = "qkv_proj";
    std::string gate = "mlp.gate_proj", up = "mlp.up_proj", down = "mlp.down_proj", gateUp = "mlp.gate_up_proj";
    std::string inputNorm = "input_layernorm", postNorm = "post_attention_layernorm";
    std::string expertGate = "gate_proj", expertUp = "up_proj", expertDown = "down_proj";
};

/// A decoder as config.json describes it: what one forward pass (core/torch) needs to know, and nothing about weights.
struct Architecture {
    std::string type;          // config.json's model_type: "llama"
    std::string notRunnable;   // why the model cannot be run, as part of a sentence; empty where it can
    std::int64_t hidden = 0, intermediate = 0, blocks = 0, heads = 0, kvHeads = 0, headDim = 0, vocabulary = 0;
    std::int64_t context = 0;  // max_position_embeddings
    std::vector<BlockKind> kinds;  // of each block; empty: all the same, full and dense

    Norm norm = Norm::Rms;
    double normEpsilon = 1e-6;
    bool sandwich = false;     // each part's output is normalised too before it is added (gemma)
    bool qkNorm = false;       // q and k are normalised per head
    bool qkvBias = false, outputBias = false, mlpBias = false;
    bool fusedQkv = false, fusedGateUp = false;
    bool transposed = false;   // products are stored [in, out]
    bool gatedAttention = false;  // q brings a gate for the attention's output
    bool gatedMlp = true;
    Activation activation = Activation::Silu;

    std::optional<double> queryScale;  // instead of 1/sqrt(headDim)
    double attentionCap = 0, logitCap = 0;  // cap tanh(x / cap); 0: none
    double embeddingScale = 1;
    std::int64_t window = 0;           // of sliding attention: how far back a query sees, itself included
    std::int64_t learnedPositions = 0; // rows of a position embedding; 0: rotary
    double rotaryShare = 0;            // what the family rotates of a head where the file is silent; 0: whole heads only
    std::int64_t rotaryDim = 0;        // how much of a head is rotated; 0: all
    Rope rope;
    std::optional<Rope> slidingRope;   // of sliding blocks where they differ
    Experts experts;
    DeltaRule delta;
    bool tiedHead = false;
    Names names;

    bool runnable() const { return notRunnable.empty(); }
    BlockKind kind(std::int64_t block) const { return kinds.empty() ? BlockKind{} : kinds.at(static_cast<std::size_t>(block)); }
    std::int64_t rotated() const { return rotaryDim ? rotaryDim : headDim; }
    /// The rotation of a position depends on how long its sequence is.
    bool dependsOnLength() const { return rope.dependsOnLength() || (slidingRope && slidingRope->dependsOnLength()); }
};

}  // namespace dq::model
