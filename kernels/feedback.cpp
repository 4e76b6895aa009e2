#include "kernels/feedback.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/feedback_parts.hpp"
#include "kernels/simd/products.hpp"
#include "kernels/slabs.hpp"

namespace dq::kernels {

namespace {

constexpr std::size_t panel = 64;       // columns that are factored before the rest hears of them
constexpr std::size_t block = 128;      // columns that are rounded before the rest hears of them
constexpr std::size_t rowsAtATime = 64;  // that share one reading of U

/// The lower triangle of a matrix on its way to L and d.
struct Triangle {
    double* at;
    std::size_t n;
    double* row(std::size_t i) const { return at + i * n; }
};

/// Columns first .. end of row i, told of each other; what the trailing rows are to be told goes to `told`, negative.
void finishRow(const Triangle& a, std::size_t i, std::size_t first, std::size_t end, const std::vector<double>& across, double* told) {
    double* const row = a.row(i);
    for (std::size_t k = first; k < end; ++k) {
        const double factor = -row[k];
        const double* const others = across.data() + (k - first) * panel;
        for (std::size_t j = k + 1; j < std::min(end, i + 1); ++j)
            row[j] += factor * others[j - first];
        if (told) told[k - first] = factor;
        row[k] /= a.row(k)[k];
    }
}

/// The square on the diagonal; `across` receives its L turned, [k][j].
void factorSquare(const Triangle& a, std::size_t first, std::size_t end, std::vector<double>& across) {
    for (std::size_t k = first; k < end; ++k) {
        const double pivot = feedback::requirePivot(a.row(k)[k]);
        for (std::size_t j = k + 1; j < end; ++j)
            across[(k - first) * panel + j - first] = a.row(j)[k] / pivot;
        for (std::size_t i = k + 1; i < end; ++i)
            for (std::size_t j = k + 1; j <= i; ++j)
                a.row(i)[j] += -a.row(i)[k] * across[(k - first) * panel + j - first];
        for (std::size_t i = k + 1; i < end; ++i)
            a.row(i)[k] = across[(k - first) * panel + i - first];
    }
}

void factor(const Triangle& a) {
    std::vector<double> across(panel * panel), told, turned;
    for (std::size_t first = 0; first < a.n; first += panel) {
        const std::size_t end = std::min(first + panel, a.n), rest = a.n - end;
        factorSquare(a, first, end, across);
        told.resize(rest * panel);
        turned.resize(panel * rest);
        const auto parts = static_cast<std::int64_t>((rest + panel - 1) / panel);
        const auto rowsOf = [&](std::int64_t part) {
            const std::size_t begin = end + static_cast<std::size_t>(part) * panel;
            return std::pair(begin, std::min(begin + panel, a.n));
        };
        parallelFor(parts, [&](std::int64_t part) {
            const auto [begin, last] = rowsOf(part);
            for (std::size_t i = begin; i < last; ++i) {
                finishRow(a, i, first, end, across, told.data() + (i - end) * panel);
                for (std::size_t k = first; k < end; ++k)
                    turned[(k - first) * rest + i - end] = a.row(i)[k];
            }
        });
        parallelFor(parts, [&](std::int64_t part) {
            const auto [begin, last] = rowsOf(part);
            simd::addProducts(simd::Products<double>{last - begin, end - first, last - end, told.data() + (begin - end) * panel, panel,
                                                     turned.data(), rest, a.row(begin) + end, a.n});
        });
    }
}

/// Some rows in rounding order.
struct Rows {
    std::vector<float> weights, shares, errors;  // [rows, cols], [rows, cols], [rows, block]
    std::vector<std::uint16_t> codes;            // [rows, cols], columns as they stand
    std::vector<double> damped, squared;         // [rows]
};

void gather(const MatrixView& weights, std::int64_t first, std::size_t count, const Feedback& feedback, Rows& rows) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    rows.weights.resize(count * cols);
    rows.shares.assign(count * cols, 0.0f);
    rows.errors.assign(count * block, 0.0f);
    rows.codes.resize(count * cols);
    rows.damped.assign(count, 0.0);
    rows.squared.assign(count, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
        const float* const from = weights.row(first + static_cast<std::int64_t>(i));
        for (std::size_t k = 0; k < cols; ++k)
            rows.weights[i * cols + k] = from[feedback.order[k]];
    }
}

void roundBlock(const Feedback& feedback, const feedback::RowGroups& groups, std::size_t i, std::size_t first, std::size_t end, Rows& rows) {
    const auto cols = static_cast<std::size_t>(feedback.cols);
    const float* const weights = rows.weights.data() + i * cols;
    float* const shares = rows.shares.data() + i * cols;
    for (std::size_t k = first; k < end; ++k) {
        const auto column = static_cast<std::size_t>(feedback.order[k]);
        const float value = feedback::valueOf(weights[k], shares[k]);
        const auto rounded = groups.round(value, column);
        rows.codes[i * cols + column] = rounded.code;
        const float error = weights[k] - rounded.number;
        const double left = double{value} - double{rounded.number};
        rows.damped[i] += feedback.weights[k] * (left * left);
        rows.squared[i] += double{error} * double{error};
        rows.errors[i * block + k - first] = error;
        simd::addProducts(simd::Products<float>{1, 1, end - k - 1, &error, 1, feedback.shares.data() + k * cols + k + 1, cols, shares + k + 1, cols});
    }
}

}  // namespace

Feedback feedbackOf(std::span<const float> hessian, std::int64_t cols, const FeedbackOptions& options) {
    feedback::Prepared ready = feedback::prepared(hessian, cols, options);
    if (!ready.isZero) factor({ready.lower.data(), static_cast<std::size_t>(cols)});
    return feedback::finished(std::move(ready));
}

void roundWithFeedback(const MatrixView& weights, const Encoding& encoding, float globalScale, const Feedback& feedback,
                       std::span<const std::byte> scales, std::span<std::byte> codes, std::span<double> outputErrors) {
    assert(feedback.cols == weights.cols);
    const auto cols = static_cast<std::size_t>(weights.cols);
    const std::int64_t codeBytes = codeBytesPerRow(encoding, weights.cols), scaleBytes = scaleBytesPerRow(encoding, weights.cols);
    const auto parts = (weights.rows + static_cast<std::int64_t>(rowsAtATime) - 1) / static_cast<std::int64_t>(rowsAtATime);
    parallelFor(parts, [&](std::int64_t part) {
        const std::int64_t first = part * static_cast<std::int64_t>(rowsAtATime);
        const auto count = static_cast<std::size_t>(std::min(static_cast<std::int64_t>(rowsAtATime), weights.rows - first));
        thread_local Rows rows;
        gather(weights, first, count, feedback, rows);
        std::vector<feedback::RowGroups> groups(count, feedback::RowGroups(encoding, globalScale, weights.cols));
        for (std::size_t i = 0; i < count; ++i)
            groups[i].read(rowAt(scales, first + static_cast<std::int64_t>(i), scaleBytes));
        for (std::size_t begin = 0; begin < cols; begin += block) {
            const std::size_t end = std::min(begin + block, cols);
            for (std::size_t i = 0; i < count; ++i)
                roundBlock(feedback, groups[i], i, begin, end, rows);
            simd::addProducts(simd::Products<float>{count, end - begin, cols - end, rows.errors.data(), block,
                                                    feedback.shares.data() + begin * cols + end, cols, rows.shares.data() + end, cols});
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t row = first + static_cast<std::int64_t>(i);
            packBits({rows.codes.data() + i * cols, cols}, encoding.bits, rowAt(codes, row, codeBytes));
            if (!outputErrors.empty())
                outputErrors[static_cast<std::size_t>(row)] = std::max(0.0, rows.damped[i] - feedback.damping * rows.squared[i]);
        }
    });
}

}  // namespace dq::kernels
