#include "core/quality/least_squares.hpp"

#include <algorithm>
#include <cmath>

namespace dq::quality {

void Normal::add(std::span<const double> row, double target) {
    for (std::size_t i = 0; i < size_; ++i) {
        if (row[i] == 0) continue;
        right_[i] += row[i] * target;
        for (std::size_t j = 0; j < size_; ++j) matrix_[i * size_ + j] += row[i] * row[j];
    }
}

void Normal::hold(std::size_t i, double weight, double value) {
    matrix_[i * size_ + i] += weight;
    right_[i] += weight * value;
}

std::vector<double> notNegativeLeastSquares(const Normal& normal) {
    constexpr int Rounds = 100'000;
    std::vector<double> x(normal.size());
    for (int round = 0; round < Rounds; ++round) {
        double moved = 0, largest = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            double rest = normal.right(i);
            for (std::size_t j = 0; j < x.size(); ++j) rest -= normal.matrix(i, j) * x[j];
            const double next = std::max(0.0, x[i] + rest / normal.matrix(i, i));
            moved = std::max(moved, std::abs(next - x[i]));
            largest = std::max(largest, next);
            x[i] = next;
        }
        if (moved <= 1e-12 * largest) break;
    }
    return x;
}

}  // namespace dq::quality
