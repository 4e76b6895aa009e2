#include "kernels/moments.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/lanes.hpp"

namespace dq::kernels::reference {

namespace {

Moments rowMoments(const float* row, std::int64_t cols) {
    Moments result;
    Lanes squared{};
    Lanes fourth{};
    for (std::int64_t j = 0; j < cols; ++j) {
        ++result.count;
        if (!std::isfinite(row[j])) {
            ++result.notFinite;
            continue;
        }
        const double square = double{row[j]} * double{row[j]};
        squared[static_cast<std::size_t>(j) % laneCount] += square;
        fourth[static_cast<std::size_t>(j) % laneCount] += square * square;
        result.largest = std::max(result.largest, std::fabs(double{row[j]}));
    }
    result.squared = sumOf(squared);
    result.fourth = sumOf(fourth);
    return result;
}

}  // namespace

Moments moments(const MatrixView& weights) {
    Moments result;
    for (std::int64_t i = 0; i < weights.rows; ++i)
        result.add(rowMoments(weights.row(i), weights.cols));
    return result;
}

}  // namespace dq::kernels::reference
