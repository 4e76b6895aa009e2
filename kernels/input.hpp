#pragma once

#include <span>

namespace dq::kernels {

/// What a quantizer may know of the numbers a matrix is multiplied with. Empty: nothing is known.
struct Input {
    std::span<const float> moment;  // E[x_j^2] of every column; finite and not negative
};

}  // namespace dq::kernels
