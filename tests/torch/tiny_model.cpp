#include "tests/torch/tiny_model.hpp"

#include <atomic>
#include <cstring>
#include <fstream>
#include <random>

#include <unistd.h>

namespace dq::test {

namespace {

/// Uniform numbers from an engine whose stream the standard fixes.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : engine_(seed) {}
    float around(float centre, float width) {
        return centre + width * static_cast<float>(static_cast<double>(engine_() >> 11) * 0x1p-52 - 1);
    }
    std::int32_t below(std::int64_t count) {
        return static_cast<std::int32_t>(engine_() % static_cast<std::uint64_t>(count));
    }

private:
    std::mt19937_64 engine_;
};

std::map<std::string, std::vector<std::int64_t>> shapes(const TinyConfig& c) {
    const std::int64_t queries = c.heads * c.headDim, keys = c.kvHeads * c.headDim;
    std::map<std::string, std::vector<std::int64_t>> shapes{
        {"model.embed_tokens.weight", {c.vocabulary, c.hidden}}, {"model.norm.weight", {c.hidden}}};
    if (!c.tied) shapes["lm_head.weight"] = {c.vocabulary, c.hidden};
    const auto add = [&](const std::string& name, std::int64_t rows, std::int64_t cols, bool bias) {
        shapes[name + ".weight"] = {rows, cols};
        if (bias) shapes[name + ".bias"] = {rows};
    };
    for (std::int64_t b = 0; b < c.blocks; ++b) {
        const std::string at = "model.layers." + std::to_string(b) + ".";
        shapes[at + "input_layernorm.weight"] = {c.hidden};
        shapes[at + "post_attention_layernorm.weight"] = {c.hidden};
        add(at + "self_attn.q_proj", queries, c.hidden, c.attentionBias);
        add(at + "self_attn.k_proj", keys, c.hidden, c.attentionBias);
        add(at + "self_attn.v_proj", keys, c.hidden, c.attentionBias);
        add(at + "self_attn.o_proj", c.hidden, queries, c.attentionBias);
        add(at + "mlp.gate_proj", c.intermediate, c.hidden, c.mlpBias);
        add(at + "mlp.up_proj", c.intermediate, c.hidden, c.mlpBias);
        add(at + "mlp.down_proj", c.hidden, c.intermediate, c.mlpBias);
    }
    return shapes;
}

std::string configText(const TinyConfig& c) {
    const auto field = [](const char* key, std::int64_t value) {
        return std::string("\"") + key + "\": " + std::to_string(value) + ", ";
    };
    const auto flag = [](const char* key, bool value) {
        return std::string("\"") + key + "\": " + (value ? "true, " : "false, ");
    };
    return "{\"architectures\": [\"LlamaForCausalLM\"], \"model_type\": \"llama\", \"hidden_act\": "
           "\"silu\", " +
           field("hidden_size", c.hidden) + field("intermediate_size", c.intermediate) +
           field("num_hidden_layers", c.blocks) + field("num_attention_heads", c.heads) +
           field("num_key_value_heads", c.kvHeads) + field("head_dim", c.headDim) +
           field("vocab_size", c.vocabulary) + field("max_position_embeddings", 64) +
           flag("tie_word_embeddings", c.tied) + flag("attention_bias", c.attentionBias) +
           flag("mlp_bias", c.mlpBias) + "\"rope_theta\": 10000.0, " + "\"rope_scaling\": " + c.ropeScaling +
           ", \"rms_norm_eps\": 1e-05}";
}

std::string header(const std::map<std::string, TinyTensor>& tensors) {
    std::string text = "{";
    std::size_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        const std::size_t end = offset + tensor.values.size() * sizeof(float);
        std::string shape;
        for (const std::int64_t size : tensor.shape)
            shape += (shape.empty() ? "" : ",") + std::to_string(size);
        text += (offset ? ",\"" : "\"") + name + "\":{\"dtype\":\"F32\",\"shape\":[" + shape +
                "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(end) + "]}";
        offset = end;
    }
    text += "}";
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

}  // namespace

TinyModel::TinyModel(const TinyConfig& config) : config_(config) {
    static std::atomic<int> count{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("dq-tiny-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    Numbers numbers(config.seed);
    for (const auto& [name, shape] : shapes(config)) {
        TinyTensor tensor{shape, {}};
        std::int64_t size = 1;
        for (const std::int64_t side : shape)
            size *= side;
        const bool norm = name.find("norm") != std::string::npos;
        for (std::int64_t i = 0; i < size; ++i)
            tensor.values.push_back(norm ? numbers.around(1, 0.3f) : numbers.around(0, 0.6f));
        tensors_[name] = std::move(tensor);
    }
}

TinyModel::~TinyModel() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::shared_ptr<const model::Model> TinyModel::open() const {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "config.json") << configText(config_);
    std::ofstream file(folder_ / "model.safetensors", std::ios::binary);
    const std::string head = header(tensors_);
    const std::uint64_t length = head.size();
    char bytes[8];
    std::memcpy(bytes, &length, 8);
    file.write(bytes, 8);
    file << head;
    for (const auto& [name, tensor] : tensors_)
        for (const float value : tensor.values) {
            char four[4];
            std::memcpy(four, &value, 4);
            file.write(four, 4);
        }
    file.close();
    return model::Model::open(folder_);
}

text::Samples randomSamples(const std::vector<std::size_t>& lengths, std::int64_t vocabulary,
                            std::uint64_t seed) {
    Numbers numbers(seed);
    text::Samples samples;
    samples.source = "random";
    for (const std::size_t length : lengths) {
        text::Sample sample;
        for (std::size_t i = 0; i < length; ++i)
            sample.push_back(numbers.below(vocabulary));
        samples.sequences.push_back(sample);
    }
    return samples;
}

}  // namespace dq::test
