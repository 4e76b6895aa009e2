#pragma once

#include <vector>

#include "core/measure/measurements.hpp"
#include "core/quality/loss_table.hpp"

namespace dq::quality {

/// Whether a metric looks at what `measure --peer-metrics` gathers.
bool isPeerMetric(Metric metric);

/// Whether a table was measured with what a metric needs.
bool holds(const measure::Measurements& table, Metric metric);

/// The same, and that the model was run where a metric asks for that: whether lossTable() has an answer.
bool isKnown(const measure::Measurements& table, Metric metric);

/// Other tools' scores. Some compare a matrix with all the others, so that the whole table is looked at first.
class PeerLosses {
public:
    /// Throws Error(Input) saying what to run where the table lacks what the metric needs.
    PeerLosses(const measure::Measurements& table, Metric metric);

    double of(std::size_t row, std::size_t format) const;

private:
    const measure::Measurements& table_;
    Metric metric_;
    std::vector<double> weights_;  // [rows]: of the metrics that multiply an error with a number of the matrix
    std::vector<double> noise_;    // [formats]: DynaQuant v1's model of an error
};

/// DynaQuant v1's variance of a rounding error relative to the matrix: 1 / (2^(b-1) - 1)^2, 0 from 16 bits on.
double noiseVariance(int bits);

}  // namespace dq::quality
