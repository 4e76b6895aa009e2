#pragma once

#include <cstdint>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// Moments of a matrix about zero, and whether it can be quantized at all.
struct Moments {
    std::int64_t count = 0;      // all weights, finite or not
    std::int64_t notFinite = 0;  // NaN or infinity; left out of the sums
    double squared = 0;          // sum w^2
    double fourth = 0;           // sum w^4
    double largest = 0;          // max |w|

    double meanSquare() const { return count ? squared / static_cast<double>(count) : 0; }
    double kurtosis() const;      // n sum w^4 / (sum w^2)^2: 3 for a Gaussian; 0 for an all-zero matrix
    double outlierRatio() const;  // max |w| / sqrt(mean w^2); 0 for an all-zero matrix
    void add(const Moments& other);
};

/// w^2 and w^4 = (w^2)^2 in double, summed per row in the order of kernels/lanes.hpp, rows added in order.
Moments moments(const MatrixView& weights);

namespace reference {
Moments moments(const MatrixView& weights);
}

}  // namespace dq::kernels
