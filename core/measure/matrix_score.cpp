#include "core/measure/matrix_score.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/measure/spectrum.hpp"
#include "kernels/feedback_errors.hpp"
#include "kernels/moments.hpp"
#include "kernels/quantize_pack.hpp"

namespace dq::measure {

namespace {

std::string extent(std::int64_t rows, std::int64_t cols) {
    return "[" + std::to_string(rows) + ", " + std::to_string(cols) + "]";
}

Error fault(const MatrixRow& row, const std::string& sentence) {
    return {Kind::Corrupt, "matrix " + row.name + ": " + sentence};
}

/// Each row from its first to its last number, then the rows in order: the same sum on any number of threads.
double sumOf(std::span<const float> values, std::int64_t rows, std::int64_t cols) {
    std::vector<double> sums(static_cast<std::size_t>(rows));
    parallelFor(rows, [&](std::int64_t i) {
        double sum = 0;
        for (const float value :
             values.subspan(static_cast<std::size_t>(i * cols), static_cast<std::size_t>(cols)))
            sum += value;
        sums[static_cast<std::size_t>(i)] = sum;
    });
    double total = 0;
    for (const double sum : sums)
        total += sum;
    return total;
}

constexpr std::int64_t partWeights = std::int64_t{1} << 22;  // of a matrix that are floats at once

/// Reads a matrix once, part after part, for what depends on all of it.
kernels::Moments momentsOf(const model::Model& model, const model::WeightMatrix& matrix,
                           std::vector<kernels::GroupMaxima>& maxima) {
    const checkpoint::TensorView& tensor = model.tensor(matrix);
    const std::int64_t part = std::clamp<std::int64_t>(partWeights / matrix.cols, 1, matrix.rows);
    std::vector<float> weights(static_cast<std::size_t>(part * matrix.cols));
    kernels::Moments moments;
    for (std::int64_t first = 0; first < matrix.rows; first += part) {
        const std::int64_t rows = std::min(part, matrix.rows - first);
        tensor.rowsTo(first, rows, std::span(weights).first(static_cast<std::size_t>(rows * matrix.cols)));
        const kernels::MatrixView view{weights.data(), rows, matrix.cols};
        moments.add(kernels::moments(view));
        for (kernels::GroupMaxima& one : maxima)
            one.add(view);
    }
    return moments;
}

}  // namespace

MatrixScore::MatrixScore(const model::Model& model, const model::WeightMatrix& matrix,
                         const std::vector<format::Format>& formats, bool peers) {
    std::vector<kernels::GroupMaxima> maxima;
    for (const format::Format& format : formats)
        if (kernels::sharesScales(format.encoding)) maxima.emplace_back(format.encoding, matrix.rows, matrix.cols);
    const kernels::Moments moments = momentsOf(model, matrix, maxima);
    row_.name = matrix.name;
    row_.role = model::roleName(matrix.role);
    row_.block = matrix.block;
    row_.rows = matrix.rows;
    row_.cols = matrix.cols;
    row_.squared = moments.squared;
    row_.kurtosis = moments.kurtosis();
    row_.outlierRatio = moments.outlierRatio();
    row_.largest = moments.largest;
    row_.notFinite = moments.notFinite;
    auto next = maxima.begin();
    for (const format::Format& format : formats) {
        sharedScales_.push_back(kernels::sharesScales(format.encoding) ? kernels::MatrixScales(*next++)
                                                                       : kernels::MatrixScales());
        encodings_.push_back(format.encoding);
        globalScales_.push_back(
            kernels::globalScaleFor(format.encoding, static_cast<float>(moments.largest)));
        row_.bytes.push_back(format.bytes(matrix.rows, matrix.cols));
    }
    row_.errors.resize(formats.size());
    if (!peers || row_.notFinite > 0) return;
    const Spectrum spectrum = spectrumOf(model.tensor(matrix), matrix.rows, matrix.cols);
    row_.peer.alphaHill = spectrum.alphaHill;
    row_.peer.spectralSize = spectrum.spectralSize;
    if (model.architecture().runnable()) peers_.emplace(matrix.rows, matrix.cols, formats.size());
}

/// Formats with feedback apart from the others, in the table's order again. None of them shares scales.
std::vector<kernels::ErrorSums> MatrixScore::errorsOf(const FisherSlab& slab, std::shared_ptr<const kernels::Feedback> feedback) const {
    const kernels::MatrixView weights{slab.weights.data(), slab.rows, row_.cols};
    if (std::ranges::none_of(encodings_, &kernels::Encoding::feedback))
        return kernels::errorStats(weights, encodings_, globalScales_, slab.fisher.data(), slab.inputMoment.data(),
                                   {sharedScales_, slab.firstRow});
    std::vector<kernels::Encoding> alone, fedBack;
    std::vector<float> aloneScales, fedBackScales;
    std::vector<kernels::MatrixScales> shared;
    for (std::size_t i = 0; i < encodings_.size(); ++i) {
        (encodings_[i].feedback ? fedBack : alone).push_back(encodings_[i]);
        (encodings_[i].feedback ? fedBackScales : aloneScales).push_back(globalScales_[i]);
        if (!encodings_[i].feedback) shared.push_back(sharedScales_[i]);
    }
    const auto first = kernels::errorStats(weights, alone, aloneScales, slab.fisher.data(), slab.inputMoment.data(), {shared, slab.firstRow});
    const auto second = kernels::feedbackErrors(weights, fedBack, fedBackScales, slab.fisher.data(),
                                                {slab.inputMoment, std::move(feedback)});
    std::vector<kernels::ErrorSums> all;
    for (std::size_t i = 0, f = 0; i < encodings_.size(); ++i)
        if (encodings_[i].feedback)
            all.push_back(second[f++]);
        else
            all.push_back(first[i - f]);
    return all;
}

void MatrixScore::add(const FisherSlab& slab, const KnownInput& known) {
    const auto count = static_cast<std::size_t>(slab.rows * row_.cols);
    if (slab.firstRow != rowsSeen_ || slab.rows < 1 || slab.rows > row_.rows - rowsSeen_)
        throw fault(row_, "the pass brought " + std::to_string(slab.rows) + " rows from row " +
                              std::to_string(slab.firstRow) + " when row " + std::to_string(rowsSeen_) +
                              " of " + std::to_string(row_.rows) + " was due");
    if (slab.weights.size() != count || slab.fisher.size() != count ||
        std::ssize(slab.inputMoment) != row_.cols)
        throw fault(row_, "the pass brought " + std::to_string(slab.fisher.size()) + " numbers for " +
                              extent(slab.rows, row_.cols));

    if (row_.notFinite == 0) addErrors(slab, known);
    row_.fisherTrace += sumOf(slab.fisher, slab.rows, row_.cols);
    if (rowsSeen_ == 0) row_.inputMoment.assign(slab.inputMoment.begin(), slab.inputMoment.end());
    row_.tokens = slab.tokens;
    rowsSeen_ += slab.rows;
}

void MatrixScore::addErrors(const FisherSlab& slab, const KnownInput& known) {
    const auto sums = errorsOf(slab, known.feedback);
    for (std::size_t i = 0; i < sums.size(); ++i)
        row_.errors[i].add(sums[i]);
    if (!peers_) return;
    std::vector<PeerFormat> formats;
    for (std::size_t i = 0; i < encodings_.size(); ++i) formats.push_back({encodings_[i], globalScales_[i], sharedScales_[i]});
    peers_->add(slab, formats, known);
}

MatrixRow MatrixScore::finish() {
    if (rowsSeen_ != row_.rows)
        throw fault(row_, "the pass finished it after " + std::to_string(rowsSeen_) + " of " +
                              std::to_string(row_.rows) + " rows");
    if (!std::isfinite(row_.fisherTrace)) throw fault(row_, "its Fisher trace is not finite");
    for (const float moment : row_.inputMoment)
        if (!std::isfinite(moment)) throw fault(row_, "its input moment is not finite");
    for (std::size_t i = 0; i < row_.errors.size(); ++i) {
        const kernels::ErrorSums& sums = row_.errors[i];
        for (const double sum : {sums.squared, sums.fisher, sums.activation, sums.largest})
            if (!std::isfinite(sum))
                throw fault(row_, "its error in format " + std::to_string(i + 1) + " is not finite");
    }
    if (peers_) {
        row_.peers = peers_->sums();
        row_.peer.sequenceTrace = peers_->sequenceTrace();
    }
    return std::move(row_);
}

}  // namespace dq::measure
