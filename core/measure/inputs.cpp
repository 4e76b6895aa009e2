#include "core/measure/inputs.hpp"

#include <cmath>
#include <utility>

#include "core/base/error.hpp"

namespace dq::measure {

Inputs::Inputs(std::shared_ptr<const Measurements> table) : table_(std::move(table)) {
    for (const MatrixRow& row : table_->rows)
        rows_.emplace(row.name, &row);
}

kernels::Input Inputs::of(const std::string& matrix, const format::Format& format) const {
    if (!format.needsMoment()) return {};
    const auto found = rows_.find(matrix);
    if (found == rows_.end())
        throw Error(Kind::Input, "matrix " + matrix + ": " + format.name + " chooses scales by the mean square of the input, which " +
                                     (table_ ? "the error table does not hold for it" : "no error table was given for"));
    for (const float one : found->second->inputMoment)
        if (!std::isfinite(one) || one < 0)
            throw Error(Kind::Corrupt, "error table: matrix " + matrix + ": the mean square " + std::to_string(one) +
                                           " of one of its inputs is impossible");
    return {found->second->inputMoment};
}

}  // namespace dq::measure
