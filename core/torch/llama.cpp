#include "core/torch/llama.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace dq::torch_worker {

namespace {

/// y = W x, shown to the tap.
class Products {
public:
    explicit Products(const ProductTap& tap) : tap_(tap) {}

    at::Tensor operator()(model::Role role, const at::Tensor& x, const at::Tensor& weight,
                          const at::Tensor& bias) const {
        at::Tensor y = bias.defined() ? at::linear(x, weight, bias) : at::linear(x, weight);
        if (tap_) tap_(role, x, y);
        return y;
    }

private:
    const ProductTap& tap_;
};

/// x [.., length, headDim], one rotation per position.
at::Tensor rotated(const at::Tensor& x, const RotaryTables& rotary) {
    const auto halves = x.chunk(2, -1);
    return x * rotary.cos + at::cat({-halves[1], halves[0]}, -1) * rotary.sin;
}

/// What query i may not see of key j: minus infinity above the diagonal.
at::Tensor causalMask(std::int64_t length, const at::TensorOptions& options) {
    return at::full({length, length}, -std::numeric_limits<float>::infinity(), options).triu(1);
}

/// The query heads of one key-value head are rows of one product, so that keys and values are never repeated.
at::Tensor attention(const model::Architecture& a, const BlockWeights& w, const RotaryTables& rotary,
                     const at::Tensor& x, const Products& product) {
    using model::Role;
    const std::int64_t batch = x.size(0), length = x.size(1), group = a.heads / a.kvHeads;
    const at::Tensor q = product(Role::Q, x, w.q, w.qBias).view({batch, length, a.kvHeads, group, a.headDim});
    const at::Tensor k = product(Role::K, x, w.k, w.kBias).view({batch, length, a.kvHeads, a.headDim});
    const at::Tensor v = product(Role::V, x, w.v, w.vBias).view({batch, length, a.kvHeads, a.headDim});

    const double scale = 1 / std::sqrt(static_cast<double>(a.headDim));
    const at::Tensor queries =
        rotated(q.permute({0, 2, 3, 1, 4}), rotary) * scale;     // [batch, kv, group, length, dim]
    const at::Tensor keys = rotated(k.transpose(1, 2), rotary);  // [batch, kv, length, dim]
    at::Tensor scores =
        at::matmul(queries.reshape({batch, a.kvHeads, group * length, a.headDim}), keys.transpose(2, 3));
    scores = scores.view({batch, a.kvHeads, group, length, length})
                 .add_(causalMask(length, x.options().requires_grad(false)));
    const at::Tensor weights = at::softmax(scores, -1).view({batch, a.kvHeads, group * length, length});
    const at::Tensor mixed =
        at::matmul(weights, v.transpose(1, 2)).view({batch, a.kvHeads, group, length, a.headDim});
    return product(Role::O, mixed.permute({0, 3, 1, 2, 4}).reshape({batch, length, a.heads * a.headDim}), w.o,
                   w.oBias);
}

at::Tensor feedForward(const BlockWeights& w, const at::Tensor& x, const Products& product) {
    using model::Role;
    const at::Tensor gate = product(Role::Gate, x, w.gate, w.gateBias);
    const at::Tensor up = product(Role::Up, x, w.up, w.upBias);
    return product(Role::Down, at::silu(gate) * up, w.down, w.downBias);
}

}  // namespace

RotaryTables rotaryTables(const model::Architecture& architecture, std::int64_t length) {
    const model::Rope::Frequencies frequencies = architecture.rope.frequencies(architecture.headDim, length);
    const auto pairs = static_cast<std::int64_t>(frequencies.inverse.size());
    const at::TensorOptions exact = at::TensorOptions().dtype(at::kDouble);
    at::Tensor inverse = at::empty({pairs}, exact);
    std::copy(frequencies.inverse.begin(), frequencies.inverse.end(), inverse.data_ptr<double>());
    const at::Tensor angles = at::outer(at::arange(length, exact), inverse);
    const at::Tensor both = at::cat({angles, angles}, -1);
    return {(at::cos(both) * frequencies.amplitude).to(at::kFloat),
            (at::sin(both) * frequencies.amplitude).to(at::kFloat)};
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
    return x * at::rsqrt(x.square().mean(-1, true) + epsilon) * weight;
}

at::Tensor blockForward(const model::Architecture& architecture, const BlockWeights& weights,
                        const RotaryTables& rotary, const at::Tensor& hidden, const ProductTap& tap) {
    const Products product(tap);
    const at::Tensor attended =
        hidden + attention(architecture, weights, rotary,
                           rmsNorm(hidden, weights.inputNorm, architecture.normEpsilon), product);
    return attended +
           feedForward(weights, rmsNorm(attended, weights.postNorm, architecture.normEpsilon), product);
}

}  // namespace dq::torch_worker
