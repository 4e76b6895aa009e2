#pragma once

#include <CLI/CLI.hpp>

#include <atomic>
#include <string>

#include "core/text/samples.hpp"

namespace dq::cli {

/// Set by SIGINT and SIGTERM; every Progress of the process looks at it.
extern std::atomic<bool> stopRequested;

/// Each adds one subcommand with its options, help and callback. One file a command.
void addInspect(CLI::App& app);
void addMeasure(CLI::App& app);
void addFront(CLI::App& app);
void addAllocate(CLI::App& app);
void addEvaluate(CLI::App& app);
void addCorrelate(CLI::App& app);
void addValidate(CLI::App& app);
void addTasks(CLI::App& app);
void addReport(CLI::App& app);
void addContest(CLI::App& app);
void addRefine(CLI::App& app);
void addFindings(CLI::App& app);
void addBenchDecode(CLI::App& app);
void addExport(CLI::App& app);
void addVerify(CLI::App& app);
void addRecipe(CLI::App& app);
void addFormats(CLI::App& app);

/// What several commands share, spelled the same everywhere.
struct ModelArgument {
    std::string folder;
    void addTo(CLI::App& command);
};

struct TableOptions {
    std::string cache, palette = "all", metric = "fisher-diagonal";
    void addTo(CLI::App& command);
};
void addCacheOption(CLI::App& command, std::string& cache);

struct SampleArguments {
    text::SampleOptions options;
    void addTo(CLI::App& command);
    void addRangeTo(CLI::App& command);  // which documents of the text that is evaluated
};

struct ProgressOption {
    std::string form = "text";
    void addTo(CLI::App& command);
};

}  // namespace dq::cli
