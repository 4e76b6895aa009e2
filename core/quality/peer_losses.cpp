#include "core/quality/peer_losses.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/format/format.hpp"
#include "core/quality/agreement.hpp"
#include "kernels/gguf/gguf.hpp"

namespace dq::quality {

namespace {

using measure::MatrixRow;
using measure::Measurements;

void requireGathered(const Measurements& table, Metric metric) {
    if (holds(table, metric)) return;
    const char* const what = table.key.peers ? "injecting noise" : "gathering what other tools' scores are made of";
    throw Error(Kind::Input, table.modelName + " was measured without " + what + ", which the metric " + std::string(metricName(metric)) +
                                 " needs: run dynaquant-cli measure --peer-metrics");
}

/// How many bits a code has; of a block type those that are left of a weight's share without its scales.
int codeBits(const std::string& name) {
    const kernels::Encoding encoding = format::get(name).encoding;
    if (encoding.element != kernels::Element::Block) return encoding.bits;
    const kernels::gguf::TypeInfo& info = kernels::gguf::infoOf(static_cast<kernels::gguf::Type>(encoding.block));
    return static_cast<int>(8 * info.blockBytes / info.blockWeights);
}

template <class Number>
std::vector<double> ofRows(const Measurements& table, Number number) {
    std::vector<double> all;
    for (const MatrixRow& row : table.rows) all.push_back(number(row));
    return all;
}

/// Heavier tails than the median's matter more.
std::vector<double> tails(const Measurements& table) {
    const std::vector<double> alphas = ofRows(table, [](const MatrixRow& row) { return row.peer.alphaHill; });
    const double middle = median(alphas);
    return ofRows(table, [&](const MatrixRow& row) { return row.peer.alphaHill > 0 ? middle / row.peer.alphaHill : 0.0; });
}

/// Each number's place among them in (0, 1), robustly.
std::vector<double> placed(const std::vector<double>& numbers) {
    const double middle = median(numbers);
    std::vector<double> distances;
    for (const double number : numbers) distances.push_back(std::abs(number - middle));
    const double spread = 1.4826 * median(distances);
    std::vector<double> all;
    for (const double number : numbers) all.push_back(1 / (1 + std::exp(spread > 0 ? -(number - middle) / spread : 0.0)));
    return all;
}

std::vector<double> nsds(const Measurements& table) {
    std::vector<double> kurtosis = placed(ofRows(table, [](const MatrixRow& row) { return row.kurtosis; }));
    const std::vector<double> size = placed(ofRows(table, [](const MatrixRow& row) { return row.peer.spectralSize; }));
    for (std::size_t i = 0; i < size.size(); ++i) kurtosis[i] = 1 - (1 - kurtosis[i]) * (1 - size[i]);
    return kurtosis;
}

std::vector<double> weightsOf(const Measurements& table, Metric metric) {
    switch (metric) {
        case Metric::DynaQuantV1:
            return ofRows(table, [](const MatrixRow& row) { return row.peer.sequenceTrace * row.squared / static_cast<double>(row.weights()); });
        case Metric::Higgs:
            return ofRows(table, [](const MatrixRow& row) { return row.peer.noiseGain; });
        case Metric::AlphaQ:
            return tails(table);
        case Metric::Nsds:
            return nsds(table);
        default:
            return {};
    }
}

double relative(const MatrixRow& row, const kernels::ErrorSums& error) {
    return row.squared > 0 ? error.squared / row.squared : 0;
}

}  // namespace

bool isPeerMetric(Metric metric) {
    switch (metric) {
        case Metric::DynaQuantV1:
        case Metric::EoeMse:
        case Metric::WeightedCosine:
        case Metric::ModelOpt:
        case Metric::AutoScheme:
        case Metric::GptqDiagonal:
        case Metric::Higgs:
        case Metric::AlphaQ:
        case Metric::Nsds:
            return true;
        default:
            return false;
    }
}

bool holds(const Measurements& table, Metric metric) {
    if (!isPeerMetric(metric)) return true;
    if (!table.key.peers || metric != Metric::Higgs) return table.key.peers;
    return std::ranges::any_of(table.rows, [](const MatrixRow& row) { return row.peer.noiseGain > 0; });
}

double noiseVariance(int bits) {
    if (bits >= 16) return 0;
    if (bits <= 1) return 4;
    const double largest = std::exp2(bits - 1) - 1;
    return 1 / (largest * largest);
}

PeerLosses::PeerLosses(const Measurements& table, Metric metric) : table_(table), metric_(metric) {
    requireGathered(table, metric);
    weights_ = weightsOf(table, metric);
    if (metric == Metric::DynaQuantV1)
        for (const std::string& name : table.formats) noise_.push_back(noiseVariance(codeBits(name)));
}

double PeerLosses::of(std::size_t at, std::size_t format) const {
    const MatrixRow& row = table_.rows[at];
    if (row.notFinite > 0) return 0;
    const kernels::ErrorSums& error = row.errors[format];
    const measure::PeerSums sums = row.peers.empty() ? measure::PeerSums() : row.peers[format];
    switch (metric_) {
        case Metric::DynaQuantV1:
            return weights_[at] * noise_[format];
        case Metric::EoeMse:
            return sums.outputError;
        case Metric::WeightedCosine:
            return sums.cosine;
        case Metric::ModelOpt:
            return sums.output;
        case Metric::AutoScheme:
            return sums.firstOrder;
        case Metric::GptqDiagonal:
            return sums.pivots;
        case Metric::AlphaQ:
            return weights_[at] * error.squared / static_cast<double>(row.weights());
        default:  // HIGGS, NSDS
            return weights_[at] * relative(row, error);
    }
}

}  // namespace dq::quality
