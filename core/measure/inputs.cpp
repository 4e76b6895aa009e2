#include "core/measure/inputs.hpp"

#include <cmath>
#include <mutex>
#include <utility>

#include "core/base/error.hpp"
#include "core/measure/feedbacks.hpp"

namespace dq::measure {

struct Inputs::Made {
    std::mutex access;
    Feedbacks feedbacks;
};

Inputs::Inputs(std::shared_ptr<const Measurements> table, HessianReader hessians, SensitivityReader sensitivities)
    : table_(std::move(table)),
      hessians_(std::move(hessians)),
      sensitivities_(std::move(sensitivities)),
      made_(std::make_shared<Made>()) {
    for (const MatrixRow& row : table_->rows)
        rows_.emplace(row.name, &row);
}

const MatrixRow& Inputs::rowOf(const std::string& matrix, const format::Format& format) const {
    const auto found = rows_.find(matrix);
    if (found != rows_.end()) return *found->second;
    throw Error(Kind::Input, "matrix " + matrix + ": " + format.name + " looks at the matrix's input, which " +
                                 (table_ ? "the error table does not hold" : "no error table was given for"));
}

/// As in the measurement: what stands outside the blocks, and a model that was not run, has none.
std::shared_ptr<const kernels::Feedback> Inputs::feedbackOf(const MatrixRow& row, const format::Format& format) const {
    if (row.block < 0 || table_->weightsOnly()) return nullptr;
    if (!hessians_)
        throw Error(Kind::Input, "matrix " + row.name + ": " + format.name + " needs the Hessian of its input, and none is at hand");
    const std::lock_guard lock(made_->access);
    const auto known = [&](const std::string& input) { return made_->feedbacks.known(input) != nullptr; };
    const Hessian hessian = hessians_(row.name, known);
    if (hessian.cols != row.cols)
        throw Error(Kind::Corrupt, "matrix " + row.name + ": the Hessian of its input has " + std::to_string(hessian.cols) +
                                       " columns, the matrix " + std::to_string(row.cols));
    if (auto found = made_->feedbacks.known(hessian.input)) return found;
    return made_->feedbacks.of(hessian.input, hessian.numbers, hessian.cols);
}

/// A model that was not run has none: its weights count alike.
std::shared_ptr<const std::vector<std::uint8_t>> Inputs::sensitivitiesOf(const MatrixRow& row, const format::Format& format) const {
    if (table_->weightsOnly()) return std::make_shared<const std::vector<std::uint8_t>>(static_cast<std::size_t>(row.weights()));
    if (!sensitivities_)
        throw Error(Kind::Input, "matrix " + row.name + ": " + format.name + " needs the sensitivities of its weights, and none are at hand");
    return std::make_shared<const std::vector<std::uint8_t>>(sensitivities_(row.name, row.rows, row.cols));
}

kernels::Input Inputs::of(const std::string& matrix, const format::Format& format) const {
    if (!format.looksAtInput()) return {};
    const MatrixRow& row = rowOf(matrix, format);
    for (const float one : row.inputMoment)
        if (!std::isfinite(one) || one < 0)
            throw Error(Kind::Corrupt, "error table: matrix " + matrix + ": the mean square " + std::to_string(one) +
                                           " of one of its inputs is impossible");
    return {row.inputMoment, format.needsHessian() ? feedbackOf(row, format) : nullptr,
            format.needsSensitivities() ? sensitivitiesOf(row, format) : nullptr};
}

}  // namespace dq::measure
