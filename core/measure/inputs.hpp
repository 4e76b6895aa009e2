#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "core/format/format.hpp"
#include "core/measure/measurements.hpp"
#include "kernels/input.hpp"

namespace dq::measure {

/// What is known of the inputs of a model's matrices, for the formats whose quantizers look at it: the numbers of the error
/// table, so that whoever quantizes a matrix gets the bytes the table was computed from.
class Inputs {
public:
    Inputs() = default;  // nothing is known
    explicit Inputs(std::shared_ptr<const Measurements> table);

    /// What this format wants to know of a matrix; nothing where it does not ask. Throws Error(Input) naming both where it
    /// asks and the table does not hold the matrix, Error(Corrupt) where what it holds is not possible.
    kernels::Input of(const std::string& matrix, const format::Format& format) const;

private:
    std::shared_ptr<const Measurements> table_;
    std::unordered_map<std::string, const MatrixRow*> rows_;
};

}  // namespace dq::measure
