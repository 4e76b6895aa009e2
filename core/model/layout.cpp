#include "core/model/layout.hpp"

#include <array>

namespace dq::model {

namespace {

struct Part {
    Role role;
    const char* name;  // inside the block
    std::int64_t rows, cols;
    bool bias;
};

std::array<Part, 7> partsOf(const Architecture& a) {
    const std::int64_t queries = a.heads * a.headDim, keys = a.kvHeads * a.headDim;
    return {{{Role::Q, "self_attn.q_proj", queries, a.hidden, a.attentionBias},
             {Role::K, "self_attn.k_proj", keys, a.hidden, a.attentionBias},
             {Role::V, "self_attn.v_proj", keys, a.hidden, a.attentionBias},
             {Role::O, "self_attn.o_proj", a.hidden, queries, a.attentionBias},
             {Role::Gate, "mlp.gate_proj", a.intermediate, a.hidden, a.mlpBias},
             {Role::Up, "mlp.up_proj", a.intermediate, a.hidden, a.mlpBias},
             {Role::Down, "mlp.down_proj", a.hidden, a.intermediate, a.mlpBias}}};
}

void addMatrix(Layout& layout, const std::string& name, Role role, int block, std::int64_t rows, std::int64_t cols) {
    layout.matrices.push_back({name, name + ".weight", role, block, rows, cols});
}

}  // namespace

Layout layoutOf(const Architecture& a) {
    Layout layout;
    const auto parts = partsOf(a);
    addMatrix(layout, "model.embed_tokens", Role::Embedding, -1, a.vocabulary, a.hidden);
    for (std::int64_t block = 0; block < a.blocks; ++block) {
        const std::string prefix = "model.layers." + std::to_string(block) + ".";
        for (const Part& part : parts) {
            addMatrix(layout, prefix + part.name, part.role, static_cast<int>(block), part.rows, part.cols);
            if (part.bias) layout.others.push_back({prefix + part.name + ".bias", {part.rows}});
        }
        layout.others.push_back({prefix + "input_layernorm.weight", {a.hidden}});
        layout.others.push_back({prefix + "post_attention_layernorm.weight", {a.hidden}});
    }
    layout.others.push_back({"model.norm.weight", {a.hidden}});
    if (!a.tiedHead) addMatrix(layout, "lm_head", Role::Head, -1, a.vocabulary, a.hidden);
    return layout;
}

}  // namespace dq::model
