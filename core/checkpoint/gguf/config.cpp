#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/keys.hpp"
#include "core/checkpoint/gguf/names.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint::gguf {

namespace {

using json::Json;

const TensorInfo* infoOf(const Opened& opened, std::string_view name) {
    for (const Read& part : opened.parts)
        for (const TensorInfo& tensor : part.header.tensors)
            if (tensor.name == name) return &tensor;
    return nullptr;
}

/// A vector of F32, as a list of numbers.
Json numbersOf(const Opened& opened, std::string_view name) {
    for (const Read& part : opened.parts)
        for (std::size_t i = 0; i < part.header.tensors.size(); ++i) {
            if (part.header.tensors[i].name != name) continue;
            if (part.header.tensors[i].type != plainF32)
                throw Error(Kind::Unsupported, opened.source() + ": tensor " + std::string(name) + " must be of type F32");
            Json list = Json::array();
            for (std::size_t at = 0; at < part.data[i].size(); at += sizeof(float)) {
                float value = 0;
                std::memcpy(&value, part.data[i].data() + at, sizeof value);
                list.push_back(shortest(value));
            }
            return list;
        }
    throw Error(Kind::Corrupt, opened.source() + ": tensor " + std::string(name) + " is missing");
}

/// model_type and class of each family.
struct Kin {
    const char *family, *type, *name;
};
constexpr std::array kin{Kin{"llama", "llama", "LlamaForCausalLM"},          Kin{"qwen2", "qwen2", "Qwen2ForCausalLM"},
                         Kin{"qwen2moe", "qwen2_moe", "Qwen2MoeForCausalLM"}, Kin{"qwen3", "qwen3", "Qwen3ForCausalLM"},
                         Kin{"qwen3moe", "qwen3_moe", "Qwen3MoeForCausalLM"}, Kin{"gemma2", "gemma2", "Gemma2ForCausalLM"},
                         Kin{"gemma3", "gemma3_text", "Gemma3ForCausalLM"},   Kin{"phi3", "phi3", "Phi3ForCausalLM"},
                         Kin{"qwen3next", "qwen3_next", "Qwen3NextForCausalLM"}, Kin{"qwen35", "qwen3_5_text", "Qwen3_5ForCausalLM"},
                         Kin{"qwen35moe", "qwen3_5_moe_text", "Qwen3_5MoeForCausalLM"}, Kin{"gpt2", "gpt2", "GPT2LMHeadModel"}};

/// Puts config.json together, a few keys at a time.
class Writer {
public:
    explicit Writer(const Opened& opened) : opened_(opened), keys_(opened), family_(opened.family()), front_(family_ + ".") {
        experts_ = keys_.countOr(front_ + "expert_count", 0);
    }

    std::string text() {
        writeKind();
        writeVocabulary();
        writeTokens();
        if (family_ == "gpt2") {
            writeGpt2();
            return config_.dump(1) + "\n";
        }
        writeShape();
        writeExperts();
        writeRope();
        if (family_.starts_with("gemma")) writeGemma();
        if (isHybrid(family_)) writeLinear();
        return config_.dump(1) + "\n";
    }

private:
    [[noreturn]] void unsupported(const std::string& sentence) const { throw Error(Kind::Unsupported, opened_.source() + ": " + sentence); }

    void writeKind() {
        for (const Kin& one : kin) {
            if (family_ != one.family) continue;
            const bool mixtral = family_ == "llama" && experts_ > 0;
            config_["architectures"] = {mixtral ? "MixtralForCausalLM" : one.name};
            config_["model_type"] = mixtral ? "mixtral" : one.type;
        }
    }

    void writeVocabulary() {
        const TensorInfo* const embedding = infoOf(opened_, "token_embd.weight");
        if (!embedding || embedding->extents.size() != 2)
            throw Error(Kind::Corrupt, opened_.source() + ": the matrix token_embd.weight is missing");
        config_["vocab_size"] = embedding->extents[1];
        config_["tie_word_embeddings"] = infoOf(opened_, "output.weight") == nullptr;
        config_["torch_dtype"] = embedding->type == plainF32 ? "float32" : (typeName(embedding->type) == "F16" ? "float16" : "bfloat16");
    }

    void writeGpt2() {
        config_["n_embd"] = keys_.count("gpt2.embedding_length");
        config_["n_inner"] = keys_.count("gpt2.feed_forward_length");
        config_["n_layer"] = keys_.count("gpt2.block_count");
        config_["n_head"] = keys_.count("gpt2.attention.head_count");
        config_["n_positions"] = keys_.count("gpt2.context_length");
        config_["layer_norm_epsilon"] = epsilon("gpt2.attention.layer_norm_epsilon");
        config_["activation_function"] = "gelu_new";  // what llama.cpp computes
    }

    double epsilon(const std::string& key) const {
        const auto found = keys_.number(key);
        if (!found) throw keys_.wrong(key, "missing");
        return *found;
    }

    void writeShape() {
        const std::int64_t hidden = keys_.count(front_ + "embedding_length"), heads = keys_.count(front_ + "attention.head_count");
        if (heads == 0) throw keys_.wrong(front_ + "attention.head_count", "0");
        const std::int64_t headDim = keys_.countOr(front_ + "attention.key_length", hidden / heads);
        if (keys_.countOr(front_ + "attention.value_length", headDim) != headDim) unsupported("its keys and values have different lengths");
        config_["hidden_size"] = hidden;
        config_["intermediate_size"] = keys_.countOr(front_ + "feed_forward_length", 0);
        config_["num_hidden_layers"] = keys_.count(front_ + "block_count");
        config_["num_attention_heads"] = heads;
        config_["num_key_value_heads"] = keys_.countOr(front_ + "attention.head_count_kv", heads);
        config_["head_dim"] = headDim;
        config_["max_position_embeddings"] = keys_.count(front_ + "context_length");
        config_["rms_norm_eps"] = epsilon(front_ + "attention.layer_norm_rms_epsilon");
        if (family_ != "qwen2moe") config_["attention_bias"] = biasedQueries();
        config_["mlp_bias"] = infoOf(opened_, "blk.0.ffn_up.bias") != nullptr;
    }

    /// Of hybrids most blocks have no queries.
    bool biasedQueries() const {
        return std::ranges::any_of(opened_.parts, [](const Read& part) {
            return std::ranges::any_of(part.header.tensors, [](const TensorInfo& tensor) { return tensor.name.ends_with(".attn_q.bias"); });
        });
    }

    void writeLinear() {
        const LinearHeads heads = linearHeadsOf(keys_, family_);
        config_["linear_num_key_heads"] = heads.keyHeads;
        config_["linear_num_value_heads"] = heads.valueHeads;
        config_["linear_key_head_dim"] = heads.keyDim;
        config_["linear_value_head_dim"] = heads.valueDim;
        config_["linear_conv_kernel_dim"] = keys_.count(front_ + "ssm.conv_kernel");
        config_["full_attention_interval"] = keys_.countOr(front_ + "full_attention_interval", 4);
        if (const auto* const sections = keys_.list<std::vector<std::int32_t>>(front_ + "rope.dimension_sections"))
            config_["rope_parameters"]["mrope_section"] = *sections;
    }

    void writeExperts() {
        if (experts_ == 0) return;
        const bool mixtral = family_ == "llama";
        config_[mixtral ? "num_local_experts" : "num_experts"] = experts_;
        config_["num_experts_per_tok"] = keys_.count(front_ + "expert_used_count");
        if (mixtral) return;
        config_["moe_intermediate_size"] = keys_.count(front_ + "expert_feed_forward_length");
        config_["norm_topk_prob"] = family_ != "qwen2moe";  // what llama.cpp computes
        if (family_ != "qwen3moe") config_["shared_expert_intermediate_size"] = keys_.count(front_ + "expert_shared_feed_forward_length");
    }

    void writeRope() {
        Json rope{{"rope_type", "default"}, {"rope_theta", keys_.number(front_ + "rope.freq_base").value_or(10000)}};
        const std::int64_t headDim = config_["head_dim"].get<std::int64_t>();
        const std::int64_t rotated = keys_.countOr(front_ + "rope.dimension_count", headDim);
        if (rotated != headDim && family_ != "phi3" && !isHybrid(family_)) unsupported("rotates " + std::to_string(rotated) + " of a head's " + std::to_string(headDim) + " numbers");
        if (rotated != headDim) config_["partial_rotary_factor"] = static_cast<double>(rotated) / static_cast<double>(headDim);
        if (infoOf(opened_, "rope_factors_long.weight"))
            scaleBy(rope, "rope_factors_short.weight", "rope_factors_long.weight");
        else if (infoOf(opened_, "rope_freqs.weight"))
            scaleBy(rope, "rope_freqs.weight", "rope_freqs.weight");
        else
            scale(rope);
        if (family_ == "gemma3") {
            const double local = keys_.number(front_ + "rope.freq_base_swa").value_or(10000);
            config_["rope_parameters"] = {{"full_attention", rope}, {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", local}}}};
        } else {
            config_["rope_parameters"] = rope;
        }
    }

    /// A divisor for every frequency: what is left of any scaling once it is in the file.
    void scaleBy(Json& rope, const char* nearby, const char* far) {
        const std::int64_t context = config_["max_position_embeddings"].get<std::int64_t>();
        rope["rope_type"] = "longrope";
        rope["short_factor"] = numbersOf(opened_, nearby);
        rope["long_factor"] = numbersOf(opened_, far);
        rope["original_max_position_embeddings"] = keys_.countOr(front_ + "rope.scaling.original_context_length", context);
        rope["factor"] = 1.0;
        rope["attention_factor"] = keys_.number(front_ + "rope.scaling.attn_factor").value_or(1);
    }

    void scale(Json& rope) {
        const std::string kind = keys_.text(front_ + "rope.scaling.type").value_or("none");
        if (kind == "none") return;
        if (kind != "linear" && kind != "yarn") unsupported("its rope scaling \"" + json::excerpt(kind) + "\" is not read; linear and yarn are");
        for (const char* const key : {"rope.scaling.attn_factor", "rope.scaling.yarn_log_multiplier", "rope.scaling.yarn_ext_factor",
                                      "rope.scaling.yarn_attn_factor", "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow"})
            if (keys_.has(front_ + key)) unsupported("key " + front_ + key + " has no counterpart in config.json");
        rope["rope_type"] = kind;
        const auto factor = keys_.number(front_ + "rope.scaling.factor");
        if (!factor) throw keys_.wrong(front_ + "rope.scaling.factor", "missing");
        rope["factor"] = *factor;
        if (kind == "yarn") rope["original_max_position_embeddings"] = keys_.count(front_ + "rope.scaling.original_context_length");
    }

    void writeGemma() {
        const std::int64_t blocks = config_["num_hidden_layers"].get<std::int64_t>(), heads = config_["num_attention_heads"].get<std::int64_t>();
        const bool second = family_ == "gemma2", largest = blocks == (second ? 46 : 62);
        // In its largest models llama.cpp goes by the width of a head's share of the hidden state.
        config_["query_pre_attn_scalar"] = largest ? config_["hidden_size"].get<std::int64_t>() / heads : config_["head_dim"].get<std::int64_t>();
        config_["hidden_activation"] = "gelu_pytorch_tanh";
        config_["attn_logit_softcapping"] = second ? Json(keys_.number("gemma2.attn_logit_softcapping").value_or(50)) : Json();
        config_["final_logit_softcapping"] = second ? Json(keys_.number("gemma2.final_logit_softcapping").value_or(30)) : Json();
        if (const auto cap = keys_.number("gemma3.final_logit_softcapping")) config_["final_logit_softcapping"] = *cap;
        config_["sliding_window"] = keys_.has(front_ + "attention.sliding_window") ? Json(keys_.count(front_ + "attention.sliding_window")) : Json();
        const std::int64_t period = keys_.countOr(front_ + "attention.sliding_window_pattern", second ? 2 : 6);
        if (blocks > 10'000) throw keys_.wrong(front_ + "block_count", "above 10000");
        Json kinds = Json::array();
        for (std::int64_t block = 0; block < blocks; ++block)
            kinds.push_back(period == 0 || block % period < period - 1 ? "sliding_attention" : "full_attention");
        config_["layer_types"] = kinds;
    }

    void writeTokens() {
        for (const auto& [ours, theirs] : {std::pair{"bos", "bos"}, {"eos", "eos"}, {"pad", "padding"}}) {
            const std::string key = std::string("tokenizer.ggml.") + theirs + "_token_id";
            if (keys_.has(key)) config_[std::string(ours) + "_token_id"] = keys_.count(key);
        }
    }

    const Opened& opened_;
    Keys keys_;
    std::string family_, front_;
    std::int64_t experts_ = 0;
    Json config_ = Json::object();
};

}  // namespace

std::string configOf(const Opened& opened) {
    return Writer(opened).text();
}

}  // namespace dq::checkpoint::gguf
