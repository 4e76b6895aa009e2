#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "kernels/gguf/batch.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/gguf/row_sums.hpp"

namespace dq::kernels::gguf {

namespace {

using BatchKernel = void (*)(const Batch&);

/// Null where blocks go one by one.
BatchKernel batchKernelOf(Type type, bool weighted) {
    (void)weighted;
    switch (type) {
        case Type::Q2_K: return batchQ2_K;
        case Type::Q3_K: return batchQ3_K;
        case Type::Q4_K: return batchQ4_K;
        case Type::Q5_K: return batchQ5_K;
        case Type::Q6_K: return batchQ6_K;
        case Type::Iq4Nl: return batchIq4Nl;
        case Type::Iq4Xs: return batchIq4Xs;
        default: return nullptr;
    }
}

struct Matrix {
    std::span<const float> weights;
    std::size_t cols;
    const float* importance;
    std::span<std::byte> out;
};

void quantizeOneByOne(Type type, const Matrix& matrix) {
    const std::size_t bytes = rowBytes(type, matrix.cols);
    for (std::size_t row = 0; row < matrix.weights.size() / matrix.cols; ++row)
        reference::quantizeRow(type, matrix.weights.subspan(row * matrix.cols, matrix.cols), matrix.importance,
                               matrix.out.subspan(row * bytes, bytes));
}

void quantizeInBatches(BatchKernel kernel, const TypeInfo& info, const Matrix& matrix, std::size_t lanes) {
    const std::vector<float> meanSquares = needsRowMeanSquare(info, matrix.importance)
                                               ? rowMeanSquares(matrix.weights, matrix.cols)
                                               : std::vector<float>(matrix.weights.size() / matrix.cols);
    const std::size_t perRow = matrix.cols / info.blockWeights;
    const std::size_t blocks = matrix.weights.size() / info.blockWeights;
    Batch batch;
    for (std::size_t first = 0; first < blocks; first += lanes) {
        batch.count = std::min(lanes, blocks - first);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const std::size_t block = lane < batch.count ? first + lane : first;
            batch.x[lane] = matrix.weights.data() + block * info.blockWeights;
            batch.importance[lane] = matrix.importance ? matrix.importance + block % perRow * info.blockWeights : nullptr;
            batch.rowMeanSquare[lane] = meanSquares[block / perRow];
            batch.out[lane] = matrix.out.data() + block * info.blockBytes;
        }
        kernel(batch);
    }
}

}  // namespace

void quantizeRows(Type type, std::span<const float> weights, std::size_t cols, const float* importance,
                  std::span<std::byte> out) {
    const std::size_t rows = cols == 0 ? 0 : weights.size() / cols;
    if (rows * cols != weights.size())
        throw Error(Kind::Input, std::to_string(weights.size()) + " weights are no whole rows of " + std::to_string(cols));
    checkSizes(type, cols, rows, out.size());
    if (rows == 0) return;
    const BatchKernel kernel = batchKernelOf(type, importance != nullptr);
    const std::size_t lanes = kernel ? batchLanes() : 0;
    const Matrix matrix{weights, cols, importance, out};
    if (lanes < 2)
        quantizeOneByOne(type, matrix);
    else
        quantizeInBatches(kernel, infoOf(type), matrix, lanes);
}

void quantizeRow(Type type, std::span<const float> weights, const float* importance, std::span<std::byte> out) {
    quantizeRows(type, weights, weights.size(), importance, out);
}

}  // namespace dq::kernels::gguf
