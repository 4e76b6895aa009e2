#include "kernels/error_stats.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "kernels/dequantize.hpp"
#include "kernels/importance.hpp"
#include "kernels/lanes.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/row_units.hpp"
#include "kernels/sensitivity.hpp"

namespace dq::kernels::reference {

namespace {

/// One row as it comes back from quantizing and dequantizing.
std::vector<float> roundedRow(const MatrixView& row, const Encoding& encoding, float globalScale, GivenScales given,
                              const Input& input, const float* importance) {
    std::vector<std::byte> codes(static_cast<std::size_t>(codeBytesPerRow(encoding, row.cols)));
    std::vector<std::byte> scales(static_cast<std::size_t>(scaleBytesPerRow(encoding, row.cols)));
    std::vector<float> rounded(static_cast<std::size_t>(row.cols));
    if (encoding.element == Element::Block) {
        reference::quantizePack(row, encoding, globalScale, codes, scales, input);
        reference::dequantize(encoding, 1, row.cols, globalScale, codes, scales, rounded);
        return rounded;
    }
    reference::quantizeRow({row.data, rounded.size()}, encoding, globalScale, given, codes, scales, importance);
    reference::dequantizeRow(encoding, globalScale, given, codes, scales, rounded);
    return rounded;
}

/// What the search weighs a row's errors with.
std::vector<float> sensitivitiesIn(std::span<const float> fisher) {
    std::vector<std::uint8_t> codes(fisher.size());
    sensitivitiesOf(fisher, codes);
    std::vector<float> numbers(fisher.size());
    sensitivitiesTo(codes, numbers.data());
    return numbers;
}

float largestOf(const float* numbers, std::size_t count) {
    float largest = 0;
    for (std::size_t j = 0; j < count; ++j)
        largest = std::max(largest, std::fabs(numbers[j]));
    return largest;
}

/// A row's weights of squares: h or E[x^2], all of them multiplied by `unit`, or none at all.
struct Factors {
    const float* numbers = nullptr;
    float unit = 1;
};

double weightedSum(const std::vector<float>& squares, const Factors& factors) {
    if (!factors.numbers) return 0;
    return sumOf(laneSums(squares.size(),
                          [&](std::size_t j) { return factors.numbers[j] * factors.unit * squares[j]; })) /
           double{factors.unit};
}

ErrorSums rowErrors(const float* weights, std::span<const float> rounded, const Factors& fisher,
                    const Factors& inputMoment) {
    const float unit = weightUnitFor(largestOf(weights, rounded.size()));
    std::vector<float> squares(rounded.size());
    for (std::size_t j = 0; j < rounded.size(); ++j) {
        const float difference = (weights[j] - rounded[j]) * unit;
        squares[j] = difference * difference;
    }
    const double outside = 1 / (double{unit} * double{unit});
    const double squared = sumOf(laneSums(squares.size(), [&](std::size_t j) { return squares[j]; }));
    const float largest = squares.empty() ? 0.0f : *std::max_element(squares.begin(), squares.end());
    return {squared * outside, 0.5 * (weightedSum(squares, fisher) * outside),
            weightedSum(squares, inputMoment) * outside, double{std::sqrt(largest)} / double{unit}};
}

}  // namespace

std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment, const SharedScales& shared) {
    assert(globalScales.size() == palette.size());
    if (shared.scales.empty()) {
        const std::vector<MatrixScales> own = sharedScalesOf(weights, palette);
        return reference::errorStats(weights, palette, globalScales, fisher, inputMoment, {own});
    }
    const auto cols = static_cast<std::size_t>(weights.cols);
    Factors moment;
    if (inputMoment) moment = {inputMoment, unitFor(largestOf(inputMoment, cols))};
    const Input input{inputMoment ? std::span(inputMoment, cols) : std::span<const float>()};
    const std::vector<float> importance = importanceOf(input.moment);
    std::vector<ErrorSums> sums(palette.size());
    for (std::int64_t i = 0; i < weights.rows; ++i) {
        const MatrixView row{weights.row(i), 1, weights.cols};
        Factors rowFisher;
        if (fisher) rowFisher = {fisher + i * weights.cols, unitFor(largestOf(fisher + i * weights.cols, cols))};
        const std::vector<float> own = fisher ? sensitivitiesIn({fisher + i * weights.cols, cols}) : std::vector<float>();
        for (std::size_t f = 0; f < palette.size(); ++f) {
            const std::vector<float>& counts = palette[f].scaling == Scaling::Fisher ? own : importance;
            sums[f].add(rowErrors(row.data,
                                  roundedRow(row, palette[f], globalScales[f], shared.row(f, i), input,
                                             counts.empty() ? nullptr : counts.data()),
                                  rowFisher, moment));
        }
    }
    return sums;
}

}  // namespace dq::kernels::reference
