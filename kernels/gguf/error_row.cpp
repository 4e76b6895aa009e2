#include <cmath>
#include <vector>

#include "kernels/gguf/gguf.hpp"
#include "kernels/lanes.hpp"

namespace dq::kernels::gguf {

ErrorSums errorRow(Type type, std::span<const float> weights, const float* fisher, const float* inputMoment) {
    std::vector<std::byte> bytes(rowBytes(type, weights.size()));
    std::vector<float> rounded(weights.size());
    quantizeRow(type, weights, inputMoment, bytes);
    dequantizeRow(type, bytes, rounded);

    Lanes squared{};
    Lanes loss{};
    Lanes activation{};
    ErrorSums sums;
    for (std::size_t j = 0; j < weights.size(); ++j) {
        const auto off = static_cast<double>(weights[j] - rounded[j]);
        const std::size_t lane = j % laneCount;
        squared[lane] += off * off;
        if (fisher) loss[lane] += static_cast<double>(fisher[j]) * (off * off);
        if (inputMoment) activation[lane] += static_cast<double>(inputMoment[j]) * (off * off);
        sums.largest = std::fmax(sums.largest, std::fabs(off));
    }
    sums.squared = sumOf(squared);
    sums.fisher = 0.5 * sumOf(loss);
    sums.activation = sumOf(activation);
    return sums;
}

}  // namespace dq::kernels::gguf
