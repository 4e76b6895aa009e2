#include <algorithm>
#include <cctype>
#include <regex>

#include "core/base/error.hpp"
#include "core/export/dialects.hpp"
#include "core/export/gguf/names.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/unmeasured.hpp"

namespace dq::exporting {

namespace {

struct Rule {
    std::regex pattern;
    std::string format;
};

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// The catalogue's name of a type as llama-quantize writes it.
std::string formatOf(std::string_view type, const std::string& where) {
    for (const std::string& name : {lower(type) + "-gguf", lower(type)})
        if (const format::Format* found = format::find(name); found && ggufTypeOf(*found)) return name;
    throw Error(Kind::Input, where + ": there is no GGUF type \"" + std::string(type.substr(0, 40)) + "\"");
}

Rule ruleOf(std::string_view line, const std::string& where) {
    const std::size_t sign = line.rfind('=');
    if (sign == std::string_view::npos || sign == 0)
        throw Error(Kind::Input, where + ": is no PATTERN=TYPE");
    try {
        return {std::regex(std::string(line.substr(0, sign))), formatOf(line.substr(sign + 1), where)};
    } catch (const std::regex_error&) {
        throw Error(Kind::Input, where + ": its pattern is no regular expression");
    }
}

std::vector<Rule> rulesOf(std::string_view text, std::string_view source) {
    constexpr std::size_t longest = 4096;  // std::regex recurses over a pattern
    std::vector<Rule> rules;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())))
            line.remove_suffix(1);
        const std::string where = std::string(source) + ": line " + std::to_string(number);
        if (line.size() > longest) throw Error(Kind::Input, where + ": is longer than " + std::to_string(longest) + " characters");
        if (!line.empty() && line.front() != '#') rules.push_back(ruleOf(line, where));
    }
    return rules;
}

}  // namespace

recipe::Recipe fromTensorTypes(std::string_view text, std::string_view source, const model::Model& model,
                               std::string_view otherwise) {
    const std::vector<Rule> rules = rulesOf(text, source);
    return unmeasured(model, source, [&](const model::WeightMatrix& matrix) {
        const std::string name = gguf::ggufName(matrix).value_or(matrix.tensor);
        const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& one) { return std::regex_search(name, one.pattern); });
        return rule == rules.end() ? std::string(otherwise) : rule->format;
    });
}

}  // namespace dq::exporting
