#include "kernels/decode/launch.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "core/base/error.hpp"

namespace dq::kernels::decoding {

namespace {

[[noreturn]] void refuse(const std::string& sentence) {
    throw Error(Kind::Input, sentence);
}

void require(std::span<const Matrix> matrices, std::int64_t batch, std::size_t results) {
    if (matrices.empty() || matrices.size() > mostMatrices || matrices.size() != results)
        refuse("a launch takes 1 to " + std::to_string(mostMatrices) + " matrices and a result for each, not " + std::to_string(matrices.size()) +
               " and " + std::to_string(results));
    if (batch < 1 || batch > mostInputs)
        refuse("a launch takes 1 to " + std::to_string(mostInputs) + " inputs, not " + std::to_string(batch));
    if (matrices.front().cols % inputsAtOnce != 0)
        refuse("a launch takes columns in fours, not " + std::to_string(matrices.front().cols) + ": lanes read four inputs at once");
    std::int64_t blocks = 0;
    for (const Matrix& matrix : matrices) {
        if (matrix.cols != matrices.front().cols)
            refuse("matrices with " + std::to_string(matrices.front().cols) + " and " + std::to_string(matrix.cols) + " columns have no common input");
        blocks += bricksDown(matrix.rows);
    }
    if (blocks > std::numeric_limits<int>::max()) refuse(std::to_string(blocks) + " bands of rows are more than a launch can count");
}

/// Few inputs: all warps of a block share its columns, and there are many small blocks. Many: the inputs are read again for
/// every block, so warps take rows of their own, as long as every processor still has two blocks.
int splitFor(std::int64_t bands, std::int64_t batch, int processors) {
    int split = warpsPerBlock;
    while (batch > 4 && split > 1 && bands * split / 2 / warpsPerBlock >= 2 * std::int64_t{processors})
        split /= 2;
    return split;
}

int ringBytesOf(const Layout& layout) {
    constexpr int sums = 2 * 4 * warpLanes * 4;  // what a warp leaves there in the end
    return std::max(stagesOf(layout.coding) * layout.bytes(), sums);
}

}  // namespace

Launch planned(std::span<const Matrix> matrices, const std::uint16_t* x, std::int64_t batch, std::span<void* const> y, Output output,
               int processors) {
    require(matrices, batch, y.size());
    Launch launch;
    launch.x = x;
    launch.cols = matrices.front().cols;
    launch.count = static_cast<int>(matrices.size());
    launch.batch = static_cast<int>(batch);
    launch.output = output;
    std::int64_t bands = 0;
    for (const Matrix& matrix : matrices)
        bands += bricksDown(matrix.rows);
    launch.split = splitFor(bands, batch, processors);
    const std::int64_t bandsPerBlock = warpsPerBlock / launch.split;
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        launch.segments[i] = {matrices[i], y[i], launch.blocks};
        launch.blocks += static_cast<int>((bricksDown(matrices[i].rows) + bandsPerBlock - 1) / bandsPerBlock);
        launch.ringBytes = std::max(launch.ringBytes, ringBytesOf(matrices[i].layout));
    }
    return launch;
}

}  // namespace dq::kernels::decoding
