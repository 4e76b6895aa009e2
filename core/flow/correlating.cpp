#include "core/flow/correlating.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/format/format.hpp"
#include "core/quality/agreement.hpp"
#include "core/quality/peer_losses.hpp"

namespace dq::flow {

namespace {

void requireIndependent(const std::string& palette) {
    for (const std::string& name : format::palette(palette).formats)
        if (format::get(name).needsHessian())
            throw Error(Kind::Input, name + ": formats with error feedback are not tried alone; name others with --formats");
}

bool isWanted(const measure::MatrixRow& row, const CorrelateRequest& request) {
    if (row.notFinite > 0 || (request.blocksOnly && row.block < 0)) return false;
    return request.only.empty() ||
           std::ranges::any_of(request.only, [&](const std::string& part) { return row.name.find(part) != std::string::npos; });
}

std::vector<Tried> cellsOf(const measure::Measurements& table, const CorrelateRequest& request) {
    std::vector<Tried> cells;
    for (std::size_t matrix = 0; matrix < table.rows.size(); ++matrix) {
        if (!isWanted(table.rows[matrix], request)) continue;
        for (std::size_t format = 0; format < table.formats.size(); ++format) cells.push_back({matrix, format, 0});
    }
    if (cells.empty()) throw Error(Kind::Input, table.modelName + ": no matrix is left to try alone");
    return cells;
}

/// The median over what was measurable.
double medianRatio(std::span<const double> predicted, std::span<const double> measured) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < measured.size(); ++i)
        if (measured[i] > 0) ratios.push_back(predicted[i] / measured[i]);
    return quality::median(std::move(ratios));
}

MetricScore scoreOf(const quality::LossTable& losses, std::span<const Tried> tried, std::size_t formats) {
    MetricScore score;
    score.metric = losses.metric;
    std::vector<double> measured;
    std::vector<std::vector<double>> predictedIn(formats), measuredIn(formats);
    for (const Tried& cell : tried) {
        const double predicted = losses.loss[cell.matrix][cell.format];
        score.predicted.push_back(predicted);
        measured.push_back(cell.kl);
        predictedIn[cell.format].push_back(predicted);
        measuredIn[cell.format].push_back(cell.kl);
    }
    score.all = quality::spearman(score.predicted, measured);
    for (std::size_t format = 0; format < formats; ++format)
        score.within.push_back(quality::spearman(predictedIn[format], measuredIn[format]));
    if (!quality::metricUnit(losses.metric).empty()) score.ratio = medianRatio(score.predicted, measured);
    return score;
}

}  // namespace

std::vector<MetricScore> scored(const measure::Measurements& table, std::span<const Tried> tried) {
    std::vector<MetricScore> scores;
    for (const quality::Metric metric : quality::metrics())
        if (quality::holds(table, metric)) scores.push_back(scoreOf(quality::lossTable(table, metric), tried, table.formats.size()));
    return scores;
}

Correlation correlate(const CorrelateRequest& request, measure::FisherPass& pass, evaluate::Evaluator& evaluator,
                      const Progress& progress) {
    requireIndependent(request.measure.formats);
    const auto model = model::Model::open(request.measure.model);
    model->requireRunnable();
    const text::Samples samples = readSamples(*model, request.text, request.samples);
    Correlation result;
    MeasureRequest narrow = request.measure;
    narrow.cache /= "alone";  // a table of few formats must not become the newest that allocate would choose from
    narrow.fisher.peers = true;
    narrow.evaluator = &evaluator;
    result.table = measure(narrow, pass, [](const measure::MatrixRow&) {}, progress).measurements;
    result.documents = std::ssize(samples.sequences);
    result.tokens = samples.predictedCount();
    result.tried = cellsOf(*result.table, request);
    tryEach(*model, result.table, samples, result.tried, narrow.cache, evaluator, progress);
    result.metrics = scored(*result.table, result.tried);
    return result;
}

}  // namespace dq::flow
