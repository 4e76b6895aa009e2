#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/format/format.hpp"
#include "kernels/input.hpp"
#include "kernels/matrix_scales.hpp"

/// What the scores of other tools are made of (reference/methods.md names the sources), gathered where it is asked for. Of a
/// matrix with more than 4096 rows every second, third, ... row is looked at and stands for its neighbours.
namespace dq::measure {

/// One matrix in one format; D = W - Q(W), sums over rows i and columns j.
struct PeerSums {
    double outputError = 0;  // llama.cpp, EOE-MSE: rows x the mean of (sum v D^2 + (sum m D)^2) / (sum max(0, v - m^2) w^2 + (sum m w)^2)
                             // without its lowest and highest hundredth; v = E[x^2], m = E[x]
    double cosine = 0;       // llama.cpp: sum_i of 1 - the cosine between w and Q(w) under v
    double output = 0;       // ModelOpt: 1/2 (1/T) sum_t sum_i gy_ti^2 (D x_t)_i^2, nats per token
    double firstOrder = 0;   // AutoScheme: sum |g D|, g the gradient of the mean loss
    double pivots = 0;       // BAQ, SliM-LLM: sum D^2 / d_j^2, d the diagonal of the upper Cholesky factor of H^-1, H = E[x x^T]

    void add(const PeerSums& other);
};

/// One matrix.
struct PeerNumbers {
    double sequenceTrace = 0;  // DynaQuant v1: mean over sequences of ||d(mean loss)/dW||^2
    double alphaHill = 0;      // AlphaQ: tail of the spectrum (measure/spectrum.hpp)
    double spectralSize = 0;   // NSDS: nuclear norm times effective rank (the same)
    double noiseGain = 0;      // HIGGS: KL / ||noise||^2 ||W||^2 where Gaussian noise alone is added; 0: not tried
};

/// How far apart the rows are that are looked at, and how many random signs make up for few rows (their mean of squares
/// is as if some 2048 rows had one).
std::int64_t sampledStride(std::int64_t rows);
std::int64_t sampledCount(std::int64_t firstRow, std::int64_t rows, std::int64_t stride);  // of a slab
std::int64_t probesFor(std::int64_t rows);

/// The sampled rows of a slab and what meets them. Spans may be empty where nothing is known: of `gradient` the root of h is taken
/// instead, of `probes` half the sum of h D^2, of `pivots` the moment, of `mean` 0.
struct PeerRows {
    std::vector<std::int64_t> places;      // their rows in the matrix
    std::int64_t cols = 0;
    std::vector<float> weights, fisher;    // [places, cols]
    std::span<const float> moment, mean;   // [cols]
    std::span<const float> gradient;       // [places, cols]
    std::span<const float> probes;         // the first of `probeCount`, [places, cols], `probeDistance` apart
    std::size_t probeCount = 0, probeDistance = 0;
    std::span<const double> pivots;        // [cols]
    std::shared_ptr<const kernels::Feedback> feedback = {};  // for formats that want it
};

/// One format's way to round a matrix: `shared` holds the whole matrix's scales where rows cannot choose them.
struct PeerFormat {
    const kernels::Encoding& encoding;
    float globalScale = 1;
    const kernels::MatrixScales& shared;
};

/// The sums of these rows as they are, but for outputError: each row's quotient is put behind `quotients`.
PeerSums peerSums(const PeerRows& rows, const PeerFormat& format, std::vector<float>& quotients);

/// The mean without the lowest and highest hundredth of the numbers, in their own order; 0 of none.
double trimmedMean(std::span<const float> numbers);

}  // namespace dq::measure
