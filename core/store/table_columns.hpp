#pragma once

#include "core/measure/measurements.hpp"

namespace dq::store {

/// A number of every matrix, or of every matrix and format: the dataset's name and unit, and where it lives
/// in a row. Writing, reading and the README go by these lists, so that they cannot drift apart.
struct RowColumn {
    const char* name;
    const char* unit;
    double measure::MatrixRow::*value;
};
inline constexpr RowColumn rowColumns[] = {
    {"matrices/squared", "weight^2 (sum)", &measure::MatrixRow::squared},
    {"matrices/kurtosis", "1", &measure::MatrixRow::kurtosis},
    {"matrices/outlier_ratio", "1", &measure::MatrixRow::outlierRatio},
    {"matrices/largest", "weight", &measure::MatrixRow::largest},
    {"matrices/fisher_trace", "nats/token/weight^2 (sum)", &measure::MatrixRow::fisherTrace},
};

struct ErrorColumn {
    const char* name;
    const char* unit;
    double kernels::ErrorSums::*value;
};
inline constexpr ErrorColumn errorColumns[] = {
    {"errors/squared", "weight^2 (sum)", &kernels::ErrorSums::squared},
    {"errors/fisher", "nats/token", &kernels::ErrorSums::fisher},
    {"errors/activation", "(input*weight)^2 (sum)", &kernels::ErrorSums::activation},
    {"errors/largest", "weight", &kernels::ErrorSums::largest},
};

}  // namespace dq::store
