#include "core/measure/peer_sums.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/sensitivity.hpp"

namespace dq::measure {

namespace {

constexpr std::int64_t mostRows = 4096;
constexpr std::int64_t probeRows = 2048;
constexpr std::int64_t mostProbes = 64;

using kernels::Encoding;
using kernels::MatrixView;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

/// Rows whose scales are the whole matrix's, each by itself.
void roundAlone(const PeerRows& rows, const PeerFormat& format, std::span<float> rounded) {
    const auto cols = size(rows.cols);
    parallelFor(std::ssize(rows.places), [&](std::int64_t i) {
        const std::span<const float> row = std::span(rows.weights).subspan(size(i) * cols, cols);
        const kernels::GivenScales given = format.shared.row(rows.places[size(i)]);
        std::vector<std::byte> codes(size(kernels::codeBytesPerRow(format.encoding, rows.cols)));
        kernels::reference::quantizeRow(row, format.encoding, format.globalScale, given, codes, {});
        kernels::reference::dequantizeRow(format.encoding, format.globalScale, given, codes, {}, rounded.subspan(size(i) * cols, cols));
    });
}

void roundTogether(const PeerRows& rows, const PeerFormat& format, std::span<float> rounded) {
    const MatrixView view{rows.weights.data(), std::ssize(rows.places), rows.cols};
    kernels::Input input{rows.moment, rows.feedback};
    if (format.encoding.scaling == kernels::Scaling::Fisher)
        input.sensitivities = std::make_shared<const std::vector<std::uint8_t>>(kernels::sensitivitiesOf(rows.fisher, rows.cols));
    std::vector<std::byte> codes(size(view.rows * kernels::codeBytesPerRow(format.encoding, view.cols)));
    std::vector<std::byte> scales(size(kernels::scaleBytes(format.encoding, view.rows, view.cols)));
    kernels::quantizePack(view, format.encoding, format.globalScale, codes, scales, input);
    kernels::dequantize(format.encoding, view.rows, view.cols, format.globalScale, codes, scales, rounded);
}

std::vector<float> roundedRows(const PeerRows& rows, const PeerFormat& format) {
    std::vector<float> rounded(rows.weights.size());
    if (kernels::sharesScales(format.encoding))
        roundAlone(rows, format, rounded);
    else
        roundTogether(rows, format, rounded);
    return rounded;
}

/// Everything that is a sum over the columns of one row.
struct RowSums {
    double error = 0, meanError = 0, spread = 0, meanWeight = 0;  // of the quotient
    double own = 0, both = 0, theirs = 0;                         // of the cosine
    double firstOrder = 0, pivots = 0, diagonal = 0;
};

RowSums rowSums(const PeerRows& rows, std::size_t at, const float* rounded) {
    const auto cols = size(rows.cols);
    const float* const weights = rows.weights.data() + at * cols;
    const float* const fisher = rows.fisher.data() + at * cols;
    RowSums sums;
    for (std::size_t j = 0; j < cols; ++j) {
        const double w = weights[j], q = rounded[j], d = double{weights[j] - rounded[j]};
        const double v = rows.moment[j], m = rows.mean.empty() ? 0.0 : double{rows.mean[j]}, squared = d * d;
        sums.error += v * squared;
        sums.meanError += m * d;
        sums.spread += std::max(0.0, v - m * m) * (w * w);
        sums.meanWeight += m * w;
        sums.own += v * (w * w);
        sums.both += v * (w * q);
        sums.theirs += v * (q * q);
        const double g = rows.gradient.empty() ? std::sqrt(double{fisher[j]}) : double{rows.gradient[at * cols + j]};
        sums.firstOrder += std::abs(g * d);
        sums.pivots += (rows.pivots.empty() ? v : rows.pivots[j]) * squared;
        sums.diagonal += 0.5 * double{fisher[j]} * squared;
    }
    return sums;
}

/// Of random signs e the square of sum_j D_j sum_t e_t gy_t x_tj is sum_t gy_t^2 (D x_t)^2 on average.
double probed(const PeerRows& rows, std::size_t at, const float* rounded) {
    const auto cols = size(rows.cols);
    double sum = 0;
    for (std::size_t k = 0; k < rows.probeCount; ++k) {
        const float* const probe = rows.probes.data() + k * rows.probeDistance + at * cols;
        double product = 0;
        for (std::size_t j = 0; j < cols; ++j) product += double{rows.weights[at * cols + j] - rounded[j]} * double{probe[j]};
        sum += product * product;
    }
    return 0.5 * sum / static_cast<double>(rows.probeCount);
}

PeerSums termsOf(const PeerRows& rows, std::size_t at, const float* rounded, float& quotient) {
    const RowSums sums = rowSums(rows, at, rounded);
    const double whole = sums.spread + sums.meanWeight * sums.meanWeight;
    quotient = whole > 0 ? static_cast<float>((sums.error + sums.meanError * sums.meanError) / whole) : 0.0f;
    PeerSums terms;
    const double lengths = std::sqrt(sums.own) * std::sqrt(sums.theirs);
    if (sums.own > 0) terms.cosine = lengths > 0 ? std::max(0.0, 1 - sums.both / lengths) : 1.0;  // a row rounded to nothing
    terms.output = rows.probeCount == 0 ? sums.diagonal : probed(rows, at, rounded);
    terms.firstOrder = sums.firstOrder;
    terms.pivots = sums.pivots;
    return terms;
}

}  // namespace

void PeerSums::add(const PeerSums& other) {
    outputError += other.outputError;
    cosine += other.cosine;
    output += other.output;
    firstOrder += other.firstOrder;
    pivots += other.pivots;
}

std::int64_t sampledStride(std::int64_t rows) {
    return std::max<std::int64_t>(1, (rows + mostRows - 1) / mostRows);
}

std::int64_t sampledCount(std::int64_t firstRow, std::int64_t rows, std::int64_t stride) {
    return (firstRow + rows + stride - 1) / stride - (firstRow + stride - 1) / stride;
}

std::int64_t probesFor(std::int64_t rows) {
    const std::int64_t sampled = std::max<std::int64_t>(1, sampledCount(0, rows, sampledStride(rows)));
    return std::clamp<std::int64_t>((probeRows + sampled - 1) / sampled, 1, mostProbes);
}

PeerSums peerSums(const PeerRows& rows, const PeerFormat& format, std::vector<float>& quotients) {
    const std::vector<float> rounded = roundedRows(rows, format);
    std::vector<PeerSums> each(rows.places.size());
    const std::size_t before = quotients.size();
    quotients.resize(before + each.size());
    parallelFor(std::ssize(each), [&](std::int64_t i) {
        each[size(i)] = termsOf(rows, size(i), rounded.data() + i * rows.cols, quotients[before + size(i)]);
    });
    PeerSums sums;
    for (const PeerSums& one : each) sums.add(one);
    return sums;
}

double trimmedMean(std::span<const float> numbers) {
    if (numbers.empty()) return 0;
    std::vector<float> sorted(numbers.begin(), numbers.end());
    std::ranges::sort(sorted);
    const std::size_t cut = sorted.size() / 100;
    double sum = 0;
    for (std::size_t i = cut; i < sorted.size() - cut; ++i) sum += double{sorted[i]};
    return sum / static_cast<double>(sorted.size() - 2 * cut);
}

}  // namespace dq::measure
