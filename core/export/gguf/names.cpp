#include "core/export/gguf/names.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"

namespace dq::exporting::gguf {

namespace {

using model::Piece;
using model::Role;

constexpr std::array families{std::pair{"llama", "llama"},          std::pair{"mistral", "llama"},
                              std::pair{"mixtral", "llama"},        std::pair{"qwen2", "qwen2"},
                              std::pair{"qwen3", "qwen3"},          std::pair{"qwen2_moe", "qwen2moe"},
                              std::pair{"qwen3_moe", "qwen3moe"},   std::pair{"qwen3_next", "qwen3next"},
                              std::pair{"qwen3_5", "qwen35"},       std::pair{"qwen3_5_text", "qwen35"},
                              std::pair{"qwen3_5_moe", "qwen35moe"}, std::pair{"qwen3_5_moe_text", "qwen35moe"},
                              std::pair{"gemma2", "gemma2"},        std::pair{"gemma3", "gemma3"},
                              std::pair{"gemma3_text", "gemma3"},   std::pair{"phi3", "phi3"},
                              std::pair{"gpt2", "gpt2"}};

const char* nameOf(Role role) {
    switch (role) {
        case Role::Embedding: return "token_embd";
        case Role::Head: return "output";
        case Role::Q: return "attn_q";
        case Role::K: return "attn_k";
        case Role::V: return "attn_v";
        case Role::Qkv:
        case Role::LinearQkv:
        case Role::LinearQkvz: return "attn_qkv";
        case Role::O: return "attn_output";
        case Role::Gate: return "ffn_gate";
        case Role::Up:
        case Role::GateUp: return "ffn_up";
        case Role::Down: return "ffn_down";
        case Role::ExpertGate: return "ffn_gate_exps";
        case Role::ExpertUp: return "ffn_up_exps";
        case Role::ExpertGateUp: return "ffn_gate_up_exps";
        case Role::ExpertDown: return "ffn_down_exps";
        case Role::SharedGate: return "ffn_gate_shexp";
        case Role::SharedUp: return "ffn_up_shexp";
        case Role::SharedDown: return "ffn_down_shexp";
        case Role::LinearZ: return "attn_gate";
        case Role::LinearB: return "ssm_beta";
        case Role::LinearA: return "ssm_alpha";
        case Role::LinearBa: return "ssm_ba";
        case Role::LinearOut: return "ssm_out";
        case Role::Other: break;
    }
    return nullptr;
}

/// Of families whose feed-forward part has a norm of its own before it, or none between it and attention's.
bool postNormIsAttentions(const model::Architecture& a) {
    return a.sandwich || a.type == "qwen3_next" || a.type.starts_with("qwen3_5");
}

const char* nameOf(Piece piece, const model::Architecture& a) {
    switch (piece) {
        case Piece::InputNorm: return "attn_norm.weight";
        case Piece::InputNormBias: return "attn_norm.bias";
        case Piece::PostNorm: return postNormIsAttentions(a) ? "post_attention_norm.weight" : "ffn_norm.weight";
        case Piece::PostNormBias: return "ffn_norm.bias";
        case Piece::BeforeMlpNorm: return "ffn_norm.weight";
        case Piece::AfterMlpNorm: return "post_ffw_norm.weight";
        case Piece::QNorm: return "attn_q_norm.weight";
        case Piece::KNorm: return "attn_k_norm.weight";
        case Piece::Router: return "ffn_gate_inp.weight";
        case Piece::SharedGate: return "ffn_gate_inp_shexp.weight";
        case Piece::Convolution: return "ssm_conv1d.weight";
        case Piece::StepBias: return "ssm_dt.bias";
        case Piece::DecayLog: return "ssm_a";
        case Piece::DeltaNorm: return "ssm_norm.weight";
        case Piece::FinalNorm: return "output_norm.weight";
        case Piece::FinalNormBias: return "output_norm.bias";
        case Piece::Positions: return "position_embd.weight";
        case Piece::Bias: break;
    }
    return nullptr;
}

std::string inBlock(int block, const std::string& name) {
    return block < 0 ? name : "blk." + std::to_string(block) + "." + name;
}

}  // namespace

std::optional<std::string> familyOf(const model::Architecture& architecture) {
    for (const auto& [theirs, ours] : families)
        if (architecture.type == theirs) return ours;
    return {};
}

std::string requiredFamily(const model::Architecture& architecture, std::string_view source) {
    if (auto name = familyOf(architecture); name && architecture.runnable()) return *name;
    std::string known;
    for (const auto& [theirs, ours] : families)
        known += (known.empty() ? "" : ", ") + std::string(theirs);
    throw Error(Kind::Unsupported, std::string(source) + ": GGUF is written for " + known + ", not for \"" +
                                       architecture.type.substr(0, 40) + "\"");
}

std::optional<std::string> ggufName(const model::WeightMatrix& matrix) {
    const char* const name = nameOf(matrix.role);
    if (!name) return {};
    return inBlock(matrix.block, name + std::string(".weight"));
}

std::optional<std::string> ggufName(const model::Model& model, const model::Needed& piece) {
    if (const char* const name = nameOf(piece.piece, model.architecture())) return inBlock(piece.block, name);
    const auto matrices = model.matrices();
    const auto owner = std::ranges::find(matrices, piece.tensor, &model::WeightMatrix::bias);
    if (owner == matrices.end()) return {};
    return inBlock(owner->block, nameOf(owner->role) + std::string(".bias"));
}

bool isOutsideText(std::string_view tensor) {
    constexpr std::array marks{"vision_tower.", "vision_model.", "visual.", "multi_modal_projector.", "mtp."};
    return std::ranges::any_of(marks, [tensor](std::string_view mark) {
        const std::size_t at = tensor.find(mark);
        return at == 0 || (at != std::string_view::npos && tensor[at - 1] == '.');
    });
}

}  // namespace dq::exporting::gguf
