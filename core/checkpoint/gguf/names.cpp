#include "core/checkpoint/gguf/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace dq::checkpoint::gguf {

namespace {

struct Part {
    std::string_view ours, theirs;
    Form form = Form::Plain;
};

constexpr std::array outside{Part{"token_embd.weight", "model.embed_tokens.weight"}, Part{"output_norm.weight", "model.norm.weight"},
                             Part{"output.weight", "lm_head.weight"}};

constexpr std::array inBlock{Part{"attn_norm", "input_layernorm"},
                             Part{"attn_q", "self_attn.q_proj"},
                             Part{"attn_k", "self_attn.k_proj"},
                             Part{"attn_v", "self_attn.v_proj"},
                             Part{"attn_qkv", "self_attn.qkv_proj"},
                             Part{"attn_output", "self_attn.o_proj"},
                             Part{"attn_q_norm", "self_attn.q_norm"},
                             Part{"attn_k_norm", "self_attn.k_norm"},
                             Part{"ffn_norm", "post_attention_layernorm"},
                             Part{"ffn_gate", "mlp.gate_proj"},
                             Part{"ffn_up", "mlp.up_proj"},
                             Part{"ffn_down", "mlp.down_proj"},
                             Part{"ffn_gate_inp", "mlp.gate"},
                             Part{"ffn_gate_exps", "mlp.experts.#.gate_proj"},
                             Part{"ffn_up_exps", "mlp.experts.#.up_proj"},
                             Part{"ffn_down_exps", "mlp.experts.#.down_proj"},
                             Part{"ffn_gate_inp_shexp", "mlp.shared_expert_gate"},
                             Part{"ffn_gate_shexp", "mlp.shared_expert.gate_proj"},
                             Part{"ffn_up_shexp", "mlp.shared_expert.up_proj"},
                             Part{"ffn_down_shexp", "mlp.shared_expert.down_proj"}};

/// Where a family differs from the table above.
constexpr std::array ofMixtral{Part{"ffn_gate_inp", "block_sparse_moe.gate"}, Part{"ffn_gate_exps", "block_sparse_moe.experts.#.w1"},
                               Part{"ffn_up_exps", "block_sparse_moe.experts.#.w3"}, Part{"ffn_down_exps", "block_sparse_moe.experts.#.w2"}};
constexpr std::array ofGemma{Part{"ffn_norm", "pre_feedforward_layernorm"}, Part{"post_attention_norm", "post_attention_layernorm"},
                             Part{"post_ffw_norm", "post_feedforward_layernorm"}};
constexpr std::array ofPhi3{Part{"ffn_up", "mlp.gate_up_proj"}};

/// qwen3_next and qwen3_5: most blocks attend linearly.
constexpr std::array ofHybrids{Part{"post_attention_norm", "post_attention_layernorm"},
                               Part{"attn_qkv", "linear_attn.in_proj_qkv", Form::Qkv},
                               Part{"attn_gate", "linear_attn.in_proj_z", Form::Values},
                               Part{"ssm_beta", "linear_attn.in_proj_b", Form::Heads},
                               Part{"ssm_alpha", "linear_attn.in_proj_a", Form::Heads},
                               Part{"ssm_ba", "linear_attn.in_proj_ba"},
                               Part{"ssm_in", "linear_attn.in_proj_qkvz"},  // as older files have it
                               Part{"ssm_out", "linear_attn.out_proj", Form::Columns},
                               Part{"ssm_conv1d", "linear_attn.conv1d", Form::Convolution},
                               Part{"ssm_norm", "linear_attn.norm"}};
constexpr std::array ofNext{Part{"attn_qkv", "linear_attn.in_proj_qkvz", Form::JointQkv},
                            Part{"attn_gate", "linear_attn.in_proj_qkvz", Form::JointValues}};
/// Whole names behind the block, of tensors that end in neither .weight nor .bias here or there.
constexpr std::array bareOfHybrids{Part{"ssm_dt.bias", "linear_attn.dt_bias", Form::Heads},
                                   Part{"ssm_a", "linear_attn.A_log", Form::DecayLog}};

constexpr std::array outsideGpt2{Part{"token_embd.weight", "transformer.wte.weight"}, Part{"position_embd.weight", "transformer.wpe.weight"},
                                 Part{"output_norm.weight", "transformer.ln_f.weight"}, Part{"output_norm.bias", "transformer.ln_f.bias"},
                                 Part{"output.weight", "lm_head.weight"}};
constexpr std::array ofGpt2{Part{"attn_norm", "ln_1"},
                            Part{"attn_qkv", "attn.c_attn", Form::Turned},
                            Part{"attn_output", "attn.c_proj", Form::Turned},
                            Part{"ffn_norm", "ln_2"},
                            Part{"ffn_up", "mlp.c_fc", Form::Turned},
                            Part{"ffn_down", "mlp.c_proj", Form::Turned}};

constexpr std::array inJointExperts{Part{"ffn_gate_up_exps", "experts.gate_up_proj"}, Part{"ffn_down_exps", "experts.down_proj"}};

template <std::size_t N>
const Part* foundIn(const std::array<Part, N>& parts, std::string_view name) {
    const auto found = std::ranges::find(parts, name, &Part::ours);
    return found == parts.end() ? nullptr : &*found;
}

const Part* partOf(std::string_view name, std::string_view family, ExpertTensors experts) {
    const Part* own = nullptr;
    if (family == "gpt2") return foundIn(ofGpt2, name);
    if (family == "llama" && experts != ExpertTensors::None) own = foundIn(ofMixtral, name);
    if (family.starts_with("gemma")) own = foundIn(ofGemma, name);
    if (family == "phi3") own = foundIn(ofPhi3, name);
    if (family == "qwen3next") own = foundIn(ofNext, name);
    if (!own && isHybrid(family)) own = foundIn(ofHybrids, name);
    return own ? own : foundIn(inBlock, name);
}

/// "blk.12.attn_q.weight" in its pieces.
struct InBlock {
    std::string_view block, part, ending;
};

std::optional<InBlock> split(std::string_view tensor) {
    constexpr std::string_view front = "blk.";
    if (!tensor.starts_with(front)) return {};
    tensor.remove_prefix(front.size());
    const std::size_t first = tensor.find('.'), last = tensor.rfind('.');
    if (first == 0 || first == std::string_view::npos || first == last || first > 6) return {};
    const std::string_view block = tensor.substr(0, first);
    if (!std::ranges::all_of(block, [](unsigned char c) { return std::isdigit(c) != 0; })) return {};
    const std::string_view ending = tensor.substr(last);
    if (ending != ".weight" && ending != ".bias") return {};
    return InBlock{block, tensor.substr(first + 1, last - first - 1), ending};
}

/// A norm that the checkpoint holds less one.
bool isCentred(std::string_view family, std::string_view part) {
    return (family.starts_with("gemma") || isHybrid(family)) && part.ends_with("_norm") && part != "ssm_norm";
}

Form formOf(const Part& part, std::string_view family, const InBlock& pieces) {
    if (isCentred(family, pieces.part)) return Form::Centred;
    if (family == "llama" && pieces.part == "attn_q") return Form::Queries;
    if (family == "llama" && pieces.part == "attn_k") return Form::Keys;
    return part.form == Form::Turned && pieces.ending == ".bias" ? Form::Plain : part.form;
}

/// "blk.3.ssm_a", which split() has no ending for.
std::optional<Place> bareOf(std::string_view tensor) {
    constexpr std::string_view front = "blk.";
    if (!tensor.starts_with(front)) return {};
    const std::size_t dot = tensor.find('.', front.size());
    if (dot == std::string_view::npos) return {};
    const Part* const part = foundIn(bareOfHybrids, tensor.substr(dot + 1));
    if (!part) return {};
    return Place{"model.layers." + std::string(tensor.substr(front.size(), dot + 1 - front.size())) + std::string(part->theirs), part->form};
}

}  // namespace

bool isHybrid(std::string_view family) {
    return family == "qwen3next" || family == "qwen35" || family == "qwen35moe";
}

bool isRopeFactor(std::string_view tensor) {
    return tensor == "rope_freqs.weight" || tensor == "rope_factors_long.weight" || tensor == "rope_factors_short.weight";
}

bool isJointStack(std::string_view tensor) {
    return tensor.ends_with(".ffn_gate_up_exps.weight");
}

std::optional<Place> placeOf(std::string_view tensor, std::string_view family, ExpertTensors experts) {
    const bool gpt2 = family == "gpt2";
    if (const Part* const own = gpt2 ? foundIn(outsideGpt2, tensor) : foundIn(outside, tensor))
        return Place{std::string(own->theirs), tensor == "output_norm.weight" && isCentred(family, "output_norm") ? Form::Centred : Form::Plain};
    if (isHybrid(family))
        if (auto bare = bareOf(tensor)) return bare;
    const auto pieces = split(tensor);
    if (!pieces) return {};
    const std::string block = (gpt2 ? "transformer.h." : "model.layers.") + std::string(pieces->block) + ".";
    if (experts == ExpertTensors::Joint)
        if (const Part* const joint = foundIn(inJointExperts, pieces->part))
            return Place{block + (family == "llama" ? "block_sparse_moe." : "mlp.") + std::string(joint->theirs)};
    const Part* const part = partOf(pieces->part, family, experts);
    if (!part) return {};
    return Place{block + std::string(part->theirs) + std::string(pieces->ending), formOf(*part, family, *pieces)};
}

}  // namespace dq::checkpoint::gguf
