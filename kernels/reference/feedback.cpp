#include "kernels/feedback.hpp"

#include <algorithm>
#include <cassert>

#include "kernels/bit_pack.hpp"
#include "kernels/feedback_parts.hpp"

namespace dq::kernels::reference {

Feedback feedbackOf(std::span<const float> hessian, std::int64_t cols, const FeedbackOptions& options) {
    feedback::Prepared ready = feedback::prepared(hessian, cols, options);
    if (ready.isZero) return feedback::finished(std::move(ready));
    const auto n = static_cast<std::size_t>(cols);
    std::vector<double>& a = ready.lower;
    for (std::size_t k = 0; k < n; ++k) {
        const double pivot = feedback::requirePivot(a[k * n + k]);
        for (std::size_t i = k + 1; i < n; ++i)
            for (std::size_t j = k + 1; j <= i; ++j)
                a[i * n + j] += -a[i * n + k] * (a[j * n + k] / pivot);
        for (std::size_t i = k + 1; i < n; ++i)
            a[i * n + k] /= pivot;
    }
    return feedback::finished(std::move(ready));
}

void roundWithFeedback(const MatrixView& weights, const Encoding& encoding, float globalScale, const Feedback& feedback,
                       std::span<const std::byte> scales, std::span<std::byte> codes, std::span<double> outputErrors) {
    assert(feedback.cols == weights.cols);
    const auto cols = static_cast<std::size_t>(weights.cols);
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, weights.cols));
    const auto scaleBytes = static_cast<std::size_t>(scaleBytesPerRow(encoding, weights.cols));
    feedback::RowGroups groups(encoding, globalScale, weights.cols);
    std::vector<std::uint16_t> row(cols);
    for (std::size_t i = 0; i < static_cast<std::size_t>(weights.rows); ++i) {
        groups.read(scales.subspan(i * scaleBytes, scaleBytes));
        std::vector<float> share(cols, 0.0f);
        double damped = 0, squared = 0;
        for (std::size_t k = 0; k < cols; ++k) {
            const auto column = static_cast<std::size_t>(feedback.order[k]);
            const float weight = weights.row(static_cast<std::int64_t>(i))[column], value = feedback::valueOf(weight, share[k]);
            const auto rounded = groups.round(value, column);
            row[column] = rounded.code;
            const float error = weight - rounded.number;
            const double left = double{value} - double{rounded.number};
            damped += feedback.weights[k] * (left * left);
            squared += double{error} * double{error};
            for (std::size_t j = k + 1; j < cols; ++j)
                share[j] += error * feedback.shares[k * cols + j];
        }
        packBits(row, encoding.bits, codes.subspan(i * codeBytes, codeBytes));
        if (!outputErrors.empty()) outputErrors[i] = std::max(0.0, damped - feedback.damping * squared);
    }
}

}  // namespace dq::kernels::reference
