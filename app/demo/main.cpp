#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

#include "app/demo/texts.hpp"
#include "app/demo/train/train.hpp"
#include "core/base/atomic_file.hpp"

/// Makes resources/demo: the texts, the tokenizer, the trained model.
namespace {
using namespace dq::demo;
namespace fs = std::filesystem;

void writeTexts(const fs::path& folder) {
    const auto write = [&](const char* name, Text text) {
        dq::writeFile(folder / name, joinStories(writeStories(static_cast<std::uint64_t>(text), kStories)));
    };
    write("calibration.txt", Text::Calibration);
    write("evaluation.txt", Text::Evaluation);
}

void writeTokenizer(const fs::path& folder) {
    dq::writeFile(folder / "tokenizer.json", tokenizerJson(demoVocabulary()));
    dq::writeFile(
        folder / "tokenizer_config.json",
        "{\n \"tokenizer_class\": \"PreTrainedTokenizerFast\",\n \"bos_token\": \"<|endoftext|>\",\n"
        " \"eos_token\": \"<|endoftext|>\",\n \"add_bos_token\": false,\n \"model_max_length\": 512,\n"
        " \"clean_up_tokenization_spaces\": false\n}\n");
}

int run(int argc, char** argv) {
    CLI::App app("Makes the bundled demo model: text, tokenizer, weights");
    app.require_subcommand(1);
    TrainOptions options;
    CLI::App* text = app.add_subcommand("text", "Write calibration.txt and evaluation.txt");
    CLI::App* tokenizer = app.add_subcommand("tokenizer", "Learn the vocabulary, write tokenizer.json");
    CLI::App* training =
        app.add_subcommand("train", "Train the model, write its checkpoint, print its figures");
    CLI::App* scoring = app.add_subcommand("score", "Print the figures of a trained model");
    for (CLI::App* command : {text, tokenizer, training, scoring})
        command->add_option("folder", options.folder, "Where the files go")
            ->required()
            ->check(CLI::ExistingDirectory);
    training->add_option("--save-every", options.saveEvery, "Steps between two checkpoints")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    training->add_option("--seed", options.seed, "Of the first weights")->capture_default_str();
    for (CLI::App* command : {training, scoring}) {
        command->add_option("--steps", options.steps, "Batches of 2048 tokens")
            ->check(CLI::PositiveNumber)
            ->capture_default_str();
        command->add_option("--threads", options.threads, "Of libtorch")
            ->check(CLI::PositiveNumber)
            ->capture_default_str();
    }
    CLI11_PARSE(app, argc, argv);
    if (text->parsed()) writeTexts(options.folder);
    if (tokenizer->parsed()) writeTokenizer(options.folder);
    if (training->parsed()) train(options);
    if (scoring->parsed()) score(options);
    return 0;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "dynaquant-demo: %s\n", error.what());
        return 1;
    }
}
