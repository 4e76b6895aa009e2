#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/units.hpp"
#include "core/flow/decoding.hpp"

namespace dq::cli {

namespace {

struct BenchDecode {
    std::string model, recipe, shape, uniform, device = "cpu", memory = "2GiB", formatMemory = "128MiB", save;
    flow::DecodeOptions options;
    ProgressOption progress;
    bool json = false;
};

std::vector<flow::DecodeLaunch> launchesOf(const BenchDecode& settings) {
    if (!settings.shape.empty()) return flow::launchesOf(settings.shape, settings.uniform.empty() ? "int4-g32" : settings.uniform);
    const auto model = model::Model::open(settings.model);
    return flow::launchesOf(*model, recipe::read(settings.recipe));
}

json::Json toJson(const flow::Times& times) {
    return {{"least", times.least}, {"median", times.median}, {"most", times.most}};
}

json::Json toJson(const flow::DecodeReport& report) {
    json::Json formats = json::Json::array();
    for (const flow::FormatSpeed& one : report.formats)
        formats.push_back({{"format", one.format},
                           {"bits_per_weight", one.bitsPerWeight},
                           {"bytes_per_second", one.bytesPerSecond},
                           {"of_read", toJson(one.ofRead)}});
    return {{"device", report.costs.device},
            {"read_bytes_per_second", report.costs.bytesPerSecond},
            {"launch_seconds", report.costs.launchSeconds},
            {"formats", formats},
            {"unknown", report.unknown},
            {"launches", report.launches},
            {"launches_run", report.launchesRun},
            {"bytes", report.bytes},
            {"bf16_bytes", report.plainBytes},
            {"seconds", toJson(report.seconds)},
            {"bf16_seconds", toJson(report.plainSeconds)},
            {"foretold_seconds", report.foretold},
            {"times_bf16", toJson(report.ratio)}};
}

void print(const flow::DecodeReport& report) {
    std::printf("%s, memory read at %.1f GB/s, a launch %.0f us beside its bytes\n", report.costs.device.c_str(), report.costs.bytesPerSecond / 1e9,
                report.costs.launchSeconds * 1e6);
    std::printf("%-18s %8s %8s  %s\n", "format", "bits", "GB/s", "of reading memory: median (least .. most)");
    for (const flow::FormatSpeed& one : report.formats)
        std::printf("%-18s %8.3f %8.1f  %.2f (%.2f .. %.2f)\n", one.format.c_str(), one.bitsPerWeight, one.bytesPerSecond / 1e9, one.ofRead.median,
                    one.ofRead.least, one.ofRead.most);
    for (const std::string& one : report.unknown)
        std::printf("%-18s no product reads it; its matrices were left out\n", one.c_str());
    std::printf("%zu of %zu launches of a token, %s packed, %s in BF16: %.3f ms (%.3f .. %.3f), BF16 %.3f ms\n", report.launchesRun, report.launches,
                showBytes(report.bytes).c_str(), showBytes(report.plainBytes).c_str(), report.seconds.median * 1e3, report.seconds.least * 1e3,
                report.seconds.most * 1e3, report.plainSeconds.median * 1e3);
    std::printf("%.2f times BF16 (%.2f .. %.2f); its bytes promise %.2f; the figures above foretell %.3f ms\n", report.ratio.median, report.ratio.least,
                report.ratio.most, static_cast<double>(report.plainBytes) / static_cast<double>(report.bytes), report.foretold * 1e3);
}

void run(BenchDecode settings) {
    if (settings.device != "cpu")
        throw Error(Kind::Unavailable, "products on a CUDA device are not part of this command; tests/bench/README.md has the program that times them");
    settings.options.memory = parseBytes(settings.memory);
    settings.options.formatMemory = parseBytes(settings.formatMemory);
    Reporter reporter(settings.progress.form);
    const flow::DecodeReport report = flow::benchDecode(launchesOf(settings), settings.options, reporter.progress());
    if (!settings.save.empty()) writeFile(settings.save, allocate::toJson(report.costs));
    if (reporter.json()) return reporter.done(toJson(report), {});
    settings.json ? printLine(toJson(report)) : print(report);
}

}  // namespace

void addBenchDecode(CLI::App& app) {
    auto* const command = app.add_subcommand("bench-decode", "Time the products of one token on this machine, packed and in BF16");
    const auto settings = std::make_shared<BenchDecode>();
    auto* const model = command->add_option("model", settings->model, "Folder or GGUF file: the shapes of its matrices");
    auto* const recipe = command->add_option("--recipe", settings->recipe, "Formats of the model's matrices, from allocate");
    auto* const shape = command->add_option("--shape", settings->shape, "Instead of a model: a shape known by name")
                            ->check(CLI::IsMember(flow::shapeNames()))
                            ->excludes(model)
                            ->excludes(recipe);
    command->add_option("--uniform", settings->uniform, "With --shape: the format of every matrix (default int4-g32)")->needs(shape);
    model->needs(recipe);
    command->add_option("--batch", settings->options.batch, "Sequences at a time, 1 to 16")->capture_default_str();
    command->add_option("--rounds", settings->options.rounds, "Rounds; medians are said")->capture_default_str();
    command->add_option("--memory", settings->memory, "For weights at most: the first launches that fit are run")->capture_default_str();
    command->add_option("--format-memory", settings->formatMemory, "That each format is timed with by itself; more than caches hold")->capture_default_str();
    command->add_option("--device", settings->device, "cpu")->capture_default_str();
    command->add_option("--save", settings->save, "Where to write what products cost here, for allocate --costs");
    command->add_flag("--json", settings->json, "Print one JSON object");
    settings->progress.addTo(*command);
    command->callback([settings] {
        if (settings->model.empty() && settings->shape.empty()) throw CLI::RequiredError("A model with --recipe, or --shape");
        run(*settings);
    });
}

}  // namespace dq::cli
