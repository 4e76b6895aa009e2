#include "core/export/gguf/metadata.hpp"

#include "core/base/version.hpp"
#include "core/export/gguf/rules.hpp"
#include "core/json/json.hpp"

namespace dq::exporting::gguf {

namespace {

using model::Architecture;
using Scaling = model::Rope::Scaling;

/// Collects FAMILY.* keys.
struct Keys {
    std::string prefix;
    std::vector<Entry>& entries;

    void count(const char* key, std::int64_t value) { entries.push_back({prefix + key, static_cast<std::uint32_t>(value)}); }
    void number(const char* key, double value) { entries.push_back({prefix + key, static_cast<float>(value)}); }
    void text(const char* key, const char* value) { entries.push_back({prefix + key, std::string(value)}); }
};

void addShape(Keys& keys, const Architecture& a) {
    keys.count("block_count", a.blocks);
    keys.count("context_length", a.context);
    keys.count("embedding_length", a.hidden);
    keys.count("feed_forward_length", a.intermediate);
    keys.count("attention.head_count", a.heads);
    keys.count("attention.head_count_kv", a.kvHeads);
    keys.number(a.norm == model::Norm::Layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", a.normEpsilon);
    keys.count("attention.key_length", a.headDim);
    keys.count("attention.value_length", a.headDim);
    keys.count("vocab_size", a.vocabulary);
}

void addScaling(Keys& keys, const Architecture& a) {
    const model::Rope& rope = a.rope;
    if (rope.scaling == Scaling::Linear || rope.scaling == Scaling::Yarn) {
        keys.text("rope.scaling.type", rope.scaling == Scaling::Linear ? "linear" : "yarn");
        keys.number("rope.scaling.factor", rope.factor);
    }
    if (rope.scaling == Scaling::Yarn || (rope.scaling == Scaling::LongRope && !dividesFrequencies(a)))
        keys.count("rope.scaling.original_context_length", rope.originalContext > 0 ? rope.originalContext : a.context);
    if (rope.scaling == Scaling::LongRope && !dividesFrequencies(a)) keys.number("rope.scaling.attn_factor", rope.frequencies(a.rotated(), 1).amplitude);
}

void addRope(Keys& keys, const Architecture& a) {
    if (a.learnedPositions > 0) return;
    keys.number("rope.freq_base", a.rope.theta);
    if (a.slidingRope) keys.number("rope.freq_base_swa", a.slidingRope->theta);
    keys.count("rope.dimension_count", a.rotated());
    addScaling(keys, a);
}

void addAttention(Keys& keys, const Architecture& a) {
    if (a.attentionCap > 0) keys.number("attn_logit_softcapping", a.attentionCap);
    if (a.logitCap > 0) keys.number("final_logit_softcapping", a.logitCap);
    if (!a.type.starts_with("gemma") || a.window == 0) return;
    keys.count("attention.sliding_window", a.window);
    keys.count("attention.sliding_window_pattern", slidingPeriod(a));
}

void addExperts(Keys& keys, const Architecture& a) {
    if (a.experts.count == 0) return;
    keys.count("expert_count", a.experts.count);
    keys.count("expert_used_count", a.experts.perToken);
    keys.count("expert_feed_forward_length", a.experts.intermediate);
    if (a.experts.sharedIntermediate > 0) keys.count("expert_shared_feed_forward_length", a.experts.sharedIntermediate);
}

/// How many pairs of a head follow time, height, width: of text they are all the same, but the loader insists.
std::vector<std::int32_t> sectionsOf(const std::string& configText) {
    std::vector<std::int32_t> sections{11, 11, 10, 0};  // where config.json is silent
    const json::Json config = json::Json::parse(configText, nullptr, false);
    const json::Json& text = config.is_object() && config.contains("text_config") ? config["text_config"] : config;
    for (const char* key : {"rope_parameters", "rope_scaling"}) {
        if (!text.is_object() || !text.contains(key) || !text[key].is_object()) continue;
        const json::Json own = text[key].value("mrope_section", json::Json());
        if (!own.is_array() || own.size() > sections.size()) continue;
        for (std::size_t i = 0; i < sections.size(); ++i)
            sections[i] = i < own.size() && own[i].is_number_integer() ? own[i].get<std::int32_t>() : 0;
    }
    return sections;
}

void addDeltaRule(Keys& keys, const Architecture& a, const std::string& configText) {
    if (a.delta.keyHeads == 0) return;
    keys.count("ssm.conv_kernel", a.delta.kernel);
    keys.count("ssm.state_size", a.delta.keyDim);
    keys.count("ssm.group_count", a.delta.keyHeads);
    keys.count("ssm.time_step_rank", a.delta.valueHeads);
    keys.count("ssm.inner_size", a.delta.values());
    keys.count("full_attention_interval", linearPeriod(a));
    if (!a.delta.fused) keys.entries.push_back({keys.prefix + "rope.dimension_sections", sectionsOf(configText)});
}

std::vector<float> asFloats(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

std::vector<Entry> modelEntries(const model::Model& model, const std::string& family, std::uint32_t fileType) {
    const Architecture& a = model.architecture();
    std::vector<Entry> entries{{"general.architecture", family},
                               {"general.type", std::string("model")},
                               {"general.name", model.checkpoint().name()},
                               {"general.quantized_by", std::string("DynaQuant ") + toolVersion},
                               {"general.file_type", fileType},
                               {"general.quantization_version", std::uint32_t{2}}};
    Keys keys{family + ".", entries};
    addShape(keys, a);
    addRope(keys, a);
    addAttention(keys, a);
    addExperts(keys, a);
    addDeltaRule(keys, a, model.checkpoint().configText());
    return entries;
}

std::vector<Factors> ropeFactors(const Architecture& a) {
    const model::Rope& rope = a.rope;
    if (dividesFrequencies(a)) return {{"rope_freqs.weight", asFloats(rope.shortFactors)}};
    if (rope.scaling == Scaling::LongRope)
        return {{"rope_factors_long.weight", asFloats(rope.longFactors)}, {"rope_factors_short.weight", asFloats(rope.shortFactors)}};
    if (rope.scaling != Scaling::Llama3) return {};
    model::Rope plain;
    plain.theta = rope.theta;
    const auto scaled = rope.frequencies(a.rotated(), 1).inverse, base = plain.frequencies(a.rotated(), 1).inverse;
    std::vector<float> factors;
    for (std::size_t i = 0; i < base.size(); ++i)
        factors.push_back(static_cast<float>(base[i] / scaled[i]));
    return {{"rope_freqs.weight", factors}};
}

}  // namespace dq::exporting::gguf
