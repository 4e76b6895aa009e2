#include "core/measure/command.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace dq::measure {

namespace {

bool isPlain(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') ||
           std::string_view("._-+,=:@%/").find(letter) != std::string_view::npos;
}

std::string shellWord(std::string_view argument) {
    if (!argument.empty() && std::all_of(argument.begin(), argument.end(), isPlain))
        return std::string(argument);
    std::string text(1, '\'');
    for (const char letter : argument)
        text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return text + '\'';
}

}  // namespace

std::vector<std::string> optionsOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options) {
    std::vector<std::string> words;
    if (!model.architecture().runnable()) return words;  // no text is read
    const auto add = [&words](const char* option, std::string value) { words.insert(words.end(), {option, std::move(value)}); };
    if (!samples.field.empty()) add("--field", samples.field);
    if (options.documents) add("--documents", *options.documents);
    add("--window", std::to_string(options.window));
    if (options.tokens) add("--tokens", std::to_string(*options.tokens));
    add("--labels", options.fisher.sampledLabels ? "sampled" : "data");
    add("--seed", std::to_string(options.fisher.seed));
    if (options.fisher.peers) words.emplace_back("--peer-metrics");
    return words;
}

std::string commandOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options) {
    std::vector<std::string> words{model.checkpoint().name()};
    if (model.architecture().runnable()) words.insert(words.end(), {"--calibration", samples.source});
    for (std::string& word : optionsOf(model, samples, options)) words.push_back(std::move(word));
    if (model.architecture().runnable() && options.importance) words.insert(words.end(), {"--importance", options.importance->source});
    std::string command = "dynaquant-cli measure";
    for (const std::string& word : words) command += ' ' + shellWord(word);
    return command;
}

}  // namespace dq::measure
