#pragma once

#include <cstddef>
#include <vector>

#include "core/allocate/problem.hpp"

namespace dq::flow {

/// One class in another of its options.
struct Step {
    std::size_t classIndex = 0, option = 0;
};

/// The options worth trying beside the one that stands: the next smaller and the next larger on the lower hull of predicted loss
/// over size, and the best predicted one of nearly the same size (a tenth). Indices of `options`, without `standing`.
std::vector<std::size_t> neighboursOf(const std::vector<allocate::Option>& options, std::size_t standing);

}  // namespace dq::flow
