#pragma once

#include <bit>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/base/atomic_file.hpp"
#include "core/base/dtype.hpp"
#include "core/json/json.hpp"

/// A Llama checkpoint of a few thousand random weights, written by the tests themselves.
namespace dq::test {

struct TinyTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};
using TinyTensors = std::map<std::string, TinyTensor>;

inline const char* tinyConfig =
    R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 24, "intermediate_size": 40,
 "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 12, "vocab_size": 19,
 "max_position_embeddings": 64, "rms_norm_eps": 1e-05, "tie_word_embeddings": false, "hidden_act": "silu"})";

inline TinyTensors tinyTensors(unsigned seed = 1) {
    TinyTensors tensors;
    std::mt19937 random(seed);
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape, float middle) {
        TinyTensor tensor{shape, {}};
        std::int64_t count = 1;
        for (const std::int64_t extent : shape)
            count *= extent;
        for (std::int64_t i = 0; i < count; ++i)
            tensor.values.push_back(middle + (static_cast<float>(random() % 20001) - 10000.0f) / 100000.0f);
        tensors[name] = tensor;
    };
    add("model.embed_tokens.weight", {19, 24}, 0);
    for (const std::string block : {"model.layers.0.", "model.layers.1."}) {
        add(block + "self_attn.q_proj.weight", {24, 24}, 0);
        add(block + "self_attn.k_proj.weight", {12, 24}, 0);
        add(block + "self_attn.v_proj.weight", {12, 24}, 0);
        add(block + "self_attn.o_proj.weight", {24, 24}, 0);
        add(block + "mlp.gate_proj.weight", {40, 24}, 0);
        add(block + "mlp.up_proj.weight", {40, 24}, 0);
        add(block + "mlp.down_proj.weight", {24, 40}, 0);
        add(block + "input_layernorm.weight", {24}, 1);
        add(block + "post_attention_layernorm.weight", {24}, 1);
    }
    add("model.norm.weight", {24}, 1);
    add("lm_head.weight", {19, 24}, 0);
    return tensors;
}

inline void writeTinyModel(const std::filesystem::path& folder, const TinyTensors& tensors,
                           DType type = DType::BF16) {
    json::Json header = json::Json::object();
    std::string data;
    for (const auto& [name, tensor] : tensors) {
        const std::size_t begin = data.size();
        for (const float value : tensor.values) {
            const std::uint16_t half = toBf16(value);
            data.append(type == DType::BF16 ? reinterpret_cast<const char*>(&half)
                                            : reinterpret_cast<const char*>(&value),
                        type == DType::BF16 ? 2 : 4);
        }
        header[name] = {{"dtype", std::string(dtypeName(type))},
                        {"shape", tensor.shape},
                        {"data_offsets", {begin, data.size()}}};
    }
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    std::string file(reinterpret_cast<const char*>(&length), 8);
    std::filesystem::create_directories(folder);
    writeFile(folder / "model.safetensors", file + text + data);
    writeFile(folder / "config.json", tinyConfig);
    writeFile(folder / "tokenizer.json", "{\"version\": \"1.0\"}");
}

}  // namespace dq::test
