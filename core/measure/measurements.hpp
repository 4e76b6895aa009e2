#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/units.hpp"
#include "core/measure/peer_sums.hpp"
#include "kernels/error_stats.hpp"

namespace dq::measure {

inline constexpr const char* weightsOnlyLabels = "none";

/// Everything that decides the numbers in a table: equal keys, equal tables.
struct Key {
    std::string model;         // Checkpoint::fingerprint()
    std::string calibration;   // Samples::fingerprint
    std::string labels;        // "sampled", "data", or "none": the model was not run
    std::uint64_t seed = 0;
    std::int64_t window = 0;
    std::string formats;       // names, comma-separated
    std::string tool;          // toolVersion
    std::string arithmetic;    // "cpu-f32", "cpu-bf16"
    std::int64_t quantizers = 0;  // kernels/revision.hpp
    bool peers = false;           // what other tools' scores need was gathered too (measure/peer_sums.hpp)
    std::string importance;       // fingerprint of the file that E[x^2] came from; empty: the calibration's own

    std::string hex() const;   // fingerprint of all of it: the cache file's name
    bool needsHessians() const;  // whether a format wants the Hessian of every block's input beside the table
    bool needsSensitivities() const;  // kernels/sensitivity.hpp, of every matrix
    bool operator==(const Key&) const = default;
};

/// One row: a matrix and what each format does to it.
struct MatrixRow {
    std::string name;          // WeightMatrix::name
    std::string role;
    int block = -1;
    std::int64_t rows = 0, cols = 0;
    double squared = 0;        // sum w^2
    double kurtosis = 0;
    double outlierRatio = 0;
    double largest = 0;        // max |w|
    double fisherTrace = 0;    // sum_ij h_ij, nats per token per weight^2 (methods.md 1.8)
    std::int64_t tokens = -1;  // calibration tokens that met the matrix; 0: an expert none was sent to, whose
                               // numbers are an estimate; -1: not known, or the model was not run
    std::vector<float> inputMoment;             // E[x_j^2], [cols]
    std::vector<Bytes> bytes;                   // [formats], scales included
    std::vector<kernels::ErrorSums> errors;     // [formats]
    std::vector<PeerSums> peers;                // [formats]; empty: not gathered
    PeerNumbers peer;                           // the same of the matrix itself

    std::int64_t weights() const { return rows * cols; }
    std::int64_t notFinite = 0;  // weights that are NaN or infinite: where there are any, nothing was measured, the
                                 // errors are 0 and say nothing, and the matrix stays in 16 bits
    bool unreached() const { return tokens == 0; }
};

/// The finished table: sealed, shared, stored. Rows in the model's matrix order, columns in `formats` order.
struct Measurements {
    Key key;
    std::string modelName;
    std::string calibrationSource;
    std::int64_t calibrationTokens = 0;
    std::int64_t calibrationSequences = 0;
    double calibrationLoss = 0;      // mean cross-entropy of the calibration text under the original, nats per token
    Bytes passthroughBytes = 0;
    std::string command;             // canonical command line, no paths
    std::vector<std::string> formats;
    std::vector<MatrixRow> rows;

    /// Only errors.squared means something: the model's architecture is not known, so it was not run.
    bool weightsOnly() const { return key.labels == weightsOnlyLabels; }
};

}  // namespace dq::measure
