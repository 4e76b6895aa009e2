#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dq::kernels {

struct Feedback;

/// What a quantizer may know of the numbers a matrix is multiplied with, and of what its errors do. Empty: nothing is known.
struct Input {
    std::span<const float> moment;  // E[x_j^2] of every column; finite and not negative
    std::shared_ptr<const Feedback> feedback = {};  // kernels/feedback.hpp
    std::shared_ptr<const std::vector<std::uint8_t>> sensitivities = {};  // kernels/sensitivity.hpp, of the matrix's [rows, cols]
};

}  // namespace dq::kernels
