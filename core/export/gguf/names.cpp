#include "core/export/gguf/names.hpp"

#include <array>
#include <utility>

#include "core/base/error.hpp"

namespace dq::exporting::gguf {

namespace {

constexpr std::array outside{std::pair{"model.embed_tokens.weight", "token_embd.weight"},
                             std::pair{"model.norm.weight", "output_norm.weight"},
                             std::pair{"lm_head.weight", "output.weight"}};

constexpr std::array inBlock{std::pair{"input_layernorm", "attn_norm"},
                             std::pair{"self_attn.q_proj", "attn_q"},
                             std::pair{"self_attn.k_proj", "attn_k"},
                             std::pair{"self_attn.v_proj", "attn_v"},
                             std::pair{"self_attn.o_proj", "attn_output"},
                             std::pair{"self_attn.q_norm", "attn_q_norm"},
                             std::pair{"self_attn.k_norm", "attn_k_norm"},
                             std::pair{"post_attention_layernorm", "ffn_norm"},
                             std::pair{"mlp.gate_proj", "ffn_gate"},
                             std::pair{"mlp.up_proj", "ffn_up"},
                             std::pair{"mlp.down_proj", "ffn_down"}};

std::int64_t integerOf(const json::Json& config, const char* key, std::int64_t otherwise) {
    const auto found = config.find(key);
    return found != config.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

}  // namespace

Family familyOf(const json::Json& config, std::string_view source) {
    const std::string type = config.value("model_type", "");
    const std::int64_t heads = integerOf(config, "num_attention_heads", 1);
    const std::int64_t kvHeads = integerOf(config, "num_key_value_heads", heads);
    for (const auto& [own, theirs, permutes] : {std::tuple{"llama", "llama", true}, {"mistral", "llama", true},
                                                {"qwen2", "qwen2", false}, {"qwen3", "qwen3", false}})
        if (type == own) return {theirs, permutes, heads, kvHeads};
    throw Error(Kind::Unsupported, std::string(source) + ": GGUF is written for llama, mistral, qwen2 and qwen3, not for \"" +
                                       type.substr(0, 40) + "\"");
}

std::optional<std::string> ggufName(std::string_view tensor) {
    for (const auto& [theirs, ours] : outside)
        if (tensor == theirs) return ours;
    constexpr std::string_view prefix = "model.layers.";
    if (!tensor.starts_with(prefix)) return {};
    const std::string_view rest = tensor.substr(prefix.size());
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return {};
    const std::string block = "blk." + std::string(rest.substr(0, dot)) + ".";
    const std::string_view part = rest.substr(dot + 1);
    for (const char* ending : {".weight", ".bias"})
        for (const auto& [theirs, ours] : inBlock)
            if (part == std::string(theirs) + ending) return block + ours + ending;
    return {};
}

std::int64_t permutedHeads(const Family& family, std::string_view tensor) {
    if (!family.permutesQk) return 0;
    if (tensor.find("self_attn.q_proj.") != std::string_view::npos) return family.heads;
    if (tensor.find("self_attn.k_proj.") != std::string_view::npos) return family.kvHeads;
    return 0;
}

std::int64_t sourceRow(std::int64_t row, std::int64_t rows, std::int64_t heads) {
    if (heads == 0) return row;
    const std::int64_t size = rows / heads, head = row / size, within = row % size;
    return head * size + within % 2 * (size / 2) + within / 2;
}

}  // namespace dq::exporting::gguf
