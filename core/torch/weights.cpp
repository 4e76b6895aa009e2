#include "core/torch/weights.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/base/mapped_file.hpp"

namespace dq::torch_worker {

namespace {

/// The tensor owns the numbers.
at::Tensor owning(std::vector<float> numbers, at::IntArrayRef shape) {
    auto kept = std::make_unique<std::vector<float>>(std::move(numbers));
    float* const data = kept->data();
    return at::from_blob(
        data, shape,
        [held = std::shared_ptr<std::vector<float>>(std::move(kept))](void*) mutable { held.reset(); },
        at::TensorOptions().dtype(at::kFloat));
}

void withoutDamage(std::span<float> weights) {
    for (float& weight : weights)
        weight = std::isfinite(weight) ? weight : 0.0f;
}

}  // namespace

void readRows(const checkpoint::TensorView& view, std::int64_t first, std::int64_t count, std::span<float> to) {
    view.rowsTo(first, count, to);
    withoutDamage(to);
}

std::span<const float> elements(const at::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::span<float> elements(at::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

at::Tensor tensorOf(const checkpoint::TensorView& view) {
    return owning(view.floats(), view.shape);
}

at::Tensor matrixOf(const model::Model& model, const model::WeightMatrix& matrix,
                    const evaluate::WeightSource* source) {
    at::Tensor original = tensorOf(model.tensor(matrix));
    withoutDamage(elements(original));
    if (!source) return original;
    at::Tensor replaced = at::empty_like(original);
    const bool said = (*source)(matrix, elements(std::as_const(original)), elements(replaced));
    return said ? replaced : original;
}

MatrixPlaces placesOf(const model::Model& model) {
    MatrixPlaces places;
    places.blocks.resize(static_cast<std::size_t>(model.architecture().blocks));
    const auto matrices = model.matrices();
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        if (matrices[i].role == model::Role::Embedding) places.embedding = i;
        if (matrices[i].role == model::Role::Head) places.head = i;
        if (matrices[i].block >= 0)
            places.blocks.at(static_cast<std::size_t>(matrices[i].block)).push_back(i);
    }
    if (model.architecture().tiedHead) places.head = places.embedding;
    return places;
}

std::string blockName(std::int64_t block) {
    return "layers." + std::to_string(block);
}

void readAhead(const model::Model& model, const MatrixPlaces& places, std::int64_t block) {
    for (const std::size_t place : places.blocks.at(static_cast<std::size_t>(block)))
        willNeed(model.tensor(model.matrices()[place]).bytes);
}

Part partOf(const model::WeightMatrix& matrix) {
    return {matrix.role, matrix.expert};
}

namespace {

/// All of a block but its matrices.
BlockWeights besideMatrices(const model::Model& model, const MatrixPlaces& places, std::int64_t block) {
    const checkpoint::Checkpoint& checkpoint = model.checkpoint();
    BlockWeights weights;
    for (const model::Needed& needed : model.pieces())
        if (needed.block == block && needed.piece != model::Piece::Bias)
            weights.pieces[needed.piece] = tensorOf(checkpoint.get(needed.tensor));
    for (const std::size_t place : places.blocks.at(static_cast<std::size_t>(block))) {
        const model::WeightMatrix& matrix = model.matrices()[place];
        if (!matrix.bias.empty()) weights.biases[partOf(matrix)] = tensorOf(checkpoint.get(matrix.bias));
    }
    return weights;
}

/// A matrix read by all threads, without a copy of it on the way.
at::Tensor readBySlabs(const model::Model& model, const model::WeightMatrix& matrix) {
    const checkpoint::TensorView& view = model.tensor(matrix);
    if (view.transposed) return matrixOf(model, matrix);
    at::Tensor read = at::empty({matrix.rows, matrix.cols});
    const std::span<float> to = elements(read);
    const std::int64_t slab = std::max<std::int64_t>(1, (std::int64_t{1} << 20) / matrix.cols);
    at::parallel_for(0, matrix.rows, slab, [&](std::int64_t first, std::int64_t end) {
        readRows(view, first, end - first,
                 to.subspan(static_cast<std::size_t>(first * matrix.cols), static_cast<std::size_t>((end - first) * matrix.cols)));
    });
    return read;
}

}  // namespace

BlockWeights blockWeights(const model::Model& model, const MatrixPlaces& places, std::int64_t block,
                          const evaluate::WeightSource* source) {
    BlockWeights weights = besideMatrices(model, places, block);
    for (const std::size_t place : places.blocks.at(static_cast<std::size_t>(block))) {
        const model::WeightMatrix& matrix = model.matrices()[place];
        weights.matrices[partOf(matrix)] = matrixOf(model, matrix, source);
    }
    return weights;
}

BlockWeights blockWeightsWithin(const model::Model& model, const MatrixPlaces& places, std::int64_t block, Bytes floats) {
    const std::vector<std::size_t>& matrices = places.blocks.at(static_cast<std::size_t>(block));
    Bytes all = 0;
    for (const std::size_t place : matrices)
        all += model.matrices()[place].weights() * static_cast<Bytes>(sizeof(float));
    if (all <= floats) return blockWeights(model, places, block);
    BlockWeights weights = besideMatrices(model, places, block);
    for (const std::size_t place : matrices) {
        const model::WeightMatrix& matrix = model.matrices()[place];
        weights.readers[partOf(matrix)] = [&model, &matrix] { return readBySlabs(model, matrix); };
    }
    return weights;
}

at::Tensor pieceOf(const model::Model& model, model::Piece piece) {
    for (const model::Needed& needed : model.pieces())
        if (needed.block < 0 && needed.piece == piece) return tensorOf(model.checkpoint().get(needed.tensor));
    return {};
}

}  // namespace dq::torch_worker
