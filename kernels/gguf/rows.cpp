#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "kernels/gguf/batch.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/gguf/row_sums.hpp"
#include "kernels/gguf/sixteen_bits.hpp"

namespace dq::kernels::gguf {

namespace {

struct BatchKernel {
    void (*run)(const Batch&) = nullptr;  // null where blocks go one by one
    std::size_t blocksPerLane = 1;
};

BatchKernel batchKernelOf(Type type, bool weighted) {
    switch (type) {
        case Type::Q8_0:
            return {batchQ8_0};
        case Type::Q6_K:
            return {batchQ6_K};
        case Type::Q5_K:
            return {batchQ5_K};
        case Type::Q4_K:
            return {batchQ4_K};
        case Type::Q3_K:
            return {batchQ3_K};
        case Type::Q2_K:
            return {batchQ2_K};
        case Type::Q5_0:
            return {batchQ5_0};
        case Type::Q5_1:
            return weighted ? BatchKernel{batchWeightedQ5_1, 2} : BatchKernel{batchQ5_1};
        case Type::Q4_0:
            return {batchQ4_0};
        case Type::Q4_1:
            return weighted ? BatchKernel{batchWeightedQ4_1, 2} : BatchKernel{batchQ4_1};
        case Type::Iq4Nl:
            return {batchIq4Nl};
        case Type::Iq4Xs:
            return {batchIq4Xs};
        case Type::Mxfp4:
            return {batchMxfp4};
        case Type::Nvfp4:
            return {batchNvfp4};
        default:
            return {};
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
        reference::quantizeRow(type, matrix.weights.subspan(row * matrix.cols, matrix.cols),
                               matrix.importance, matrix.out.subspan(row * bytes, bytes));
}

void quantizeInBatches(const BatchKernel& kernel, const TypeInfo& info, const Matrix& matrix,
                       std::size_t lanes) {
    const std::size_t atOnce = lanes * kernel.blocksPerLane;
    const std::vector<float> meanSquares = needsRowMeanSquare(info, matrix.importance)
                                               ? rowMeanSquares(matrix.weights, matrix.cols)
                                               : std::vector<float>(matrix.weights.size() / matrix.cols);
    const std::size_t perRow = matrix.cols / info.blockWeights;
    const std::size_t blocks = matrix.weights.size() / info.blockWeights;
    Batch batch;
    for (std::size_t first = 0; first < blocks; first += atOnce) {
        batch.count = std::min(atOnce, blocks - first);
        for (std::size_t k = 0; k < atOnce; ++k) {
            const std::size_t block = k < batch.count ? first + k : first;
            batch.x[k] = matrix.weights.data() + block * info.blockWeights;
            batch.importance[k] =
                matrix.importance ? matrix.importance + block % perRow * info.blockWeights : nullptr;
            batch.rowMeanSquare[k] = meanSquares[block / perRow];
            batch.out[k] = matrix.out.data() + block * info.blockBytes;
        }
        kernel.run(batch);
    }
}

}  // namespace

void quantizeRows(Type type, std::span<const float> weights, std::size_t cols, const float* importance,
                  std::span<std::byte> out) {
    const std::size_t rows = cols == 0 ? 0 : weights.size() / cols;
    if (rows * cols != weights.size())
        throw Error(Kind::Input,
                    std::to_string(weights.size()) + " weights are no whole rows of " + std::to_string(cols));
    checkSizes(type, cols, rows, out.size());
    if (rows == 0) return;
    if (type == Type::F16) return halvesOfRow(weights, out.data());
    if (type == Type::Bf16) return brainsOfRow(weights, out.data());
    const BatchKernel kernel = batchKernelOf(type, importance != nullptr);
    const std::size_t lanes = kernel.run ? batchLanes() : 0;
    const Matrix matrix{weights, cols, importance, out};
    if (lanes < 2)
        quantizeOneByOne(type, matrix);
    else
        quantizeInBatches(kernel, infoOf(type), matrix, lanes);
}

void quantizeRow(Type type, std::span<const float> weights, const float* importance,
                 std::span<std::byte> out) {
    quantizeRows(type, weights, weights.size(), importance, out);
}

}  // namespace dq::kernels::gguf
