#include "core/export/dialects.hpp"

#include <functional>
#include <map>

#include "core/base/error.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/compressed/targets.hpp"
#include "core/export/gguf/names.hpp"
#include "core/export/gguf_file.hpp"
#include "core/json/json.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting {

namespace {

using json::Json;
using kernels::Element;
using kernels::Encoding;

/// Matrices with their formats, in the model's order.
struct Choice {
    const model::WeightMatrix& matrix;
    const format::Format& format;

    bool plain() const { return format.encoding.element == Element::Bf16; }
    Error lacks(const char* tool) const {
        return {Kind::Unsupported, "matrix " + matrix.name + ": " + tool + " has no format like " + format.name};
    }
};
using Choices = std::vector<Choice>;

Choices choicesOf(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::require(recipe, model);
    const recipe::Formats formats(recipe);
    Choices choices;
    for (const model::WeightMatrix& matrix : model.matrices())
        choices.push_back({matrix, formats.of(matrix.name)});
    return choices;
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text)
        result += c == '.' ? std::string("\\.") : std::string(1, c);
    return result;
}

/// One line a tensor of the file, which the experts of a block share.
std::vector<std::string> llamaLines(const Choices& choices) {
    std::vector<std::string> lines;
    std::map<std::string, kernels::gguf::Type> typeOf;
    for (const Choice& choice : choices) {
        const auto type = ggufTypeOf(choice.format);
        const auto name = gguf::ggufName(choice.matrix);
        if (!type || !name) throw choice.lacks("llama.cpp");
        const auto [known, isNew] = typeOf.emplace(*name, *type);
        if (known->second != *type)
            throw Error(Kind::Unsupported, "matrix " + choice.matrix.name + ": llama.cpp holds a block's experts in one tensor, " + *name +
                                               ", so they must share a format");
        if (isNew) lines.push_back("^" + escaped(*name) + "$=" + std::string(kernels::gguf::infoOf(*type).name));
    }
    return lines;
}

std::string llamaQuantize(const Choices& choices) {
    std::string text;
    for (const std::string& line : llamaLines(choices))
        text += line + "\n";
    return text;
}

std::string ikLlama(const Choices& choices) {
    std::string text;
    for (const std::string& line : llamaLines(choices))
        text += (text.empty() ? "" : ",") + line;
    return text + "\n";
}

/// Symmetric or not, group size as the tools write a whole row.
Json integerArguments(const Choice& choice, const char* tool, int wholeRow) {
    const Encoding& encoding = choice.format.encoding;
    if (encoding.element != Element::Int || encoding.bits > 8) throw choice.lacks(tool);
    return {{"bits", encoding.bits},
            {"group_size", encoding.group == 0 ? wholeRow : encoding.group},
            {"sym", !choice.format.name.starts_with("int" + std::to_string(encoding.bits) + "a")}};
}

std::string gptqModel(const Choices& choices) {
    Json dynamic = Json::object();
    for (const Choice& choice : choices) {
        const std::string pattern = "^" + escaped(choice.matrix.name) + "$";
        if (choice.plain())
            dynamic["-:" + pattern] = Json::object();
        else
            dynamic["+:" + pattern] = integerArguments(choice, "GPTQModel", -1);
    }
    return Json{{"dynamic", dynamic}}.dump(2) + "\n";
}

std::string autoRound(const Choices& choices) {
    Json layers = Json::object();
    for (const Choice& choice : choices) {
        if (choice.plain())
            layers[choice.matrix.name] = {{"bits", 16}, {"data_type", "fp"}};
        else if (choice.format.encoding.element == Element::E2M1 && choice.format.encoding.group == 16)
            layers[choice.matrix.name] = {{"bits", 4}, {"group_size", 16}, {"data_type", "nv_fp"}, {"sym", true}};
        else {
            layers[choice.matrix.name] = integerArguments(choice, "AutoRound", -1);
            layers[choice.matrix.name]["data_type"] = "int";
        }
    }
    return Json{{"layer_config", layers}}.dump(2) + "\n";
}

std::string mlx(const Choices& choices) {
    Json quantization{{"group_size", 64}, {"bits", 4}};
    for (const Choice& choice : choices) {
        if (choice.plain()) {
            quantization[choice.matrix.name] = false;
            continue;
        }
        const Json arguments = integerArguments(choice, "mlx", 0);
        const int group = arguments["group_size"], bits = arguments["bits"];
        if ((group != 32 && group != 64 && group != 128) || bits == 7) throw choice.lacks("mlx");
        quantization[choice.matrix.name] = {{"group_size", group}, {"bits", bits}};
    }
    return Json{{"quantization", quantization}}.dump(2) + "\n";
}

/// Python, because ModelOpt's keys are negative numbers and its float formats are tuples.
std::string modelOpt(const Choices& choices) {
    std::string text = "quant_cfg = {\n    \"*\": {\"enable\": False},\n";
    for (const Choice& choice : choices) {
        if (choice.plain()) continue;
        const Encoding& encoding = choice.format.encoding;
        std::string arguments;
        if (encoding.element == Element::Int && encoding.group > 0)
            arguments = "\"num_bits\": " + std::to_string(encoding.bits) + ", \"block_sizes\": {-1: " + std::to_string(encoding.group) + "}";
        else if (encoding.element == Element::E4M3 && encoding.group == 0)
            arguments = "\"num_bits\": (4, 3), \"axis\": 0";
        else if (encoding.element == Element::E2M1 && encoding.group == 16)
            arguments = "\"num_bits\": (2, 1), \"block_sizes\": {-1: 16, \"type\": \"dynamic\", \"scale_bits\": (4, 3)}";
        else
            throw choice.lacks("ModelOpt");
        text += "    \"" + choice.matrix.name + ".weight_quantizer\": {" + arguments + ", \"enable\": True},\n";
    }
    return text + "}\n";
}

std::string list(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : ", ") + Json(text).dump();
    return "[" + all + "]";
}

std::string llmCompressor(const Choices& choices) {
    std::map<std::string, compressed::Scheme> schemes;
    std::map<std::string, std::vector<std::string>> members;
    for (const Choice& choice : choices) {
        const auto scheme = compressed::schemeOf(choice.format);
        if (!scheme && !choice.plain()) throw choice.lacks("llm-compressor");
        const std::string key = scheme ? scheme->weights.dump() : "";
        if (scheme) schemes[key] = *scheme;
        members[key].push_back(choice.matrix.name);
    }
    std::string text = "quant_stage:\n  quant_modifiers:\n    QuantizationModifier:\n      ignore: " +
                       list(compressed::targetsFor(members[""])) + "\n      config_groups:\n";
    std::size_t count = 0;
    for (const auto& [key, scheme] : schemes)
        text += "        group_" + std::to_string(count++) + ":\n          targets: " +
                list(compressed::targetsFor(members[key])) + "\n          weights: " + key + "\n";
    return text;
}

struct Speaker {
    Dialect dialect;
    std::string (*speak)(const Choices&);
};
const std::vector<Speaker> speakers{
    {{"llama-quantize", "lines for llama-quantize --tensor-type-file"}, llamaQuantize},
    {{"ik_llama", "the argument of ik_llama.cpp's --custom-q"}, ikLlama},
    {{"llm-compressor", "a recipe (YAML) for llm-compressor's oneshot"}, llmCompressor},
    {{"gptqmodel", "QuantizeConfig.dynamic of GPTQModel (JSON)"}, gptqModel},
    {{"autoround", "layer_config of AutoRound (JSON)"}, autoRound},
    {{"modelopt", "quant_cfg of ModelOpt (Python)"}, modelOpt},
    {{"mlx", "quantization of mlx-lm's config.json (JSON)"}, mlx},
};

}  // namespace

std::span<const Dialect> dialects() {
    static const std::vector<Dialect> all = [] {
        std::vector<Dialect> names;
        for (const Speaker& speaker : speakers)
            names.push_back(speaker.dialect);
        return names;
    }();
    return all;
}

std::string inDialect(std::string_view dialect, const model::Model& model, const recipe::Recipe& recipe) {
    std::string names;
    for (const Speaker& speaker : speakers) {
        if (speaker.dialect.name == dialect) return speaker.speak(choicesOf(model, recipe));
        names += (names.empty() ? "" : ", ") + speaker.dialect.name;
    }
    throw Error(Kind::Input, "no tool is named \"" + std::string(dialect.substr(0, 40)) + "\"; there are " + names);
}

}  // namespace dq::exporting
