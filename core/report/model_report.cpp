#include "core/report/model_report.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "core/quality/loss_table.hpp"
#include "core/report/layer_map_svg.hpp"
#include "core/report/page_style.hpp"
#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

/// Rows of cells: a name at the left, the rest at the right.
class Table {
public:
    explicit Table(std::vector<std::string> head) { row("th", head); }
    void add(const std::vector<std::string>& cells) { row("td", cells); }
    std::string finish() && { return out_ + "</table>\n"; }

private:
    void row(const char* tag, const std::vector<std::string>& cells) {
        out_ += "<tr>";
        for (std::size_t i = 0; i < cells.size(); ++i)
            out_ += std::string("<") + tag + (i > 0 ? " class=\"n\">" : ">") + escaped(cells[i]) + "</" + tag + ">";
        out_ += "</tr>\n";
    }
    std::string out_ = "<table>\n";
};

std::string section(const std::string& title, const std::string& body) {
    return "<h2>" + escaped(title) + "</h2>\n" + body;
}

std::string paragraph(const std::string& text) {
    return "<p>" + escaped(text) + "</p>\n";
}

/// Behind the name of a loss.
std::string unitOf(const recipe::Recipe& recipe) {
    const std::string_view unit = quality::metricUnit(quality::metricOf(recipe.metric));
    return unit.empty() ? ", " + recipe.metric + " (no unit)" : ", nats per token";
}

std::string summary(const recipe::Recipe& recipe) {
    Table table({"", "this recipe"});
    table.add({"size of all tensors", showBytes(recipe.bytes) + " (" + std::to_string(recipe.bytes) + " bytes)"});
    table.add({"bits per weight, scales counted", showNumber(recipe.bitsPerWeight, 4)});
    table.add({"predicted loss" + unitOf(recipe), showNumber(recipe.predictedLoss)});
    table.add({"no choice of this size has less than" + unitOf(recipe), showNumber(recipe.bound)});
    return std::move(table).finish();
}

std::vector<std::string> cellsOf(const ValidationSummary::Point& point) {
    return {point.mark.name,
            showBytes(point.mark.bytes),
            showNumber(point.bitsPerWeight, 4),
            showNumber(point.predicted),
            showNumber(point.corrected),
            showNumber(point.mark.kl),
            "[" + showNumber(point.mark.low) + ", " + showNumber(point.mark.high) + "]"};
}

std::string said(const char* what, const ValidationSummary::Agreement& agreement) {
    return std::string(what) + ": rank correlation with the measured KL (at most 1) " + showNumber(agreement.spearman, 4) + ", median of predicted / measured " +
           showNumber(agreement.ratio) + ", median |ln| of it " + showNumber(agreement.logRatio) + ".";
}

std::string measuredTable(const ValidationSummary& validation) {
    Table table({"", "size", "bits per weight", "predicted, nats per token", "corrected", "measured KL, nats per token", "95 %"});
    for (const auto* part : {&validation.points, &validation.reallocated})
        for (const ValidationSummary::Point& point : *part) table.add(cellsOf(point));
    return paragraph("Run on " + validation.text + "; nats per token. \"front\" are points of the front above, \"corrected\" what the front says "
                     "once it has learned from the measurements, the others all matrices in one format.") +
           std::move(table).finish() + paragraph(said("As predicted", validation.before)) + paragraph(said("After correction", validation.after));
}

std::string matricesTable(const measure::Measurements& table, const recipe::Recipe& recipe) {
    Table all({"matrix", "rows x columns", "format", "bytes", "predicted loss, nats per token", "Fisher trace, nats per token and weight^2", "kurtosis (no unit)"});
    for (std::size_t m = 0; m < table.rows.size(); ++m) {
        const measure::MatrixRow& row = table.rows[m];
        const auto f = static_cast<std::size_t>(std::find(table.formats.begin(), table.formats.end(), recipe.entries[m].format) -
                                                table.formats.begin());
        all.add({row.name, std::to_string(row.rows) + " x " + std::to_string(row.cols), recipe.entries[m].format, std::to_string(row.bytes.at(f)),
                 showNumber(row.errors.at(f).fisher), showNumber(row.fisherTrace), showNumber(row.kurtosis)});
    }
    return std::move(all).finish();
}

std::string provenance(const measure::Measurements& table, const Subject& subject, const recipe::Recipe& recipe) {
    Table all({"", "this report"});
    all.add({"model", table.modelName + ", fingerprint " + table.key.model});
    all.add({"calibrated on", table.calibrationSource + ", " + std::to_string(table.calibrationTokens) + " tokens, fingerprint " + table.key.calibration});
    all.add({"labels of the Fisher information", table.key.labels + ", seed " + std::to_string(table.key.seed)});
    all.add({"error table", table.key.hex()});
    all.add({"metric", recipe.metric});
    all.add({"palette", subject.palette});
    all.add({"DynaQuant", table.key.tool + " measured, " + recipe.tool + " allocated, " + toolVersion + " wrote this"});
    return std::move(all).finish();
}

std::string commands(const measure::Measurements& table, const Subject& subject, const recipe::Recipe& recipe,
                     const std::optional<ValidationSummary>& validation) {
    const std::string model = "MODEL", text = validation ? " --text " + validation->text : "";
    return "<pre>" +
           escaped("dynaquant-cli " + table.command + "\ndynaquant-cli allocate " + model + " --size " + std::to_string(recipe.bytes) + " --palette " +
                   subject.palette + " --metric " + recipe.metric + " -o recipe.json\ndynaquant-cli evaluate " + model +
                   " --recipe recipe.json" + text + "\ndynaquant-cli validate " + model + text + " --json > validation.json\ndynaquant-cli report " + model +
                   " --recipe recipe.json --validation validation.json -o report.html") +
           "</pre>\n";
}

allocate::Choice choiceOf(const recipe::Recipe& recipe) {
    return {.formats = {}, .bytes = recipe.bytes, .loss = recipe.predictedLoss, .bound = recipe.bound, .price = 0};
}

void requireSame(const measure::Measurements& table, const recipe::Recipe& recipe, const std::optional<ValidationSummary>& validation) {
    if (recipe.modelFingerprint != table.key.model)
        throw Error(Kind::Input, "the recipe is for another model (" + recipe.modelName + "), not for " + table.modelName);
    if (validation && validation->model != table.modelName)
        throw Error(Kind::Input, "the validation is of another model (" + validation->model + "), not of " + table.modelName);
}

}  // namespace

std::string modelReport(const measure::Measurements& table, const allocate::Front& front, const Subject& subject, const recipe::Recipe& recipe,
                        const std::optional<ValidationSummary>& validation) {
    requireSame(table, recipe, validation);
    SvgOptions options{.chosen = choiceOf(recipe)};
    if (validation)
        for (const ValidationSummary::Point& point : validation->points) options.measured.push_back(point.mark);
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>" + escaped(table.modelName) +
                       ": DynaQuant report</title>\n<style>" + pageStyle + "</style></head>\n<body>\n<h1>" + escaped(table.modelName) + "</h1>\n" +
                       "<p class=\"lead\">" + escaped(std::to_string(table.rows.size()) + " weight matrices, " + showBytes(recipe.bytes) + " at " +
                                                      showNumber(recipe.bitsPerWeight, 4) + " bits per weight") + "</p>\n";
    page += summary(recipe);
    page += section("Quality against size", frontSvg(front, subject, options));
    page += section("Bits by layer and role", layerMapSvg(table, recipe));
    if (validation) page += section("Predicted and measured", measuredTable(*validation));
    page += section("Every matrix", matricesTable(table, recipe));
    page += section("Where the numbers come from", provenance(table, subject, recipe));
    page += section("How to make it again", commands(table, subject, recipe, validation));
    return page + "</body></html>\n";
}

}  // namespace dq::report
