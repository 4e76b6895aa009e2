#include "kernels/row_errors.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/lanes.hpp"

namespace dq::kernels {

ErrorSums rowErrors(const float* weights, std::span<const float> rounded, const float* fisher, const float* inputMoment) {
    Lanes squared{}, loss{}, activation{};
    ErrorSums sums;
    for (std::size_t j = 0; j < rounded.size(); ++j) {
        const float difference = weights[j] - rounded[j];
        const double square = double{difference} * double{difference};
        const std::size_t lane = j % laneCount;
        squared[lane] += square;
        if (fisher) loss[lane] += double{fisher[j]} * square;
        if (inputMoment) activation[lane] += double{inputMoment[j]} * square;
        sums.largest = std::max(sums.largest, std::fabs(double{difference}));
    }
    sums.squared = sumOf(squared);
    sums.fisher = 0.5 * sumOf(loss);
    sums.activation = sumOf(activation);
    return sums;
}

}  // namespace dq::kernels
