#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/view.hpp"
#include "core/allocate/theory.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/units.hpp"
#include "core/flow/allocating.hpp"
#include "core/flow/measuring.hpp"
#include "core/report/front_csv.hpp"
#include "core/report/front_json.hpp"
#include "core/report/front_svg.hpp"

namespace dq::cli {

namespace {

constexpr std::size_t printedBudgets = 9, drawnBudgets = 60;

struct FrontSettings {
    ModelArgument model;
    TableOptions table;
    ViewOptions view;
    std::string csv, svg;
    bool json = false, compare = false;
};

std::string row(const allocate::Front& front, Bytes bytes, double loss) {
    char text[128];
    std::snprintf(text, sizeof text, "%10s %8.3f b/w %12s", showBytes(bytes).c_str(),
                  front.problem().bitsPerWeight(bytes), showNumber(loss).c_str());
    return text;
}

/// Every uniform format beside what the front makes of the same bytes.
void printText(const allocate::Front& front, const report::Subject& subject) {
    const auto vertices = front.vertices();
    const std::string unit = subject.unit.empty() ? "(no unit)" : subject.unit;
    std::printf("%s, %s, palette %s: %zu points; loss in %s\n\n", subject.model.c_str(), subject.metric.c_str(),
                subject.palette.c_str(), vertices.size(), unit.c_str());
    const auto& low = vertices.front();
    const auto& high = vertices.back();
    const auto& knee = vertices[front.knee().vertex];
    std::printf("smallest   %s\nknee       %s   (over this range)\nlargest    %s\n\n", row(front, low.bytes, low.loss).c_str(),
                row(front, knee.bytes, knee.loss).c_str(), row(front, high.bytes, high.loss).c_str());
    std::printf("uniform                                        loss    front at the same size\n");
    const std::vector<std::string>& formats = front.problem().formats;
    for (std::size_t i = 0; i < formats.size(); ++i)
        if (const auto choice = front.uniform(static_cast<int>(i)))
            std::printf("%-10s %s %15s\n", formats[i].c_str(), row(front, choice->bytes, choice->loss).c_str(),
                        showNumber(front.at(choice->bytes).loss).c_str());
}

/// What mixing brings by theory, and what sharing and constraints take away again.
void printWorth(const allocate::Front& front, const allocate::Front& free) {
    const auto gain = allocate::codingGain(allocate::sourcesOf(front.problem()));
    std::printf("\nmixing     coding gain %s, worth %.2f bits per weight\n", showNumber(gain.gain()).c_str(),
                gain.bitsSaved());
    if (&front == &free) return;
    const auto vertices = front.vertices();
    for (const std::size_t part : {1, 2, 3}) {
        const allocate::Vertex& vertex = vertices[vertices.size() * part / 4];
        std::printf("price      %s: %+.2f %% of the free loss\n", row(front, vertex.bytes, vertex.loss).c_str(),
                    100 * (allocate::priceOf(front, free, vertex.bytes) - 1));
    }
}

/// Each rule's loss in times of the optimum's, at ninths of the range.
void printCompared(const allocate::Front& front, const std::vector<allocate::compare::Curve>& curves) {
    std::printf("\nloss in times of the optimum at b/w:\n%-20s", "");
    const std::vector<allocate::Vertex>& best = curves.front().points;
    for (const allocate::Vertex& point : best)
        std::printf(" %8.2f", front.problem().bitsPerWeight(point.bytes));
    for (const allocate::compare::Curve& curve : curves) {
        std::printf("\n%-20s", curve.name.c_str());
        for (std::size_t i = 0; i < best.size(); ++i)
            std::printf(" %8.3f", best[i].loss > 0 ? curve.points[i].loss / best[i].loss : 1.0);
        std::printf("   %s", curve.source.c_str());
    }
    std::printf("\n");
}

void run(const FrontSettings& settings) {
    const flow::View view = settings.view.view();
    const quality::Metric metric = quality::metricOf(settings.table.metric);
    const auto model = model::Model::open(settings.model.folder);
    const auto table = flow::newestTable(*model, settings.table.cache);
    const auto front = flow::frontOf(*table, settings.table.palette, metric, view);
    const bool drawn = settings.json || !settings.csv.empty() || !settings.svg.empty();
    std::vector<allocate::compare::Curve> curves;
    if (settings.compare) curves = allocate::compare::curvesOf(*front, drawn ? drawnBudgets : printedBudgets);
    const report::Subject subject{.model = model->checkpoint().name(),
                                  .table = table->key.hex(),
                                  .metric = std::string(quality::metricName(metric)),
                                  .unit = std::string(quality::metricUnit(metric)),
                                  .palette = settings.table.palette};
    if (!settings.csv.empty()) writeFile(settings.csv, report::frontCsv(*front, curves));
    if (!settings.svg.empty()) writeFile(settings.svg, report::frontSvg(*front, subject, {.compared = curves}));
    if (settings.json)
        std::fputs(report::frontJson(*front, subject, curves).c_str(), stdout);
    if (drawn) return;
    printText(*front, subject);
    printWorth(*front, view.isFree() ? *front : *flow::frontOf(*table, settings.table.palette, metric));
    if (settings.compare) printCompared(*front, curves);
}

}  // namespace

void addFront(CLI::App& app) {
    auto* const command = app.add_subcommand("front", "Show quality against size: every point worth having");
    const auto settings = std::make_shared<FrontSettings>();
    settings->model.addTo(*command);
    settings->table.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    settings->view.addTo(*command);
    command->add_flag("--compare", settings->compare, "Add what other rules make of the same table and sizes");
    command->add_option("--csv", settings->csv, "Write the points as CSV");
    command->add_option("--svg", settings->svg, "Write the picture as SVG");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
