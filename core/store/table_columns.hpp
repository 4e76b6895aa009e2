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

/// Of tables that hold what other tools' scores need, and of no others.
struct PeerRowColumn {
    const char* name;
    const char* unit;
    double measure::PeerNumbers::*value;
};
inline constexpr PeerRowColumn peerRowColumns[] = {
    {"peers/sequence_trace", "nats^2/weight^2 (sum)", &measure::PeerNumbers::sequenceTrace},
    {"peers/alpha_hill", "1", &measure::PeerNumbers::alphaHill},
    {"peers/spectral_size", "weight", &measure::PeerNumbers::spectralSize},
    {"peers/noise_gain", "nats/token; 0: not tried", &measure::PeerNumbers::noiseGain},
};

struct PeerColumn {
    const char* name;
    const char* unit;
    double measure::PeerSums::*value;
};
inline constexpr PeerColumn peerColumns[] = {
    {"peers/output_error", "1 (sum of quotients)", &measure::PeerSums::outputError},
    {"peers/cosine", "1 (sum of 1 - cosine)", &measure::PeerSums::cosine},
    {"peers/output", "nats/token", &measure::PeerSums::output},
    {"peers/first_order", "nats/token", &measure::PeerSums::firstOrder},
    {"peers/pivots", "(input*weight)^2 (sum)", &measure::PeerSums::pivots},
};

}  // namespace dq::store
