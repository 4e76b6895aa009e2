#include "core/checkpoint/gguf/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace dq::checkpoint::gguf {

namespace {

struct Part {
    std::string_view ours, theirs;
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

constexpr std::array inJointExperts{Part{"ffn_gate_up_exps", "experts.gate_up_proj"}, Part{"ffn_down_exps", "experts.down_proj"}};

template <std::size_t N>
std::optional<std::string_view> foundIn(const std::array<Part, N>& parts, std::string_view name) {
    const auto found = std::ranges::find(parts, name, &Part::ours);
    return found == parts.end() ? std::nullopt : std::optional(found->theirs);
}

std::optional<std::string_view> partOf(std::string_view name, std::string_view family, ExpertTensors experts) {
    if (family == "llama" && experts != ExpertTensors::None)
        if (const auto own = foundIn(ofMixtral, name)) return own;
    if (family.starts_with("gemma"))
        if (const auto own = foundIn(ofGemma, name)) return own;
    if (family == "phi3")
        if (const auto own = foundIn(ofPhi3, name)) return own;
    return foundIn(inBlock, name);
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

}  // namespace

bool isRopeFactor(std::string_view tensor) {
    return tensor == "rope_freqs.weight" || tensor == "rope_factors_long.weight" || tensor == "rope_factors_short.weight";
}

bool isJointStack(std::string_view tensor) {
    return tensor.ends_with(".ffn_gate_up_exps.weight");
}

std::optional<Place> placeOf(std::string_view tensor, std::string_view family, ExpertTensors experts) {
    const bool gemma = family.starts_with("gemma");
    if (const auto own = foundIn(outside, tensor)) return Place{.name = std::string(*own), .centred = gemma && tensor == "output_norm.weight"};
    const auto pieces = split(tensor);
    if (!pieces) return {};
    const std::string block = "model.layers." + std::string(pieces->block) + ".";
    if (experts == ExpertTensors::Joint)
        if (const auto joint = foundIn(inJointExperts, pieces->part))
            return Place{.name = block + (family == "llama" ? "block_sparse_moe." : "mlp.") + std::string(*joint)};
    const auto part = partOf(pieces->part, family, experts);
    if (!part) return {};
    Place place{.name = block + std::string(*part) + std::string(pieces->ending)};
    place.keys = pieces->part == "attn_k";
    place.rotated = family == "llama" && (place.keys || pieces->part == "attn_q");
    place.centred = gemma && pieces->part.ends_with("_norm");
    return place;
}

}  // namespace dq::checkpoint::gguf
