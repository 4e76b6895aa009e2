#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "kernels/feedback.hpp"

namespace dq::measure {

/// What error feedback works with, made of the Hessians of a few inputs: q, k and v read the same one, and making it costs
/// the cube of its columns. The last two are kept; each is four bytes a number of its Hessian.
class Feedbacks {
public:
    /// `hessian` is [cols, cols]; empty, or 0 throughout: the input was never met, or by padding alone, and there is no feedback
    /// (null). Throws Error(Corrupt) naming the input.
    std::shared_ptr<const kernels::Feedback> of(const std::string& input, std::span<const float> hessian, std::int64_t cols);
    std::shared_ptr<const kernels::Feedback> known(const std::string& input) const;  // null: not one of the last two

private:
    std::deque<std::pair<std::string, std::shared_ptr<const kernels::Feedback>>> last_;
};

}  // namespace dq::measure
