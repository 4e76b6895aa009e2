#pragma once

#include <span>
#include <vector>

#include "kernels/error_stats.hpp"
#include "kernels/input.hpp"

namespace dq::kernels {

/// errorStats for encodings with feedback. Their errors go together with one another, which sums of squares do not see; so, of
/// a row with error D and H = E[x x^T],
///
///     activation   D H D^T instead of sum E[x^2] D^2, which is what it would be if errors were independent
///     fisher       1/2 sum h D^2, multiplied by the ratio of these two
///
/// What searches under the Fisher diagonal are told is made of `fisher`, here too. Where nothing is known of H, and where a matrix's E[x^2] is 0, the sums are those of errorStats.
std::vector<ErrorSums> feedbackErrors(const MatrixView& weights, std::span<const Encoding> palette,
                                      std::span<const float> globalScales, const float* fisher, const Input& input);

}  // namespace dq::kernels
