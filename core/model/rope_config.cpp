#include <array>

#include "core/base/error.hpp"
#include "core/model/config.hpp"

namespace dq::model {

namespace {

using json::Json;

constexpr std::array<std::pair<const char*, Rope::Scaling>, 5> kinds{{{"default", Rope::Scaling::None},
                                                                      {"linear", Rope::Scaling::Linear},
                                                                      {"dynamic", Rope::Scaling::Dynamic},
                                                                      {"yarn", Rope::Scaling::Yarn},
                                                                      {"llama3", Rope::Scaling::Llama3}}};

Rope::Scaling scalingOf(const std::string& name, std::string_view source) {
    for (const auto& [known, scaling] : kinds)
        if (name == known) return scaling;
    throw Error(Kind::Unsupported, std::string(source) + ": rotary scaling \"" + json::excerpt(name) +
                                       "\" is unknown; default, linear, dynamic, yarn and llama3 are supported");
}

std::optional<double> optionalNumber(const Json& object, const char* key, double low, double high, std::string_view source) {
    if (!json::present(object, key)) return std::nullopt;
    return within(json::number(object, key, source), low, high, key, source);
}

std::int64_t contextIn(const Json& scaling, std::int64_t fallback, std::string_view source) {
    constexpr const char* key = "original_max_position_embeddings";
    const std::int64_t context = json::integerOr(scaling, key, fallback, source);
    within(static_cast<double>(context), 1, 1e12, key, source);
    return context;
}

double factorIn(const Json& scaling, const Rope& rope, const Architecture& architecture, std::string_view source) {
    const bool derived = rope.scaling == Rope::Scaling::Yarn && !json::present(scaling, "factor") &&
                         json::present(scaling, "original_max_position_embeddings");
    if (derived) return static_cast<double>(architecture.context) / static_cast<double>(rope.originalContext);
    return json::number(scaling, "factor", source);
}

void readYarn(const Json& scaling, Rope& rope, std::string_view source) {
    rope.attentionFactor = optionalNumber(scaling, "attention_factor", 1e-6, 1e6, source);
    rope.mscale = optionalNumber(scaling, "mscale", 0, 1e6, source);
    rope.mscaleAllDim = optionalNumber(scaling, "mscale_all_dim", 0, 1e6, source);
    rope.betaFast = optionalNumber(scaling, "beta_fast", 1e-6, 1e6, source).value_or(32);
    rope.betaSlow = optionalNumber(scaling, "beta_slow", 1e-6, 1e6, source).value_or(1);
    rope.truncate = json::boolOr(scaling, "truncate", true, source);
    if (rope.betaFast < rope.betaSlow)
        throw Error(Kind::Corrupt, std::string(source) + ": rotary beta_fast must not be below beta_slow");
}

void readLlama3(const Json& scaling, Rope& rope, std::string_view source) {
    json::member(scaling, "original_max_position_embeddings", source);
    rope.lowFrequencyFactor = within(json::number(scaling, "low_freq_factor", source), 1e-6, 1e6, "low_freq_factor", source);
    rope.highFrequencyFactor = within(json::number(scaling, "high_freq_factor", source), 1e-6, 1e6, "high_freq_factor", source);
    if (rope.highFrequencyFactor <= rope.lowFrequencyFactor)
        throw Error(Kind::Corrupt, std::string(source) + ": rotary high_freq_factor must be above low_freq_factor");
}

void readScaling(const Json& scaling, const Architecture& architecture, Rope& rope, std::string_view source) {
    const std::string older = json::textOr(scaling, "type", "default", source);
    rope.scaling = scalingOf(json::textOr(scaling, "rope_type", older, source), source);
    rope.originalContext = architecture.context;
    if (rope.scaling == Rope::Scaling::None) return;
    // transformers takes the dynamic variant's context from max_position_embeddings, whatever stands here
    if (rope.scaling != Rope::Scaling::Dynamic) rope.originalContext = contextIn(scaling, architecture.context, source);
    rope.factor = within(factorIn(scaling, rope, architecture, source), 1, 1e6, "factor", source);
    if (rope.scaling == Rope::Scaling::Yarn) readYarn(scaling, rope, source);
    if (rope.scaling == Rope::Scaling::Llama3) readLlama3(scaling, rope, source);
    if (rope.scaling == Rope::Scaling::Dynamic && architecture.headDim <= 2)
        throw Error(Kind::Corrupt, std::string(source) + ": dynamic rotary scaling needs a head_dim above 2");
}

void requireWholeRotation(const Json& object, std::string_view source) {
    if (json::numberOr(object, "partial_rotary_factor", 1, source) != 1)
        throw Error(Kind::Unsupported, std::string(source) + ": partial_rotary_factor other than 1 is not supported");
}

}  // namespace

Rope readRope(const Json& config, const Architecture& architecture, std::string_view source) {
    const Json* const newer = json::present(config, "rope_parameters");
    const Json* const scaling = newer ? newer : json::present(config, "rope_scaling");
    if (scaling && !scaling->is_object())
        throw Error(Kind::Corrupt, std::string(source) + ": rotary scaling must be an object, found " + json::shown(*scaling));
    requireWholeRotation(config, source);
    Rope rope;
    rope.theta = json::numberOr(config, "rope_theta", 10000, source);
    rope.originalContext = architecture.context;
    if (scaling) {
        requireWholeRotation(*scaling, source);
        rope.theta = json::numberOr(*scaling, "rope_theta", rope.theta, source);
        readScaling(*scaling, architecture, rope, source);
    }
    within(rope.theta, 1.0001, 1e15, "rope_theta", source);
    return rope;
}

}  // namespace dq::model
