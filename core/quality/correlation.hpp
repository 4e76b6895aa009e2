#pragma once

#include <optional>
#include <span>

namespace dq::quality {

/// Spearman's rank correlation: Pearson's of the ranks, equal numbers sharing the mean of theirs. Absent where one side is
/// constant, or there are fewer than two pairs.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);

/// The median of predicted / measured over the pairs whose measured number is above 0; absent where there are none.
std::optional<double> medianRatio(std::span<const double> predicted, std::span<const double> measured);

}  // namespace dq::quality
