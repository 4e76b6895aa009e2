#include "core/quality/loss_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/base/error.hpp"
#include "core/quality/peer_losses.hpp"

namespace dq::quality {

namespace {

struct Words {
    Metric metric;
    std::string_view name, sentence, unit;
};

constexpr std::array<Words, 15> words{{
    {Metric::FisherDiagonal, "fisher-diagonal",
     "half the sum of Fisher information times squared rounding error, weight by weight: nats per token",
     "nats/token"},
    {Metric::FisherTrace, "fisher-trace",
     "half the matrix's whole Fisher information times its mean squared rounding error: nats per token",
     "nats/token"},
    {Metric::Activation, "activation",
     "squared rounding error weighted by the mean square of the input it meets (importance matrix): no unit",
     ""},
    {Metric::Squared, "squared", "squared rounding error alone, blind to what a weight is for: no unit", ""},
    {Metric::Relative, "relative", "squared rounding error over the matrix's squared weights, as if every matrix counted alike: no unit", ""},
    {Metric::Outlier, "outlier", "squared rounding error times how far the largest weight stands out of its matrix: no unit", ""},
    {Metric::DynaQuantV1, "dynaquant-v1",
     "DynaQuant v1: the gradients of whole sequences times mean squared weight times a model of rounding noise by bits: no unit", ""},
    {Metric::EoeMse, "eoe-mse", "llama.cpp's target-bpw: expected squared error of the outputs over their expected squares, row by row: no unit", ""},
    {Metric::WeightedCosine, "weighted-cosine",
     "llama.cpp's target-bpw: one minus the cosine between a row and the rounded one under the importance matrix: no unit", ""},
    {Metric::ModelOpt, "modelopt", "ModelOpt: half the squared gradient times the squared error of every output: nats per token",
     "nats/token"},
    {Metric::AutoScheme, "autoscheme", "AutoRound's AutoScheme: gradient of the loss times rounding error, weight by weight, to first order: no unit",
     ""},
    {Metric::GptqDiagonal, "gptq-diagonal",
     "BAQ, SliM-LLM: squared rounding error over the squared diagonal of GPTQ's Cholesky factor: no unit", ""},
    {Metric::Higgs, "higgs", "HIGGS: relative squared error times what noise of such size did to the model: nats per token", "nats/token"},
    {Metric::AlphaQ, "alphaq", "AlphaQ, without data: mean squared rounding error, more for spectra with heavy tails: no unit", ""},
    {Metric::Nsds, "nsds", "NSDS, without data: relative squared error, more for peaked weights and rich spectra: no unit", ""},
}};

const Words& wordsOf(Metric metric) {
    return *std::find_if(words.begin(), words.end(),
                         [metric](const Words& one) { return one.metric == metric; });
}

double lossOf(const measure::MatrixRow& row, const kernels::ErrorSums& error, Metric metric) {
    switch (metric) {
        case Metric::FisherDiagonal:
            return error.fisher;
        case Metric::FisherTrace:
            return 0.5 * row.fisherTrace * (error.squared / static_cast<double>(row.weights()));
        case Metric::Activation:
            return error.activation;
        case Metric::Relative:
            return row.squared > 0 ? error.squared / row.squared : 0;  // a matrix of zeros loses nothing
        case Metric::Outlier:
            return row.outlierRatio * error.squared;
        default:
            return error.squared;
    }
}

void requireWhole(const measure::MatrixRow& row, std::size_t formats) {
    if (row.rows <= 0 || row.cols <= 0)
        throw Error(Kind::Corrupt, "error table: matrix " + row.name + ": a shape of [" +
                                       std::to_string(row.rows) + ", " + std::to_string(row.cols) +
                                       "]; both must be above 0");
    if (row.errors.size() != formats)
        throw Error(Kind::Corrupt, "error table: matrix " + row.name + ": errors of " +
                                       std::to_string(row.errors.size()) + " formats where the table has " +
                                       std::to_string(formats));
}

}  // namespace

std::string_view metricName(Metric metric) {
    return wordsOf(metric).name;
}

std::string_view metricSentence(Metric metric) {
    return wordsOf(metric).sentence;
}

std::string_view metricUnit(Metric metric) {
    return wordsOf(metric).unit;
}

Metric metricOf(std::string_view name) {
    std::string known;
    for (const Words& one : words) {
        if (one.name == name) return one.metric;
        known += (known.empty() ? "" : ", ") + std::string(one.name);
    }
    throw Error(Kind::Input, "no metric is named \"" + std::string(name) + "\"; there are " + known);
}

std::vector<Metric> metrics() {
    std::vector<Metric> all;
    for (const Words& one : words)
        all.push_back(one.metric);
    return all;
}

namespace {

bool isRunFor(const measure::Measurements& table, Metric metric) {
    constexpr std::array dataFree{Metric::Squared, Metric::Relative, Metric::Outlier, Metric::AlphaQ, Metric::Nsds};
    return !table.weightsOnly() || std::ranges::find(dataFree, metric) != dataFree.end();
}

/// Zeros that stand for "not measured" must not pass for "loses nothing".
void requireMeasured(const measure::Measurements& table, Metric metric) {
    if (isRunFor(table, metric)) return;
    throw Error(Kind::Input, table.modelName + " was measured by its weights alone, because its architecture is not known and it cannot be "
                                               "run: only the metrics squared, relative, outlier, alphaq and nsds are known of it, not " +
                                 std::string(metricName(metric)));
}

}  // namespace

bool isKnown(const measure::Measurements& table, Metric metric) {
    return isRunFor(table, metric) && holds(table, metric);
}

LossTable lossTable(const measure::Measurements& table, Metric metric) {
    requireMeasured(table, metric);
    const std::optional<PeerLosses> peers = isPeerMetric(metric) ? std::optional<PeerLosses>(std::in_place, table, metric) : std::nullopt;
    LossTable losses{metric, {}};
    losses.loss.reserve(table.rows.size());
    for (const measure::MatrixRow& row : table.rows) {
        requireWhole(row, table.formats.size());
        std::vector<double>& cells = losses.loss.emplace_back();
        cells.reserve(table.formats.size());
        for (std::size_t f = 0; f < table.formats.size(); ++f) {
            const double loss = peers ? peers->of(losses.loss.size() - 1, f) : lossOf(row, row.errors[f], metric);
            if (!std::isfinite(loss) || loss < 0)
                throw Error(Kind::Corrupt, "error table: matrix " + row.name + " as " + table.formats[f] +
                                               ": " + std::string(metricName(metric)) + " is " +
                                               showNumber(loss) + "; it must be finite and not negative");
            cells.push_back(loss);
        }
    }
    return losses;
}

}  // namespace dq::quality
