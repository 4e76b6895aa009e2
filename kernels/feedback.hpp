#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"

/// Error feedback: what rounding a column costs is made good by the columns that are rounded after it, as far as their inputs
/// go together. GPTQ (arXiv 2210.17323) in the form of LDLQ (arXiv 2307.13304, theorem 6: the same codes), which needs no
/// inverse. With H = E[x x^T] of the input, columns taken in `order` and a row w of the matrix,
///
///     H + damping = U diag(d) U^T          U upper triangular, 1 on its diagonal
///     v_k = w_k + f_k                      f_k = sum over j < k, rising, of (w_j - q_j) U_jk
///     q_k = the number nearest to v_k      in the scale that the column's group has without feedback
///     (w - q) (H + damping) (w - q)^T = sum_k d_k (v_k - q_k)^2
///
/// v, f and q are floats, every operation rounded once; a v_k that is not finite is replaced by w_k.
namespace dq::kernels {

struct FeedbackOptions {
    double damping = 0.01;   // what is added to the diagonal of H, as a part of its mean
    bool byMoment = true;    // columns whose input is largest come first (act-order), else as they stand
};

struct Feedback {
    std::int64_t cols = 0;
    std::vector<std::int32_t> order;  // [cols]: the column that is rounded k-th
    std::vector<float> shares;        // U, [cols, cols] row-major
    std::vector<double> weights;      // d
    double damping = 0;
};

/// `hessian` is H, [cols, cols]; its lower triangle is read. In double, each element's updates in the order of the columns. An
/// H that is 0 throughout gives no feedback. Throws Error(Corrupt) where it is no possible E[x x^T].
Feedback feedbackOf(std::span<const float> hessian, std::int64_t cols, const FeedbackOptions& options = {});

/// Codes under feedback into `codes`; `scales` holds what quantizePack writes for the same encoding without feedback. Where
/// `outputErrors` has a number a row, it receives (w - q) H (w - q)^T.
void roundWithFeedback(const MatrixView& weights, const Encoding& encoding, float globalScale, const Feedback& feedback,
                       std::span<const std::byte> scales, std::span<std::byte> codes, std::span<double> outputErrors = {});

namespace reference {
Feedback feedbackOf(std::span<const float> hessian, std::int64_t cols, const FeedbackOptions& options = {});
void roundWithFeedback(const MatrixView& weights, const Encoding& encoding, float globalScale, const Feedback& feedback,
                       std::span<const std::byte> scales, std::span<std::byte> codes, std::span<double> outputErrors = {});
}  // namespace reference

}  // namespace dq::kernels
