#include "core/model/config.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/model/families.hpp"

namespace dq::model {

namespace {

using json::Json;

/// Models of several senses whose language part is a plain decoder: their model_type and that of the part where it is not given.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> wrappers{{{"gemma3", "gemma3_text"},
                                                                                 {"llava", "llama"},
                                                                                 {"mistral3", "mistral"},
                                                                                 {"qwen3_5", "qwen3_5_text"},
                                                                                 {"qwen3_5_moe", "qwen3_5_moe_text"}}};

std::string typeOf(const Json& config, std::string_view source) {
    const Json* const classes = json::present(config, "architectures");
    const bool llama = classes && std::find(classes->begin(), classes->end(), "LlamaForCausalLM") != classes->end();
    return json::textOr(config, "model_type", llama ? "llama" : "", source);
}

/// Only language models: a classifier has no head that predicts tokens.
bool isLanguageModel(const Json& config) {
    const Json* const classes = json::present(config, "architectures");
    if (!classes || classes->empty()) return true;
    return std::any_of(classes->begin(), classes->end(), [](const Json& one) {
        const std::string name = one.is_string() ? one.get<std::string>() : std::string();
        return name.ends_with("ForCausalLM") || name.ends_with("LMHeadModel") || name.ends_with("ForConditionalGeneration");
    });
}

/// The object that describes the language part, and its model_type.
std::pair<const Json*, std::string> languagePart(const Json& config, const std::string& type, std::string_view source) {
    const auto wrapper = std::ranges::find(wrappers, type, &decltype(wrappers)::value_type::first);
    const Json* const part = json::present(config, "text_config");
    if (wrapper == wrappers.end() || !part || !part->is_object()) return {&config, type};
    return {part, json::textOr(*part, "model_type", std::string(wrapper->second), source)};
}

void requireOriginal(const ConfigReader& config) {
    if (config.has("quantization_config"))
        config.unsupported("the model is quantized already (quantization_config); give the original weights");
    const Json* const classes = json::present(config.object(), "architectures");
    if (classes && !classes->is_array()) config.corrupt("architectures must be a list, found " + json::shown(*classes));
}

std::string notRunnable(const std::string& type, const Family* family, const Json& config) {
    if (!family)
        return type.empty() ? "config.json names no model_type"
                            : "model_type \"" + json::excerpt(type) + "\" is not known (" + familyNames() + " are)";
    if (!isLanguageModel(config)) return "architectures " + json::shown(*json::present(config, "architectures")) + " is no language model";
    return {};
}

}  // namespace

Architecture readArchitecture(std::string_view configText, std::string_view source) {
    const Json whole = json::parse(configText, source, {.bytes = 16u << 20, .values = 1'000'000});
    const ConfigReader root(whole, source);
    if (!whole.is_object()) root.corrupt("must hold a JSON object, found " + json::shown(whole));
    requireOriginal(root);
    const std::string outer = typeOf(whole, source);
    const auto [part, type] = languagePart(whole, outer, source);
    const Family* const family = familyOf(type);
    Architecture a;
    a.type = outer;
    a.notRunnable = notRunnable(type, family, whole);
    if (!a.runnable()) return a;
    const ConfigReader config(*part, source);
    family->describe(config, a);
    // a wrapper may say only outside that its language part is tied
    if (part != &whole && !config.has("tie_word_embeddings")) a.tiedHead = root.flag("tie_word_embeddings", a.tiedHead);
    return a;
}

}  // namespace dq::model
