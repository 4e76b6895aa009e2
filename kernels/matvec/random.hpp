#pragma once

#include "kernels/matvec/weights.hpp"

namespace dq::kernels::matvec {

/// Bell-shaped weights rounded in a format, for benches: some rows, as often as it takes.
Weights randomWeights(const Encoding& encoding, std::int64_t rows, std::int64_t cols);

}  // namespace dq::kernels::matvec
