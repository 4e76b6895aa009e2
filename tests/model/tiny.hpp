#pragma once

#include "core/json/json.hpp"
#include "tests/checkpoint/files.hpp"

#include <algorithm>

/// A complete Llama checkpoint of two blocks, to be spoiled by tests.
namespace dq::test {

struct TinyLlama {
    json::Json config = {{"model_type", "llama"},    {"architectures", {"LlamaForCausalLM"}}, {"hidden_size", 8},
                         {"intermediate_size", 12},  {"num_hidden_layers", 2},                {"num_attention_heads", 4},
                         {"num_key_value_heads", 2}, {"head_dim", 4},                         {"vocab_size", 10},
                         {"hidden_act", "silu"},     {"rms_norm_eps", 1e-5},                  {"max_position_embeddings", 64}};
    std::vector<Written> tensors;

    TinyLlama() {
        add("model.embed_tokens.weight", {10, 8});
        for (const std::string block : {"model.layers.0.", "model.layers.1."}) {
            add(block + "self_attn.q_proj.weight", {16, 8});
            add(block + "self_attn.k_proj.weight", {8, 8});
            add(block + "self_attn.v_proj.weight", {8, 8});
            add(block + "self_attn.o_proj.weight", {8, 16});
            add(block + "mlp.gate_proj.weight", {12, 8});
            add(block + "mlp.up_proj.weight", {12, 8});
            add(block + "mlp.down_proj.weight", {8, 12});
            add(block + "input_layernorm.weight", {8});
            add(block + "post_attention_layernorm.weight", {8});
        }
        add("model.norm.weight", {8});
        add("lm_head.weight", {10, 8});
    }

    void add(const std::string& name, const std::vector<std::int64_t>& shape, const std::string& dtype = "BF16") {
        std::size_t bytes = dtype == "BF16" || dtype == "F16" ? 2 : dtype == "F32" ? 4 : 8;
        for (const std::int64_t size : shape) bytes *= static_cast<std::size_t>(size);
        remove(name);
        tensors.push_back({name, dtype, shape, std::string(bytes, '\0')});
    }

    void remove(const std::string& name) {
        std::erase_if(tensors, [&](const Written& tensor) { return tensor.name == name; });
    }

    void write(const Folder& folder) const {
        folder.put("config.json", config.dump());
        folder.put("model.safetensors", safetensors(tensors));
    }
};

}  // namespace dq::test
