#include "app/cli/command.hpp"

#include "core/format/format.hpp"
#include "core/quality/loss_table.hpp"
#include "core/store/store.hpp"

namespace dq::cli {

void ModelArgument::addTo(CLI::App& command) {
    command.add_option("model", folder, "Folder with config.json, safetensors and tokenizer.json, or a GGUF file of F32, F16 or BF16 weights")->required();
}

void addCacheOption(CLI::App& command, std::string& cache) {
    cache = store::defaultCache().string();
    command.add_option("--cache", cache, "Folder where measured tables are kept")->capture_default_str();
}

void TableOptions::addTo(CLI::App& command) {
    addCacheOption(command, cache);
    std::string known;
    for (const format::Palette& one : format::palettes()) known += (known.empty() ? "" : ", ") + one.name;
    command.add_option("--palette", palette, "Formats to choose from: " + known + ", or a list a,b,c")
        ->capture_default_str();
    std::string metrics;
    for (const quality::Metric one : quality::metrics())
        metrics += (metrics.empty() ? "" : ", ") + std::string(quality::metricName(one));
    command.add_option("--metric", metric, "How the table predicts loss: " + metrics)->capture_default_str();
}

void SampleArguments::addTo(CLI::App& command) {
    command.add_option("--documents", options.separator,
                       "Text between documents (for example \"<|endoftext|>\"): each document is read on its own; "
                       "documents of 20 characters or less are left out");
    command.add_option("--field", options.field,
                       "Field of the JSON records that holds the text (default: text), or the tensor of token ids");
    command.add_option("--window", options.window, "Longest sequence, in tokens")
        ->check(CLI::Range(std::int64_t{2}, std::int64_t{1} << 20))
        ->capture_default_str();
}

void SampleArguments::addRangeTo(CLI::App& command) {
    command.add_option("--skip", options.skip, "Documents of --text left out at the front")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_option("--limit", options.limit, "Documents of --text taken at most")->check(CLI::PositiveNumber);
}

void ProgressOption::addTo(CLI::App& command) {
    command.add_option("--progress", form, "text, json (one object a line on standard output) or none")
        ->check(CLI::IsMember({"text", "json", "none"}))
        ->capture_default_str();
}

}  // namespace dq::cli
