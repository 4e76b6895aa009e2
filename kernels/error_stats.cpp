#include "kernels/error_stats.hpp"

#include <algorithm>
#include <cassert>

#include "core/base/parallel.hpp"
#include "kernels/lanes.hpp"
#include "kernels/round_row.hpp"
#include "kernels/rounding.hpp"

namespace dq::kernels {

namespace {

struct RowLanes {
    Lanes squared{};
    Lanes fisher{};
    Lanes activation{};
    std::array<float, laneCount> largest{};
};

struct RowInput {
    const float* weights;
    const float* fisher;
    const float* inputMoment;
};

inline void addColumn(RowLanes& lanes, std::size_t lane, const RowInput& in, const float* rounded,
                      std::size_t j) {
    const float difference = in.weights[j] - rounded[j];
    const double square = double{difference} * double{difference};
    lanes.squared[lane] += square;
    lanes.fisher[lane] += double{in.fisher[j]} * square;
    lanes.activation[lane] += double{in.inputMoment[j]} * square;
    const float magnitude = rounding::magnitudeOf(difference);
    lanes.largest[lane] = magnitude > lanes.largest[lane] ? magnitude : lanes.largest[lane];
}

ErrorSums rowErrors(const RowInput& in, std::span<const float> rounded) {
    RowLanes lanes;
    const std::size_t whole = rounded.size() - rounded.size() % laneCount;
    for (std::size_t j = 0; j < whole; j += laneCount)
        for (std::size_t lane = 0; lane < laneCount; ++lane)
            addColumn(lanes, lane, in, rounded.data(), j + lane);
    for (std::size_t j = whole; j < rounded.size(); ++j)
        addColumn(lanes, j - whole, in, rounded.data(), j);
    return {sumOf(lanes.squared), 0.5 * sumOf(lanes.fisher), sumOf(lanes.activation),
            *std::max_element(lanes.largest.begin(), lanes.largest.end())};
}

/// Rows whose sums are held at a time: the threads fill them in any order, then they are added in order.
constexpr std::int64_t rowsAtATime = 2048;

}  // namespace

void ErrorSums::add(const ErrorSums& other) {
    squared += other.squared;
    fisher += other.fisher;
    activation += other.activation;
    largest = std::max(largest, other.largest);
}

std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment) {
    assert(globalScales.size() == palette.size());
    const auto cols = static_cast<std::size_t>(weights.cols);
    const std::vector<float> zeros(fisher && inputMoment ? 0 : cols);
    std::vector<ErrorSums> sums(palette.size());
    std::vector<ErrorSums> held(static_cast<std::size_t>(std::min(rowsAtATime, weights.rows)) *
                                palette.size());
    for (std::int64_t first = 0; first < weights.rows; first += rowsAtATime) {
        const std::int64_t rows = std::min(rowsAtATime, weights.rows - first);
        parallelFor(rows, [&](std::int64_t i) {
            thread_local std::vector<float> rounded;
            rounded.resize(cols);
            const RowInput in{weights.row(first + i),
                              fisher ? fisher + (first + i) * weights.cols : zeros.data(),
                              inputMoment ? inputMoment : zeros.data()};
            for (std::size_t f = 0; f < palette.size(); ++f) {
                roundRow({in.weights, cols}, palette[f], globalScales[f], rounded);
                held[static_cast<std::size_t>(i) * palette.size() + f] = rowErrors(in, rounded);
            }
        });
        for (std::size_t k = 0; k < static_cast<std::size_t>(rows) * palette.size(); ++k)
            sums[k % palette.size()].add(held[k]);
    }
    return sums;
}

}  // namespace dq::kernels
