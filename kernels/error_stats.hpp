#pragma once

#include <span>
#include <vector>

#include "kernels/encoding.hpp"
#include "kernels/matrix_scales.hpp"

namespace dq::kernels {

/// What rounding a matrix to one encoding does to it. With D = W - dequantize(quantizePack(W)), one float
/// subtraction, and powers of two u (of a row's weights), v (of a row's h) and m (of E[x^2]) from
/// kernels/row_units.hpp, a row's terms are floats, each operation rounded once:
///
///     q = (D u)^2     (h v) q     (E[x^2] m) q
///
/// They are summed as kernels/lanes.hpp says and the powers of two taken out again. The sums are within 1e-6 of
/// the same in unlimited precision, relatively.
struct ErrorSums {
    double squared = 0;     // sum D^2
    double fisher = 0;      // 1/2 sum h D^2, nats per token (reference: core/quality)
    double activation = 0;  // sum over i, j of E[x_j^2] D_ij^2
    double largest = 0;     // max |D|, of a row the square root of the largest q, without u

    void add(const ErrorSums& other);
};

/// Scores every encoding of the palette over the rows of `weights` (a slab of a larger matrix is fine: sums
/// add). `fisher` is h, [rows, cols], or null (its sum is then 0); `inputMoment` is E[x^2], [cols], or null.
/// Weighted encodings take `inputMoment` for what quantizePack is told of the input, Fisher ones the sensitivities of `fisher`; those with feedback are not scored
/// here (kernels/feedback_errors.hpp). globalScales: one per encoding, from globalScaleFor over the WHOLE matrix, and so is `shared`, which may be left
/// out where `weights` is that. Rows are added in order: independent of the number of threads.
std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment, const SharedScales& shared = {});

namespace reference {
std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment, const SharedScales& shared = {});
}

}  // namespace dq::kernels
