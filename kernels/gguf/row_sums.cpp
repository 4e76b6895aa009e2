#include "kernels/gguf/row_sums.hpp"

#include <algorithm>
#include <array>

#include "kernels/gguf/batch.hpp"

namespace dq::kernels::gguf {

std::vector<float> rowMeanSquares(std::span<const float> weights, std::size_t cols) {
    const std::size_t rows = weights.size() / cols;
    const std::size_t together = batchLanes();
    std::vector<float> means(rows);
    for (std::size_t first = 0; first < rows; first += together) {
        const std::size_t n = std::min(together, rows - first);
        std::array<const float*, mostLanes> from{};
        std::array<float, mostLanes> sums{};
        for (std::size_t i = 0; i < together; ++i)
            from[i] = weights.data() + (first + std::min(i, n - 1)) * cols;
        batchRowSums(from.data(), cols, sums.data());
        for (std::size_t i = 0; i < n; ++i)
            means[first + i] = sums[i] / static_cast<float>(cols);
    }
    return means;
}

}  // namespace dq::kernels::gguf
