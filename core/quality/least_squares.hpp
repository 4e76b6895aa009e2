#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dq::quality {

/// Normal equations of a least-squares problem, gathered row by row: A x = b.
class Normal {
public:
    explicit Normal(std::size_t unknowns) : size_(unknowns), matrix_(unknowns * unknowns), right_(unknowns) {}

    void add(std::span<const double> row, double target);
    /// Adds weight * (x_i - value)^2.
    void hold(std::size_t i, double weight, double value);

    std::size_t size() const { return size_; }
    double matrix(std::size_t row, std::size_t column) const { return matrix_[row * size_ + column]; }
    double right(std::size_t row) const { return right_[row]; }

private:
    std::size_t size_;
    std::vector<double> matrix_, right_;
};

/// argmin |Xx - y|^2 over x >= 0 by coordinate descent; the diagonal must be positive. Stops where no coordinate moves by
/// more than 1e-12 of the largest, or after 100 000 rounds.
std::vector<double> notNegativeLeastSquares(const Normal& normal);

}  // namespace dq::quality
