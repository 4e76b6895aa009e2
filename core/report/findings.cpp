#include "core/report/findings.hpp"

#include <algorithm>

#include "core/base/version.hpp"
#include "core/report/scatter.hpp"

namespace dq::report {

namespace {

std::string number(double value) {
    return showNumber(value);
}

std::string number(const std::optional<double>& value) {
    return value ? showNumber(*value) : "";
}

std::string span(const evaluate::Interval& interval) {
    return "[" + number(interval.low) + ", " + number(interval.high) + "]";
}

Section judged(const Findings& findings) {
    Cells cells{{"published", "here", ""}, {}, true};
    for (const Claim& claim : claimsOf(findings)) cells.rows.push_back({claim.claim, claim.found, std::string(verdictName(claim.verdict))});
    return {"What held and what did not", {cells}};
}

Figure sensitivities(const Findings& findings) {
    Scatter scatter{.title = "One matrix alone: sensitivity against measured KL",
                    .xLabel = "trace of the Fisher information x mean squared weight",
                    .yLabel = "measured KL, nats per token",
                    .series = {}};
    for (const std::string& format : findings.aloneFormats) scatter.series.push_back({format, {}});
    for (const Findings::Alone& one : findings.alone) scatter.series[one.format].points.push_back({one.sensitivity, one.kl, one.matrix});
    return {scatterSvg(scatter), "every point is one matrix rounded alone; a rule that ranks well makes a rising band of each colour"};
}

Figure predictions(const Findings& findings) {
    Scatter scatter{.title = "One matrix alone: predicted against measured KL",
                    .xLabel = "half the sum of h times squared rounding error, nats per token",
                    .yLabel = "measured KL, nats per token",
                    .series = {},
                    .diagonal = true};
    for (const std::string& format : findings.aloneFormats) scatter.series.push_back({format, {}});
    for (const Findings::Alone& one : findings.alone) scatter.series[one.format].points.push_back({one.loss, one.kl, one.matrix});
    return {scatterSvg(scatter), "the dashed line is a prediction that is exactly right; nothing was fitted"};
}

Section alone(const Findings& findings) {
    Cells cells{{"rule"}, {}};
    for (const std::string& format : findings.aloneFormats) cells.head.push_back(format);
    cells.head.insert(cells.head.end(), {"all", "predicted / measured"});
    for (const Findings::Rule& rule : findings.rules) {
        std::vector<std::string> row{rule.name};
        for (const double one : rule.within) row.push_back(number(one));
        row.insert(row.end(), {number(rule.all), number(rule.ratio)});
        cells.rows.push_back(std::move(row));
    }
    return {"Which rule foretells the KL of one matrix", {Paragraph{"Spearman's rank correlation with the measured KL, " + std::to_string(findings.alone.size()) +
                                                                  " trials of one matrix in one format, all others original."},
                                                        cells, sensitivities(findings), predictions(findings)}};
}

Section refined(const Findings& findings) {
    Section section{"Sensitivities of the original and of the rounded model", {}};
    Scatter scatter{.title = "Sensitivity before and after rounding to " + findings.refined.format,
                    .xLabel = "original",
                    .yLabel = "rounded",
                    .series = {{"matrices", {}}},
                    .diagonal = true};
    for (std::size_t i = 0; i < findings.refined.before.size(); ++i)
        scatter.series[0].points.push_back({findings.refined.before[i], findings.refined.after[i], ""});
    section.parts.emplace_back(Paragraph{"Trace times mean square, measured again on the rounded weights with the same text and the same random numbers: Spearman " +
                                         showNumber(findings.refined.spearman, 4) + "."});
    section.parts.emplace_back(Figure{scatterSvg(scatter), "a matrix on the dashed line minds rounding as much as it did"});
    return section;
}

std::vector<std::string> rowOf(const Findings::Uniform& one, const Findings::Uniform* fewer, const Findings::Uniform& eight) {
    return {one.format,
            number(one.bitsPerWeight),
            number(one.predicted),
            number(one.kl.mean),
            span(one.kl),
            one.kl.mean > 0 ? number(one.predicted / one.kl.mean) : "",
            fewer && one.kl.mean > 0 ? number(fewer->kl.mean / one.kl.mean) : "",
            eight.kl.mean > 0 ? number(one.kl.mean / eight.kl.mean) : ""};
}

Section spectrum(const Findings& findings) {
    Cells cells{{"format", "bits per weight", "predicted", "measured KL", "95 %", "predicted / measured", "KL of the row above, times", "in times of " + findings.eight.format}, {}};
    Scatter scatter{.title = "The value of a bit", .xLabel = "bits per weight, scales counted", .yLabel = "KL, nats per token", .series = {{"measured", {}, true}, {"predicted", {}, true}, {findings.eight.format, {}}}, .logX = false};
    const Findings::Uniform* fewer = nullptr;
    for (const Findings::Uniform& one : findings.spectrum) {
        cells.rows.push_back(rowOf(one, fewer, findings.eight));
        scatter.series[0].points.push_back({one.bitsPerWeight, one.kl.mean, one.format});
        scatter.series[1].points.push_back({one.bitsPerWeight, one.predicted, one.format});
        fewer = &one;
    }
    cells.rows.push_back(rowOf(findings.eight, nullptr, findings.eight));
    scatter.series[2].points.push_back({findings.eight.bitsPerWeight, findings.eight.kl.mean, findings.eight.format});
    return {"What each extra bit is worth", {cells, Figure{scatterSvg(scatter), "all matrices in one format; on this scale a straight line has no preferred width"}}};
}

Section rotations(const Findings& findings) {
    Cells cells{{"format", "rotation", "relative squared error", "measured KL", "95 %", "in times of that without"}, {}};
    double plain = 0;
    for (const Findings::Rotation& one : findings.rotations) {
        if (one.block == 0) plain = one.kl.mean;
        cells.rows.push_back({one.format, one.block == 0 ? "none" : one.block < 0 ? "largest power of two" : "blocks of " + std::to_string(one.block),
                              number(one.relativeError), number(one.kl.mean), span(one.kl), plain > 0 ? number(one.kl.mean / plain) : ""});
    }
    return {"Rotation", {Paragraph{"Rows are turned by random signs and a Hadamard matrix, rounded, and turned back: the same bytes, other errors."}, cells}};
}

Section knees(const Findings& findings) {
    Cells cells{{"formats to choose from", "knee of the loss, bits per weight", "knee of its logarithm"}, {}};
    for (const Findings::Knee& one : findings.knees) cells.rows.push_back({one.range, number(one.bits), number(one.logBits)});
    return {"The knee and the range", {Paragraph{"The point farthest below the chord of the front, of the same table, by what may be chosen."}, cells}};
}

Section experts(const Findings& findings) {
    Section section{"Experts and the rest", {}};
    if (!findings.experts) {
        section.parts.emplace_back(Paragraph{"The model has no experts."});
        return section;
    }
    const Findings::Experts& seen = *findings.experts;
    section.parts.emplace_back(Cells{{"", "experts", "others"},
                                     {{"weights", std::to_string(seen.weights), std::to_string(findings.weights - seen.weights)},
                                      {"predicted loss of a weight in int4-g32, 1e-9 nats per token", number(seen.expertLoss), number(seen.otherLoss)},
                                      {"bits per weight at the knee of the widest range", number(seen.expertBits), number(seen.otherBits)}}});
    return section;
}

Section provenance(const Findings& findings) {
    return {"Where the numbers come from",
            {Paragraph{"Sensitivities on " + std::to_string(findings.calibrationTokens) + " tokens of " + findings.calibration + "; KL on " +
                       std::to_string(findings.tokens) + " tokens in " + std::to_string(findings.documents) + " documents of " + findings.text +
                       ". Intervals are 95 %, by resampling documents. DynaQuant " + std::string(toolVersion) + "."},
             Preformatted{"dynaquant-cli findings MODEL --calibration " + findings.calibration + " --text " + findings.text + " -o findings.html"}}};
}

}  // namespace

Document documentOf(const Findings& findings) {
    Document document{.title = findings.model + ": published findings, looked into",
                      .lead = std::to_string(findings.matrices) + " weight matrices, " + std::to_string(findings.weights) + " weights",
                      .sections = {judged(findings)}};
    if (!findings.alone.empty()) document.sections.push_back(alone(findings));
    for (const auto& make : {refined, spectrum, rotations, knees, experts, provenance}) document.sections.push_back(make(findings));
    return document;
}

}  // namespace dq::report
