#include "kernels/error_stats.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "kernels/dequantize.hpp"
#include "kernels/lanes.hpp"
#include "kernels/quantize_pack.hpp"

namespace dq::kernels::reference {

namespace {

/// One row as it comes back from quantizing and dequantizing.
std::vector<float> roundedRow(const MatrixView& row, const Encoding& encoding, float globalScale) {
    std::vector<std::byte> codes(static_cast<std::size_t>(codeBytesPerRow(encoding, row.cols)));
    std::vector<std::byte> scales(static_cast<std::size_t>(scaleBytesPerRow(encoding, row.cols)));
    std::vector<float> rounded(static_cast<std::size_t>(row.cols));
    reference::quantizePack(row, encoding, globalScale, codes, scales);
    reference::dequantize(encoding, 1, row.cols, globalScale, codes, scales, rounded);
    return rounded;
}

ErrorSums rowErrors(const float* weights, std::span<const float> rounded, const float* fisher,
                    const float* inputMoment) {
    Lanes squared{};
    Lanes fisherSum{};
    Lanes activation{};
    float largest = 0;
    for (std::size_t j = 0; j < rounded.size(); ++j) {
        const float difference = weights[j] - rounded[j];
        const double square = double{difference} * double{difference};
        const std::size_t lane = j % laneCount;
        squared[lane] += square;
        if (fisher) fisherSum[lane] += double{fisher[j]} * square;
        if (inputMoment) activation[lane] += double{inputMoment[j]} * square;
        largest = std::max(largest, std::fabs(difference));
    }
    return {sumOf(squared), 0.5 * sumOf(fisherSum), sumOf(activation), largest};
}

}  // namespace

std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment) {
    assert(globalScales.size() == palette.size());
    std::vector<ErrorSums> sums(palette.size());
    for (std::int64_t i = 0; i < weights.rows; ++i) {
        const MatrixView row{weights.row(i), 1, weights.cols};
        const float* rowFisher = fisher ? fisher + i * weights.cols : nullptr;
        for (std::size_t f = 0; f < palette.size(); ++f)
            sums[f].add(
                rowErrors(row.data, roundedRow(row, palette[f], globalScales[f]), rowFisher, inputMoment));
    }
    return sums;
}

}  // namespace dq::kernels::reference
