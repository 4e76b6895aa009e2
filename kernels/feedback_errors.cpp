#include "kernels/feedback_errors.hpp"

#include <algorithm>

#include "core/base/parallel.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/feedback.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/row_errors.hpp"
#include "kernels/sensitivity.hpp"

namespace dq::kernels {

namespace {

constexpr std::int64_t weightsAtATime = std::int64_t{1} << 22;  // of a slab that are held as codes and as floats again

/// What the rows of a slab come back as.
struct Slab {
    std::vector<float> rounded;
    std::vector<double> outputErrors;  // [rows]; empty: not known
};

std::shared_ptr<const std::vector<std::uint8_t>> sensitivitiesIn(const MatrixView& slab, const float* fisher) {
    const auto count = static_cast<std::size_t>(slab.rows * slab.cols);
    return std::make_shared<const std::vector<std::uint8_t>>(sensitivitiesOf({fisher, count}, slab.cols));
}

Slab roundedSlab(const MatrixView& weights, const Encoding& encoding, float globalScale, const Input& input) {
    Encoding alone = encoding;
    alone.feedback = false;
    std::vector<std::byte> codes(static_cast<std::size_t>(weights.rows * codeBytesPerRow(encoding, weights.cols)));
    std::vector<std::byte> scales(static_cast<std::size_t>(weights.rows * scaleBytesPerRow(encoding, weights.cols)));
    Slab slab{std::vector<float>(static_cast<std::size_t>(weights.rows * weights.cols)), {}};
    quantizePack(weights, alone, globalScale, codes, scales, input);
    if (input.feedback) {
        slab.outputErrors.resize(static_cast<std::size_t>(weights.rows));
        roundWithFeedback(weights, encoding, globalScale, *input.feedback, scales, codes, slab.outputErrors);
    }
    dequantize(encoding, weights.rows, weights.cols, globalScale, codes, scales, slab.rounded);
    return slab;
}

void correct(ErrorSums& row, double outputError) {
    if (!(row.activation > 0)) return;
    row.fisher *= outputError / row.activation;
    row.activation = outputError;
}

ErrorSums slabErrors(const MatrixView& weights, const Slab& slab, const float* fisher, const float* inputMoment) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    std::vector<ErrorSums> rows(static_cast<std::size_t>(weights.rows));
    parallelFor(weights.rows, [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        rows[at] = rowErrors(weights.row(i), std::span(slab.rounded).subspan(at * cols, cols),
                             fisher ? fisher + i * weights.cols : nullptr, inputMoment);
        if (!slab.outputErrors.empty()) correct(rows[at], slab.outputErrors[at]);
    });
    ErrorSums sums;
    for (const ErrorSums& row : rows)
        sums.add(row);
    return sums;
}

}  // namespace

std::vector<ErrorSums> feedbackErrors(const MatrixView& weights, std::span<const Encoding> palette,
                                      std::span<const float> globalScales, const float* fisher, const Input& input) {
    std::vector<ErrorSums> sums(palette.size());
    if (weights.cols == 0) return sums;
    const float* const moment = input.moment.empty() ? nullptr : input.moment.data();
    const bool bySensitivity = fisher && std::ranges::any_of(palette, [](const Encoding& one) { return one.scaling == Scaling::Fisher; });
    const std::int64_t most = std::max<std::int64_t>(1, weightsAtATime / weights.cols);
    for (std::int64_t first = 0; first < weights.rows; first += most) {
        const MatrixView slab{weights.row(first), std::min(most, weights.rows - first), weights.cols};
        const float* const ofSlab = fisher ? fisher + first * weights.cols : nullptr;
        const Input known{input.moment, input.feedback, bySensitivity ? sensitivitiesIn(slab, ofSlab) : nullptr};
        for (std::size_t f = 0; f < palette.size(); ++f)
            sums[f].add(slabErrors(slab, roundedSlab(slab, palette[f], globalScales[f], known), ofSlab, moment));
    }
    return sums;
}

}  // namespace dq::kernels
