#include <cstdio>
#include <optional>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "core/base/units.hpp"
#include "core/format/format.hpp"
#include "core/model/finite.hpp"
#include "core/model/model.hpp"

namespace dq::cli {

namespace {

struct Inspect {
    ModelArgument model;
    bool json = false, headersOnly = false;
};

/// The smallest and largest a model can become, known before anything is measured.
std::pair<Bytes, Bytes> feasibleRange(const model::Model& model) {
    Bytes least = model.passthroughBytes(), most = least;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        Bytes low = 0, high = 0;
        for (const format::Format& one : format::catalogue()) {
            const Bytes bytes = one.bytes(matrix.rows, matrix.cols);
            low = low == 0 ? bytes : std::min(low, bytes);
            high = std::max(high, bytes);
        }
        least += low;
        most += high;
    }
    return {least, most};
}

/// Weights that are NaN or infinite, by matrix; nothing where nobody looked.
using Counts = std::optional<std::vector<std::int64_t>>;

Counts countsOf(const model::Model& model) {
    std::vector<std::int64_t> counts(model.matrices().size());
    for (const model::NotFinite& one : model::notFinite(model)) {
        counts[one.matrix] = one.weights;
        std::fprintf(stderr, "%s\n", model::sentenceOf(model, one).c_str());
    }
    return counts;
}

void printJson(const model::Model& model, const Counts& notFinite) {
    const model::Architecture& about = model.architecture();
    const auto [least, most] = feasibleRange(model);
    json::Json matrices = json::Json::array();
    for (const model::WeightMatrix& matrix : model.matrices()) {
        matrices.push_back({{"name", matrix.name},
                            {"role", model::roleName(matrix.role)},
                            {"block", matrix.block},
                            {"rows", matrix.rows},
                            {"cols", matrix.cols},
                            {"dtype", dtypeName(model.tensor(matrix).dtype)}});
        if (notFinite) matrices.back()["not_finite"] = (*notFinite)[matrices.size() - 1];
    }
    printLine({{"model", model.checkpoint().name()},
               {"fingerprint", model.checkpoint().fingerprint()},
               {"architecture", about.type},
               {"runnable", about.runnable()},
               {"not_runnable", about.notRunnable},
               {"blocks", about.blocks},
               {"hidden", about.hidden},
               {"vocabulary", about.vocabulary},
               {"context", about.context},
               {"tied_head", about.tiedHead},
               {"bytes", model.checkpoint().bytes()},
               {"weights", model.weights()},
               {"passthrough_bytes", model.passthroughBytes()},
               {"range", {{"min_bytes", least}, {"max_bytes", most}}},
               {"matrices", matrices}});
}

void printHeading(const model::Model& model) {
    const model::Architecture& about = model.architecture();
    const std::string name = model.checkpoint().name();
    if (about.runnable())
        std::printf("%s: %s, %lld blocks, hidden %lld, %lld heads / %lld kv, vocabulary %lld, %s head\n", name.c_str(),
                    about.type.c_str(), static_cast<long long>(about.blocks), static_cast<long long>(about.hidden),
                    static_cast<long long>(about.heads), static_cast<long long>(about.kvHeads),
                    static_cast<long long>(about.vocabulary), about.tiedHead ? "tied" : "own");
    else
        std::printf("%s cannot be run: %s.\nIts weights alone can be measured (metric squared); it cannot be evaluated. "
                    "Roles are guessed from names.\n",
                    name.c_str(), about.notRunnable.c_str());
}

void printText(const model::Model& model) {
    const auto [least, most] = feasibleRange(model);
    printHeading(model);
    std::printf("%zu weight matrices, %lld weights, %s in %zu tensors\n", model.matrices().size(),
                static_cast<long long>(model.weights()), showBytes(model.checkpoint().bytes()).c_str(),
                model.checkpoint().tensors().size());
    std::printf("can become %s to %s\n\n", showBytes(least).c_str(), showBytes(most).c_str());
    std::printf("%-40s %-10s %12s %-5s\n", "matrix", "role", "shape", "type");
    for (const model::WeightMatrix& matrix : model.matrices())
        std::printf("%-40s %-10s %5lld x %4lld %-5s\n", matrix.name.c_str(),
                    std::string(model::roleName(matrix.role)).c_str(), static_cast<long long>(matrix.rows),
                    static_cast<long long>(matrix.cols), std::string(dtypeName(model.tensor(matrix).dtype)).c_str());
}

}  // namespace

void addInspect(CLI::App& app) {
    auto* const command = app.add_subcommand("inspect", "Show what a model is made of, and check every number in it");
    const auto settings = std::make_shared<Inspect>();
    settings->model.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->add_flag("--headers-only", settings->headersOnly, "Do not read the weights in search of NaN and infinity");
    command->callback([settings] {
        const auto model = model::Model::open(settings->model.folder);
        const Counts notFinite = settings->headersOnly ? Counts() : countsOf(*model);
        settings->json ? printJson(*model, notFinite) : printText(*model);
    });
}

}  // namespace dq::cli
