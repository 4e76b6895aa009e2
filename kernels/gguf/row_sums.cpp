#include "kernels/gguf/row_sums.hpp"

#include <algorithm>
#include <array>

namespace dq::kernels::gguf {

std::vector<float> rowMeanSquares(std::span<const float> weights, std::size_t cols) {
    constexpr std::size_t together = 8;  // an addition takes three or four cycles: eight rows fill them
    std::vector<float> sums(weights.size() / cols);
    for (std::size_t first = 0; first < sums.size(); first += together) {
        const std::size_t n = std::min(together, sums.size() - first);
        const float* row = weights.data() + first * cols;
        std::array<float, together> sum{};
        for (std::size_t column = 0; column < cols; ++column)
            for (std::size_t i = 0; i < together; ++i) {
                const float x = row[std::min(i, n - 1) * cols + column];
                sum[i] += x * x;
            }
        for (std::size_t i = 0; i < n; ++i)
            sums[first + i] = sum[i] / static_cast<float>(cols);
    }
    return sums;
}

}  // namespace dq::kernels::gguf
