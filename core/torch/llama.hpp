#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>

#include "core/model/model.hpp"

/// The Llama architecture in libtorch as plain functions of tensors. Used by the measuring and evaluating
/// passes and by the demo model's trainer, so that what is trained is what is measured. Internal to code that
/// names torch.
namespace dq::torch_worker {

/// Weights of one block, float, [out, in]; biases are undefined tensors where the architecture has none.
struct BlockWeights {
    at::Tensor inputNorm, postNorm;  // [hidden]
    at::Tensor q, k, v, o, gate, up, down;
    at::Tensor qBias, kBias, vBias, oBias, gateBias, upBias, downBias;
};

/// cos and sin tables of the rotary embedding for positions 0..length-1: [length, headDim], halves repeated
/// (Hugging Face layout).
struct RotaryTables {
    at::Tensor cos, sin;
};
RotaryTables rotaryTables(const model::Architecture& architecture, std::int64_t length);

/// Called with (role, x, y) for every product y = W x of the block; x [.., in], y [.., out], y still in the
/// graph. The measuring pass keeps x and asks for the gradient of y; everyone else passes nothing.
using ProductTap = std::function<void(model::Role, const at::Tensor& x, const at::Tensor& y)>;

/// hidden [batch, length, hidden] -> the same shape: norm, causal grouped-query attention with RoPE,
/// residual, norm, SwiGLU, residual.
at::Tensor blockForward(const model::Architecture& architecture, const BlockWeights& weights,
                        const RotaryTables& rotary, const at::Tensor& hidden, const ProductTap& tap = {});

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

}  // namespace dq::torch_worker
