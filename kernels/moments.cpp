#include "kernels/moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/parallel.hpp"
#include "kernels/simd/moments_row.hpp"

namespace dq::kernels {

double Moments::kurtosis() const {
    return squared > 0 ? static_cast<double>(count) * fourth / (squared * squared) : 0;
}

double Moments::outlierRatio() const {
    return squared > 0 ? largest / std::sqrt(meanSquare()) : 0;
}

void Moments::add(const Moments& other) {
    count += other.count;
    notFinite += other.notFinite;
    squared += other.squared;
    fourth += other.fourth;
    largest = std::max(largest, other.largest);
}

Moments moments(const MatrixView& weights) {
    std::vector<Moments> rows(static_cast<std::size_t>(weights.rows));
    parallelFor(weights.rows, [&](std::int64_t i) {
        rows[static_cast<std::size_t>(i)] = simd::rowMoments(weights.row(i), static_cast<std::size_t>(weights.cols));
    });
    Moments result;
    for (const Moments& row : rows)
        result.add(row);
    return result;
}

}  // namespace dq::kernels
