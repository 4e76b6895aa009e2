#pragma once

#include <memory>
#include <span>

namespace dq::kernels {

struct Feedback;

/// What a quantizer may know of the numbers a matrix is multiplied with. Empty: nothing is known.
struct Input {
    std::span<const float> moment;  // E[x_j^2] of every column; finite and not negative
    std::shared_ptr<const Feedback> feedback = {};  // kernels/feedback.hpp
};

}  // namespace dq::kernels
