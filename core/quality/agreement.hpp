#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dq::quality {

/// Ranks 1 ... n in ascending order; equal numbers share the mean of their ranks.
std::vector<double> ranks(std::span<const double> numbers);

/// Spearman's rank correlation: Pearson's of the ranks. 0 where fewer than two numbers, or all of one side, are equal.
double spearman(std::span<const double> a, std::span<const double> b);

/// The middle number, or the mean of the two in the middle; 0 of none.
double median(std::vector<double> numbers);

/// How well one series predicts another, both positive and of one length.
struct Agreement {
    double spearman = 0;
    double ratio = 0;       // median of predicted / measured
    double logRatio = 0;    // median of |ln(predicted / measured)|
    std::size_t worst = 0;  // where |ln(predicted / measured)| is largest
};
/// Throws Error(Input) where the lengths differ, nothing is compared, or a number is not positive and finite.
Agreement agreementOf(std::span<const double> predicted, std::span<const double> measured);

}  // namespace dq::quality
