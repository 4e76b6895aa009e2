#include "core/measure/hessian_size.hpp"

#include <set>
#include <tuple>

#include "core/model/reader.hpp"

namespace dq::measure {

Bytes hessianBytes(const model::Model& model) {
    std::set<std::tuple<int, int, model::Role>> inputs;
    Bytes bytes = 0;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        if (matrix.block < 0 || !inputs.emplace(matrix.block, matrix.expert, model::readerOf(matrix.role)).second) continue;
        bytes += matrix.cols * (matrix.cols + 1) / 2 * static_cast<Bytes>(sizeof(float));
    }
    return bytes;
}

}  // namespace dq::measure
