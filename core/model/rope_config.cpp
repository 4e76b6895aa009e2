#include <array>

#include "core/base/error.hpp"
#include "core/model/config.hpp"

namespace dq::model {

namespace {

using json::Json;

constexpr std::array<std::pair<const char*, Rope::Scaling>, 7> kinds{{{"default", Rope::Scaling::None},
                                                                      {"linear", Rope::Scaling::Linear},
                                                                      {"dynamic", Rope::Scaling::Dynamic},
                                                                      {"yarn", Rope::Scaling::Yarn},
                                                                      {"llama3", Rope::Scaling::Llama3},
                                                                      {"longrope", Rope::Scaling::LongRope},
                                                                      {"su", Rope::Scaling::LongRope}}};

Rope::Scaling scalingOf(const std::string& name, std::string_view source) {
    for (const auto& [known, scaling] : kinds)
        if (name == known) return scaling;
    throw Error(Kind::Unsupported, std::string(source) + ": rotary scaling \"" + json::excerpt(name) +
                                       "\" is unknown; default, linear, dynamic, yarn, llama3 and longrope are supported");
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
    const bool stretches = rope.scaling == Rope::Scaling::Yarn || rope.scaling == Rope::Scaling::LongRope;
    if (stretches && !json::present(scaling, "factor") && rope.originalContext != architecture.context)
        return static_cast<double>(architecture.context) / static_cast<double>(rope.originalContext);
    if (rope.scaling == Rope::Scaling::LongRope) return json::numberOr(scaling, "factor", 1, source);
    return json::number(scaling, "factor", source);
}

std::vector<double> divisorsIn(const Json& scaling, const char* key, std::string_view source) {
    const Json& list = json::member(scaling, key, source);
    if (!list.is_array() || list.size() > 1 << 16)
        throw Error(Kind::Corrupt, std::string(source) + ": rotary " + key + " must be a list of numbers, found " + json::shown(list));
    std::vector<double> divisors;
    for (const Json& one : list) {
        if (!one.is_number())
            throw Error(Kind::Corrupt, std::string(source) + ": rotary " + key + " must be a list of numbers, found " + json::shown(one));
        divisors.push_back(within(one.get<double>(), 1e-6, 1e9, key, source));
    }
    return divisors;
}

void readLongRope(const Json& scaling, Rope& rope, std::string_view source) {
    rope.attentionFactor = optionalNumber(scaling, "attention_factor", 1e-6, 1e6, source);
    rope.shortFactors = divisorsIn(scaling, "short_factor", source);
    rope.longFactors = divisorsIn(scaling, "long_factor", source);
    within(static_cast<double>(rope.originalContext), 2, 1e12, "original_max_position_embeddings", source);
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

void readScaling(const Json& scaling, const Json& config, const Architecture& architecture, Rope& rope, std::string_view source) {
    const std::string older = json::textOr(scaling, "type", "default", source);
    rope.scaling = scalingOf(json::textOr(scaling, "rope_type", older, source), source);
    rope.originalContext = architecture.context;
    // the first phi3 files call it yarn
    if (rope.scaling == Rope::Scaling::Yarn && json::present(scaling, "short_factor")) rope.scaling = Rope::Scaling::LongRope;
    if (rope.scaling == Rope::Scaling::None) return;
    // transformers takes the dynamic variant's context from max_position_embeddings, whatever stands here
    if (rope.scaling != Rope::Scaling::Dynamic) rope.originalContext = contextIn(config, contextIn(scaling, architecture.context, source), source);
    rope.factor = within(factorIn(scaling, rope, architecture, source), rope.scaling == Rope::Scaling::LongRope ? 1e-6 : 1, 1e6, "factor", source);
    if (rope.scaling == Rope::Scaling::Yarn) readYarn(scaling, rope, source);
    if (rope.scaling == Rope::Scaling::Llama3) readLlama3(scaling, rope, source);
    if (rope.scaling == Rope::Scaling::LongRope) readLongRope(scaling, rope, source);
    if (rope.scaling == Rope::Scaling::Dynamic && architecture.headDim <= 2)
        throw Error(Kind::Corrupt, std::string(source) + ": dynamic rotary scaling needs a head_dim above 2");
}

/// What config.json says about the rotation of one kind of layer: newer files may have an object for each kind.
const Json* sectionOf(const Json& config, const RopeQuestion& question, std::string_view source) {
    const Json* found = json::present(config, "rope_parameters");
    if (found && found->is_object())
        if (const Json* const own = json::present(*found, question.layers); own && own->is_object()) return own;
    if (found && !question.own) return found;
    if (question.own) return nullptr;
    found = json::present(config, "rope_scaling");
    if (found && !found->is_object())
        throw Error(Kind::Corrupt, std::string(source) + ": rotary scaling must be an object, found " + json::shown(*found));
    return found;
}

}  // namespace

Rope readRope(const Json& config, const Architecture& architecture, std::string_view source, const RopeQuestion& question) {
    const Json* const section = sectionOf(config, question, source);
    if (section && !section->is_object())
        throw Error(Kind::Corrupt, std::string(source) + ": rotary scaling must be an object, found " + json::shown(*section));
    Rope rope;
    rope.theta = question.own ? question.theta : json::numberOr(config, "rope_theta", question.theta, source);
    rope.originalContext = architecture.context;
    if (section) {
        rope.theta = json::numberOr(*section, "rope_theta", rope.theta, source);
        readScaling(*section, config, architecture, rope, source);
    }
    within(rope.theta, 1.0001, 1e15, "rope_theta", source);
    return rope;
}

double rotaryShare(const Json& config, double fallback, std::string_view source) {
    constexpr const char* key = "partial_rotary_factor";
    const Json* const section = sectionOf(config, {}, source);
    const double outer = json::numberOr(config, key, fallback, source);
    return within(section && section->is_object() ? json::numberOr(*section, key, outer, source) : outer, 1e-3, 1, key, source);
}

void requireFits(const Rope& rope, std::int64_t dim, std::string_view source) {
    if (rope.scaling != Rope::Scaling::LongRope) return;
    const auto require = [&](const char* key, std::size_t found) {
        if (static_cast<std::int64_t>(found) == dim / 2) return;
        throw Error(Kind::Corrupt, std::string(source) + ": rotary " + key + " has " + std::to_string(found) + " numbers; a head that rotates " +
                                       std::to_string(dim) + " needs " + std::to_string(dim / 2));
    };
    require("short_factor", rope.shortFactors.size());
    require("long_factor", rope.longFactors.size());
}

}  // namespace dq::model
