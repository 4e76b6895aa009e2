#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/feedback.hpp"

/// What the reference and the fast version of kernels/feedback.hpp share: everything but the order of loops.
namespace dq::kernels::feedback {

/// Damped, in rounding order and turned round in both directions, so that U diag(d) U^T becomes the usual L diag(d) L^T: the
/// lower triangle in double, [cols, cols].
struct Prepared {
    Feedback result;  // order and damping
    std::vector<double> lower;
    bool isZero = false;
};
Prepared prepared(std::span<const float> hessian, std::int64_t cols, const FeedbackOptions& options);

/// Throws Error(Corrupt) where a pivot is not above 0.
double requirePivot(double pivot);

/// Takes L (below the diagonal) and d (on it) into the result.
Feedback finished(Prepared&& prepared);

/// v of a weight and its share f.
inline float valueOf(float weight, float share) {
    const float value = weight + share;
    return std::isfinite(value) ? value : weight;
}

/// One row's groups, and the rounding of one weight in them.
class RowGroups {
public:
    RowGroups(const Encoding& encoding, float globalScale, std::int64_t cols);
    void read(std::span<const std::byte> scales);  // of one row

    struct Rounded {
        std::uint16_t code;
        float number;
    };
    Rounded round(float value, std::size_t column) const;  // of a finite value

private:
    const Encoding& encoding_;
    float globalScale_;
    std::size_t group_;
    std::vector<float> scales_, divisors_, zeros_;
    std::vector<std::uint16_t> zeroCodes_;
};

}  // namespace dq::kernels::feedback
