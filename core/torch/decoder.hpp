#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>

#include "core/model/model.hpp"

/// One decoder block in libtorch, as plain functions of tensors that read an Architecture: the same for every
/// family of models. Used by the measuring and evaluating passes and by the demo model's trainer, so that what is
/// trained is what is measured. Internal to code that names torch.
namespace dq::torch_worker {

/// Which product of a block: its role, and the expert it belongs to.
struct Part {
    model::Role role = model::Role::Q;
    int expert = -1;

    auto operator<=>(const Part&) const = default;
};

/// Tensors of one block, float; matrices are [out, in].
struct BlockWeights {
    std::map<Part, at::Tensor> matrices, biases;
    std::map<Part, std::function<at::Tensor()>> readers;  // of matrices that are not kept: read for each use
    std::map<model::Piece, at::Tensor> pieces;

    bool has(Part part) const { return matrices.contains(part) || readers.contains(part); }
    at::Tensor matrix(Part part) const;
    const at::Tensor& piece(model::Piece piece) const { return pieces.at(piece); }
    at::Tensor bias(Part part) const;  // undefined: none
};

/// cos and sin tables of the rotary embedding for positions 0..length-1: [length, rotated part of a head], halves
/// repeated (Hugging Face layout). Undefined where positions are learned.
struct RotaryTables {
    at::Tensor cos, sin;
};
struct Rotation {
    RotaryTables full, sliding;
};
Rotation rotationOf(const model::Architecture& architecture, std::int64_t length);

/// One product y = W x of a block; x [.., in], y [.., out], y still in the graph.
struct Product {
    Part part;
    const at::Tensor& x;
    const at::Tensor& y;
    at::Tensor rows;  // of an expert: which positions of the batch, laid end to end, x holds; undefined: all
};
/// The measuring pass keeps x and asks for the gradient of y; everyone else passes nothing.
using ProductTap = std::function<void(const Product&)>;

/// y = W x + b, shown to the tap.
class Products {
public:
    Products(const BlockWeights& weights, const ProductTap& tap) : weights_(weights), tap_(tap) {}
    at::Tensor operator()(Part part, const at::Tensor& x, const at::Tensor& rows = {}) const;
    const BlockWeights& weights() const { return weights_; }

private:
    const BlockWeights& weights_;
    const ProductTap& tap_;
};

/// hidden [batch, length, hidden] -> the same shape: norm, attention, residual, norm, feed-forward, residual.
at::Tensor blockForward(const model::Architecture& architecture, std::int64_t block, const BlockWeights& weights,
                        const Rotation& rotation, const at::Tensor& hidden, const ProductTap& tap = {});

// Its parts, each without norm and residual.
at::Tensor attention(const model::Architecture& a, bool sliding, const Rotation& rotation, const at::Tensor& x,
                     const Products& product);
at::Tensor deltaRule(const model::Architecture& a, const at::Tensor& x, const Products& product);
at::Tensor feedForward(const model::Architecture& a, const at::Tensor& x, const Products& product);
at::Tensor experts(const model::Architecture& a, const at::Tensor& x, const Products& product);

at::Tensor activated(model::Activation activation, const at::Tensor& x);
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon);
/// The architecture's norm; `bias` of a layer norm.
at::Tensor normalised(const model::Architecture& a, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

at::Tensor softCapped(const at::Tensor& x, double cap);  // cap 0: x itself

}  // namespace dq::torch_worker
