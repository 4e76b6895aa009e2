#include "kernels/error_stats.hpp"

#include <algorithm>
#include <cassert>

#include "core/base/parallel.hpp"
#include "kernels/gguf/rows_of.hpp"
#include "kernels/simd/error_row.hpp"

namespace dq::kernels {

namespace {

/// Rows whose sums are held at a time: the threads fill them in any order, then they are added in order.
constexpr std::int64_t rowsAtATime = 2048;

std::vector<ErrorSums> scaledErrors(const MatrixView& weights, std::span<const Encoding> palette,
                                    std::span<const float> globalScales, const float* fisher,
                                    const float* inputMoment, const SharedScales& shared) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    const simd::Moments moments(inputMoment, cols);
    const Input input{inputMoment ? std::span(inputMoment, cols) : std::span<const float>()};
    const simd::Importance importance(palette, input);
    std::vector<ErrorSums> sums(palette.size());
    std::vector<ErrorSums> held(static_cast<std::size_t>(std::min(rowsAtATime, weights.rows)) *
                                palette.size());
    for (std::int64_t first = 0; first < weights.rows; first += rowsAtATime) {
        const std::int64_t rows = std::min(rowsAtATime, weights.rows - first);
        parallelFor(rows, [&](std::int64_t i) {
            simd::errorRow({weights.row(first + i), cols, fisher ? fisher + (first + i) * weights.cols : nullptr,
                            inputMoment, &moments, &importance, shared.scales, shared.firstRow + first + i},
                           palette, globalScales, held.data() + static_cast<std::size_t>(i) * palette.size());
        });
        for (std::size_t k = 0; k < static_cast<std::size_t>(rows) * palette.size(); ++k)
            sums[k % palette.size()].add(held[k]);
    }
    return sums;
}

}  // namespace

void ErrorSums::add(const ErrorSums& other) {
    squared += other.squared;
    fisher += other.fisher;
    activation += other.activation;
    largest = std::max(largest, other.largest);
}

std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment, const SharedScales& shared) {
    assert(globalScales.size() == palette.size());
    if (shared.scales.empty() && std::any_of(palette.begin(), palette.end(), sharesScales)) {
        const std::vector<MatrixScales> own = sharedScalesOf(weights, palette);
        return errorStats(weights, palette, globalScales, fisher, inputMoment, {own});
    }
    std::vector<Encoding> scaled, blocks;
    std::vector<float> scales;
    std::vector<MatrixScales> ofMatrix;
    for (std::size_t f = 0; f < palette.size(); ++f) {
        if (palette[f].element == Element::Block) {
            blocks.push_back(palette[f]);
            continue;
        }
        scaled.push_back(palette[f]);
        scales.push_back(globalScales[f]);
        if (!shared.scales.empty()) ofMatrix.push_back(shared.scales[f]);
    }
    const auto ofScaled = scaledErrors(weights, scaled, scales, fisher, inputMoment, {ofMatrix, shared.firstRow});
    const auto ofBlocks = gguf::blockErrors(weights, blocks, fisher, inputMoment);
    std::vector<ErrorSums> sums;
    for (std::size_t f = 0, b = 0; f < palette.size(); ++f) {
        const bool block = palette[f].element == Element::Block;
        sums.push_back(block ? ofBlocks[b] : ofScaled[f - b]);
        b += block ? 1 : 0;
    }
    return sums;
}

}  // namespace dq::kernels
