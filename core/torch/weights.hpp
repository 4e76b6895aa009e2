#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/evaluate/evaluator.hpp"
#include "core/model/model.hpp"
#include "core/torch/decoder.hpp"

namespace dq::torch_worker {

/// A float tensor's elements, row-major; the tensor is contiguous.
std::span<const float> elements(const at::Tensor& tensor);
std::span<float> elements(at::Tensor& tensor);

/// Rows of a weight matrix, where NaN and infinity are 0: a matrix that holds them is not quantized, and the rest can run.
void readRows(const checkpoint::TensorView& view, std::int64_t first, std::int64_t count, std::span<float> to);

/// A tensor of the checkpoint as floats, in its own shape.
at::Tensor tensorOf(const checkpoint::TensorView& view);

/// The weights [rows, cols] of a matrix, NaN and infinity as 0; what `source` writes where it is given and has something to say.
at::Tensor matrixOf(const model::Model& model, const model::WeightMatrix& matrix,
                    const evaluate::WeightSource* source = nullptr);

/// Where the weight matrices of a model stand in Model::matrices().
struct MatrixPlaces {
    std::size_t embedding = 0;
    std::size_t head = 0;                          // the embedding's place where they are tied
    std::vector<std::vector<std::size_t>> blocks;  // [block][in the order of Model::matrices()]
};
MatrixPlaces placesOf(const model::Model& model);
std::string blockName(std::int64_t block);  // "layers.3"

/// Reads one block. `source` as in matrixOf; norms and biases are always the original's.
BlockWeights blockWeights(const model::Model& model, const MatrixPlaces& places, std::int64_t block,
                          const evaluate::WeightSource* source = nullptr);
/// The same of the original, where matrices that take more than `floats` together are left to be read when they are used.
BlockWeights blockWeightsWithin(const model::Model& model, const MatrixPlaces& places, std::int64_t block, Bytes floats);
/// Asks the system to read a block's weights from the disk while another block is computed.
void readAhead(const model::Model& model, const MatrixPlaces& places, std::int64_t block);

Part partOf(const model::WeightMatrix& matrix);
/// A tensor beside the weight matrices and outside the blocks; undefined where the architecture has none.
at::Tensor pieceOf(const model::Model& model, model::Piece piece);

}  // namespace dq::torch_worker
