#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "core/torch/decoder.hpp"

namespace dq::torch_worker {

using model::Role;

namespace {

/// x [.., length, headDim], one rotation per position; what the tables do not reach stays as it is.
at::Tensor rotated(const at::Tensor& x, const RotaryTables& rotary) {
    if (!rotary.cos.defined()) return x;
    const std::int64_t dim = rotary.cos.size(-1);
    if (dim < x.size(-1))
        return at::cat({rotated(x.narrow(-1, 0, dim), rotary), x.narrow(-1, dim, x.size(-1) - dim)}, -1);
    const auto halves = x.chunk(2, -1);
    return x * rotary.cos + at::cat({-halves[1], halves[0]}, -1) * rotary.sin;
}

/// What query i may not see of key j: minus infinity above the diagonal, and `window` or more before it.
at::Tensor mask(std::int64_t length, std::int64_t window, const at::TensorOptions& options) {
    const at::Tensor never = at::full({length, length}, -std::numeric_limits<float>::infinity(), options);
    if (window == 0 || window >= length) return never.triu(1);
    return never.triu(1) + never.tril(-window);
}

/// q [batch, length, kv, group, dim]; k, v [batch, length, kv, dim]; gate [batch, length, heads * dim] or undefined.
struct Heads {
    at::Tensor q, k, v, gate;
};

Heads headsOf(const model::Architecture& a, const at::Tensor& x, const Products& product) {
    const std::int64_t batch = x.size(0), length = x.size(1), group = a.heads / a.kvHeads;
    const std::int64_t queries = a.heads * a.headDim, keys = a.kvHeads * a.headDim;
    Heads heads;
    at::Tensor q, k, v;
    if (a.fusedQkv) {
        const auto parts = product({Role::Qkv}, x).split_with_sizes({queries, keys, keys}, -1);
        q = parts[0];
        k = parts[1];
        v = parts[2];
    } else {
        q = product({Role::Q}, x);
        k = product({Role::K}, x);
        v = product({Role::V}, x);
    }
    if (a.gatedAttention) {  // each head's queries, then its gate
        const auto parts = q.view({batch, length, a.heads, 2 * a.headDim}).chunk(2, -1);
        q = parts[0];
        heads.gate = parts[1].reshape({batch, length, queries});
    }
    heads.q = q.reshape({batch, length, a.kvHeads, group, a.headDim});
    heads.k = k.reshape({batch, length, a.kvHeads, a.headDim});
    heads.v = v.reshape({batch, length, a.kvHeads, a.headDim});
    if (a.qkNorm) {
        heads.q = normalised(a, heads.q, product.weights().piece(model::Piece::QNorm));
        heads.k = normalised(a, heads.k, product.weights().piece(model::Piece::KNorm));
    }
    return heads;
}

}  // namespace

/// The query heads of one key-value head are rows of one product, so that keys and values are never repeated.
at::Tensor attention(const model::Architecture& a, bool sliding, const Rotation& rotation, const at::Tensor& x,
                     const Products& product) {
    const std::int64_t batch = x.size(0), length = x.size(1), group = a.heads / a.kvHeads;
    const RotaryTables& rotary = sliding ? rotation.sliding : rotation.full;
    const Heads heads = headsOf(a, x, product);

    const double scale = a.queryScale.value_or(1 / std::sqrt(static_cast<double>(a.headDim)));
    const at::Tensor queries =
        rotated(heads.q.permute({0, 2, 3, 1, 4}), rotary) * scale;     // [batch, kv, group, length, dim]
    const at::Tensor keys = rotated(heads.k.transpose(1, 2), rotary);  // [batch, kv, length, dim]
    at::Tensor scores =
        at::matmul(queries.reshape({batch, a.kvHeads, group * length, a.headDim}), keys.transpose(2, 3));
    scores = softCapped(scores, a.attentionCap)
                 .view({batch, a.kvHeads, group, length, length})
                 .add_(mask(length, sliding ? a.window : 0, x.options().requires_grad(false)));
    const at::Tensor weights = at::softmax(scores, -1).view({batch, a.kvHeads, group * length, length});
    const at::Tensor mixed =
        at::matmul(weights, heads.v.transpose(1, 2)).view({batch, a.kvHeads, group, length, a.headDim});
    at::Tensor seen = mixed.permute({0, 3, 1, 2, 4}).reshape({batch, length, a.heads * a.headDim});
    if (heads.gate.defined()) seen = seen * at::sigmoid(heads.gate);
    return product({Role::O}, seen);
}

}  // namespace dq::torch_worker
