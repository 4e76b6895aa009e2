#include "core/flow/correlating.hpp"

#include <algorithm>
#include <memory>

#include "core/base/error.hpp"
#include "core/export/rounded.hpp"
#include "core/format/format.hpp"
#include "core/measure/inputs.hpp"
#include "core/quality/agreement.hpp"
#include "core/quality/peer_losses.hpp"

namespace dq::flow {

namespace {

std::vector<format::Format> formatsOf(const measure::Measurements& table) {
    std::vector<format::Format> formats;
    for (const std::string& name : table.formats) formats.push_back(format::get(name));
    return formats;
}

void requireIndependent(const std::string& palette) {
    for (const std::string& name : format::palette(palette).formats)
        if (format::get(name).needsHessian())
            throw Error(Kind::Input, name + ": formats with error feedback are not tried alone; name others with --formats");
}

evaluate::WeightSource roundedTo(const format::Format& format, std::shared_ptr<const measure::Inputs> inputs) {
    return [format, inputs](const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights) {
        const std::vector<float> rounded =
            exporting::rounded(original, matrix.rows, matrix.cols, format, inputs->of(matrix.name, format));
        std::copy(rounded.begin(), rounded.end(), weights.begin());
        return true;
    };
}

std::vector<Tried> cellsOf(const measure::Measurements& table, bool blocksOnly) {
    std::vector<Tried> cells;
    for (std::size_t matrix = 0; matrix < table.rows.size(); ++matrix) {
        const measure::MatrixRow& row = table.rows[matrix];
        if (row.notFinite > 0 || (blocksOnly && row.block < 0)) continue;
        for (std::size_t format = 0; format < table.formats.size(); ++format) cells.push_back({matrix, format, 0});
    }
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
    MeasureRequest wanted = request.measure;
    wanted.fisher.peers = true;
    wanted.evaluator = &evaluator;
    result.table = measure(wanted, pass, [](const measure::MatrixRow&) {}, progress).measurements;
    result.documents = std::ssize(samples.sequences);
    result.tokens = samples.predictedCount();
    result.tried = cellsOf(*result.table, request.blocksOnly);
    const auto inputs = std::make_shared<const measure::Inputs>(result.table);
    const std::vector<format::Format> formats = formatsOf(*result.table);
    std::vector<evaluate::Change> changes;
    for (const Tried& cell : result.tried) changes.push_back({cell.matrix, roundedTo(formats[cell.format], inputs)});
    const std::vector<double> found = evaluator.klOfEach(*model, samples, changes, progress);
    for (std::size_t i = 0; i < found.size(); ++i) result.tried[i].kl = found[i];
    result.metrics = scored(*result.table, result.tried);
    return result;
}

}  // namespace dq::flow
