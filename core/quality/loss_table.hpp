#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/measure/measurements.hpp"

namespace dq::quality {

/// From a table's numbers to a predicted loss (reference/methods.md names the sources).
enum class Metric {
    FisherDiagonal,  // 1/2 sum h D^2: nats per token when labels were sampled from the model
    FisherTrace,     // 1/2 (sum h) * mean D^2: HAWQ-V2, DynaQuant v2
    Activation,      // sum E[x^2] D^2: importance matrix; no unit
    Squared,         // sum D^2; no unit
    Relative,        // sum D^2 / sum w^2: HIGGS's t^2, every matrix minding it alike (methods.md 6); no unit
    Outlier,         // max |w| / sqrt(mean w^2) * sum D^2: QuantMoE-Bench's idea, over the matrix (methods.md 12); no unit
};
std::string_view metricName(Metric metric);      // "fisher-diagonal"
std::string_view metricSentence(Metric metric);  // for --help and tooltips
std::string_view metricUnit(Metric metric);      // "nats/token", or "" where the metric has none
Metric metricOf(std::string_view name);          // throws Error(Input) listing the names
std::vector<Metric> metrics();

/// Losses per matrix and format; rows and columns as in the table. All finite and not negative.
struct LossTable {
    Metric metric = Metric::FisherDiagonal;
    std::vector<std::vector<double>> loss;  // [matrices][formats]
};
LossTable lossTable(const measure::Measurements& table,
                    Metric metric);  // throws Error(Corrupt) naming a matrix

}  // namespace dq::quality
