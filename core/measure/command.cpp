#include "core/measure/command.hpp"

#include <algorithm>
#include <string_view>

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

std::string commandOf(const model::Model& model, const text::Samples& samples,
                      const MeasureOptions& options) {
    std::string command = "dynaquant-cli measure " + shellWord(model.checkpoint().name());
    if (!model.architecture().runnable()) return command;  // no text is read
    const auto add = [&command](const char* option, std::string_view value) {
        command.append(" ").append(option).append(" ").append(shellWord(value));
    };
    add("--calibration", samples.source);
    if (!samples.field.empty()) add("--field", samples.field);
    if (options.documents) add("--documents", *options.documents);
    add("--window", std::to_string(options.window));
    if (options.tokens) add("--tokens", std::to_string(*options.tokens));
    add("--labels", options.fisher.sampledLabels ? "sampled" : "data");
    add("--seed", std::to_string(options.fisher.seed));
    if (options.fisher.peers) command += " --peer-metrics";
    if (options.importance) add("--importance", options.importance->source);
    return command;
}

}  // namespace dq::measure
