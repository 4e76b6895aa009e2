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
    // Those of other tools, of tables that were measured with them (core/measure/peer_sums.hpp):
    DynaQuantV1,     // S noise(b), S = trace by sequences * mean w^2: blind to what a format does
    EoeMse,          // llama.cpp --target-bpw
    WeightedCosine,  // llama.cpp --target-bpw, of attention's matrices there
    ModelOpt,        // 1/2 sum gy^2 Dy^2: nats per token
    AutoScheme,      // sum |g D|: first order
    GptqDiagonal,    // sum D^2 / d^2: BAQ, SliM-LLM, QVLA
    Higgs,           // a ||D||^2 / ||W||^2, a from injected noise: nats per token
    AlphaQ,          // (median alpha / alpha) * mean D^2; data-free
    Nsds,            // (1 - (1 - NV)(1 - SE)) * sum D^2 / sum w^2; data-free
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
