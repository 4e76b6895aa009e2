#include "core/torch/weights.hpp"

#include <ATen/ATen.h>

#include <memory>
#include <utility>

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

at::Tensor* slot(BlockWeights& w, model::Role role) {
    using model::Role;
    switch (role) {
        case Role::Q:
            return &w.q;
        case Role::K:
            return &w.k;
        case Role::V:
            return &w.v;
        case Role::O:
            return &w.o;
        case Role::Gate:
            return &w.gate;
        case Role::Up:
            return &w.up;
        case Role::Down:
            return &w.down;
        default:
            return nullptr;
    }
}

at::Tensor* biasSlot(BlockWeights& w, model::Role role) {
    using model::Role;
    switch (role) {
        case Role::Q:
            return &w.qBias;
        case Role::K:
            return &w.kBias;
        case Role::V:
            return &w.vBias;
        case Role::O:
            return &w.oBias;
        case Role::Gate:
            return &w.gateBias;
        case Role::Up:
            return &w.upBias;
        case Role::Down:
            return &w.downBias;
        default:
            return nullptr;
    }
}

/// config.json decides, not whether such a tensor happens to be there.
bool hasBias(const model::Architecture& architecture, model::Role role) {
    using model::Role;
    const bool feedForward = role == Role::Gate || role == Role::Up || role == Role::Down;
    return feedForward ? architecture.mlpBias : architecture.attentionBias;
}

}  // namespace

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

BlockWeights blockWeights(const model::Model& model, const MatrixPlaces& places, std::int64_t block,
                          const evaluate::WeightSource* source) {
    const checkpoint::Checkpoint& checkpoint = model.checkpoint();
    const std::string prefix = "model." + blockName(block) + ".";
    BlockWeights weights;
    weights.inputNorm = tensorOf(checkpoint.get(prefix + "input_layernorm.weight"));
    weights.postNorm = tensorOf(checkpoint.get(prefix + "post_attention_layernorm.weight"));
    for (const std::size_t place : places.blocks.at(static_cast<std::size_t>(block))) {
        const model::WeightMatrix& matrix = model.matrices()[place];
        *slot(weights, matrix.role) = matrixOf(model, matrix, source);
        if (hasBias(model.architecture(), matrix.role))
            *biasSlot(weights, matrix.role) = tensorOf(checkpoint.get(matrix.name + ".bias"));
    }
    return weights;
}

const at::Tensor& weightOf(const BlockWeights& weights, model::Role role) {
    return *slot(const_cast<BlockWeights&>(weights), role);
}

at::Tensor finalNorm(const model::Model& model) {
    return tensorOf(model.checkpoint().get("model.norm.weight"));
}

}  // namespace dq::torch_worker
