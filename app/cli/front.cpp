#include <cstdio>

#include "app/cli/command.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/units.hpp"
#include "core/flow/allocating.hpp"
#include "core/flow/measuring.hpp"
#include "core/report/front_csv.hpp"
#include "core/report/front_json.hpp"
#include "core/report/front_svg.hpp"

namespace dq::cli {

namespace {

struct FrontSettings {
    ModelArgument model;
    TableOptions table;
    std::string csv, svg;
    bool json = false;
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

void run(const FrontSettings& settings) {
    const quality::Metric metric = quality::metricOf(settings.table.metric);
    const auto model = model::Model::open(settings.model.folder);
    const auto table = flow::newestTable(*model, settings.table.cache);
    const auto front = flow::frontOf(*table, settings.table.palette, metric);
    const report::Subject subject{.model = model->checkpoint().name(),
                                  .table = table->key.hex(),
                                  .metric = std::string(quality::metricName(metric)),
                                  .unit = std::string(quality::metricUnit(metric)),
                                  .palette = settings.table.palette};
    if (!settings.csv.empty()) writeFile(settings.csv, report::frontCsv(*front));
    if (!settings.svg.empty()) writeFile(settings.svg, report::frontSvg(*front, subject));
    if (settings.json)
        std::fputs(report::frontJson(*front, subject).c_str(), stdout);
    else if (settings.csv.empty() && settings.svg.empty())
        printText(*front, subject);
}

}  // namespace

void addFront(CLI::App& app) {
    auto* const command = app.add_subcommand("front", "Show quality against size: every point worth having");
    const auto settings = std::make_shared<FrontSettings>();
    settings->model.addTo(*command);
    settings->table.addTo(*command);
    command->add_flag("--json", settings->json, "Print one JSON object");
    command->add_option("--csv", settings->csv, "Write the points as CSV");
    command->add_option("--svg", settings->svg, "Write the picture as SVG");
    command->callback([settings] { run(*settings); });
}

}  // namespace dq::cli
