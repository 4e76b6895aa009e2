#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/format/format.hpp"
#include "core/measure/measurements.hpp"
#include "kernels/input.hpp"

namespace dq::measure {

/// E[x x^T] of what a matrix reads.
struct Hessian {
    std::string input;           // the matrix under whose name it is kept
    std::int64_t cols = 0;
    std::vector<float> numbers;  // [cols, cols]; empty: nothing met it
};
/// Throws Error(Input) where none is kept for the matrix, Error(Corrupt) where what is kept is damaged. The numbers are left out
/// where `known` says that their input is.
using HessianReader = std::function<Hessian(const std::string& matrix, const std::function<bool(const std::string& input)>& known)>;

/// The sensitivities of a matrix's weights, [rows, cols]. Throws as a HessianReader does.
using SensitivityReader = std::function<std::vector<std::uint8_t>(const std::string& matrix, std::int64_t rows, std::int64_t cols)>;

/// What is known of the inputs of a model's matrices, for the formats whose quantizers look at it: the numbers of the error
/// table and what is kept beside it, so that whoever quantizes a matrix gets the bytes the table was computed from.
class Inputs {
public:
    Inputs() = default;  // nothing is known
    explicit Inputs(std::shared_ptr<const Measurements> table, HessianReader hessians = {}, SensitivityReader sensitivities = {});

    /// What this format wants to know of a matrix; nothing where it does not ask. Throws Error(Input) naming both where it
    /// asks and nothing is known of the matrix, Error(Corrupt) where what is known is not possible. May be called from
    /// several threads.
    kernels::Input of(const std::string& matrix, const format::Format& format) const;

private:
    const MatrixRow& rowOf(const std::string& matrix, const format::Format& format) const;
    std::shared_ptr<const kernels::Feedback> feedbackOf(const MatrixRow& row, const format::Format& format) const;

    std::shared_ptr<const std::vector<std::uint8_t>> sensitivitiesOf(const MatrixRow& row, const format::Format& format) const;

    struct Made;  // of Hessians, lately
    std::shared_ptr<const Measurements> table_;
    HessianReader hessians_;
    SensitivityReader sensitivities_;
    std::unordered_map<std::string, const MatrixRow*> rows_;
    std::shared_ptr<Made> made_;
};

}  // namespace dq::measure
