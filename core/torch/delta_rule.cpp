#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/torch/decoder.hpp"

namespace dq::torch_worker {

using model::Piece;
using model::Role;

namespace {

constexpr std::int64_t Chunk = 64;  // positions that are solved together

/// Per position and value head: queries, keys [.., heads, keyDim]; values, gates z [.., heads, valueDim]; the strength
/// of the update b and what decides the decay, a [.., heads].
struct Inputs {
    at::Tensor q, k, v, z, b, a;
};

/// Causal convolution of each channel with its own kernel, then SiLU. x [batch, length, channels].
at::Tensor convolved(const at::Tensor& x, const at::Tensor& kernel) {
    const std::int64_t channels = x.size(2), width = kernel.size(-1);
    const at::Tensor padded = at::constant_pad_nd(x.transpose(1, 2), {width - 1, 0});
    const std::array<std::int64_t, 1> one{1}, none{0};
    const at::Tensor y = at::conv1d(padded, kernel, at::Tensor(), at::IntArrayRef(one), at::IntArrayRef(none),
                                    at::IntArrayRef(one), channels);
    return at::silu(y).transpose(1, 2);
}

/// Where one projection holds it all, each key head's q, k and its value heads' v and z stand together.
Inputs fused(const model::DeltaRule& d, const at::Tensor& x, const Products& product) {
    const std::int64_t batch = x.size(0), length = x.size(1), each = d.valueHeads / d.keyHeads;
    const auto parts = product({Role::LinearQkvz}, x)
                           .view({batch, length, d.keyHeads, -1})
                           .split_with_sizes({d.keyDim, d.keyDim, each * d.valueDim, each * d.valueDim}, -1);
    const auto small = product({Role::LinearBa}, x).view({batch, length, d.keyHeads, 2 * each}).chunk(2, -1);
    const auto flat = [&](const at::Tensor& part) { return part.reshape({batch, length, -1}); };
    return {flat(parts[0]), flat(parts[1]), flat(parts[2]), flat(parts[3]), flat(small[0]), flat(small[1])};
}

Inputs apart(const model::DeltaRule& d, const at::Tensor& x, const Products& product) {
    const auto parts = product({Role::LinearQkv}, x).split_with_sizes({d.keys(), d.keys(), d.values()}, -1);
    Inputs in{parts[0], parts[1], parts[2], {}, {}, {}};
    in.z = product({Role::LinearZ}, x);
    in.b = product({Role::LinearB}, x);
    in.a = product({Role::LinearA}, x);
    return in;
}

at::Tensor unitLength(const at::Tensor& x) {
    return x * at::rsqrt(x.square().sum(-1, true) + 1e-6);
}

/// What the recurrence S_t = e^{g_t} S_{t-1} + b_t k_t (v_t - k_t e^{g_t} S_{t-1})^T, o_t = q_t S_t gives. All [batch, heads,
/// length, ..]. Within a chunk the updates are one triangular system; only S goes from chunk to chunk.
at::Tensor recurrence(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& b, const at::Tensor& g) {
    const std::int64_t length = q.size(2);
    at::Tensor state = at::zeros({q.size(0), q.size(1), k.size(3), v.size(3)}, q.options());
    std::vector<at::Tensor> outputs;
    for (std::int64_t first = 0; first < length; first += Chunk) {
        const std::int64_t count = std::min(Chunk, length - first);
        const auto part = [&](const at::Tensor& x) { return x.narrow(2, first, count); };
        const at::Tensor queries = part(q), keys = part(k), strength = part(b).unsqueeze(-1);
        const at::Tensor since = part(g).cumsum(2);  // log of the decay since the chunk began
        const at::Tensor never = at::full({count, count}, -std::numeric_limits<float>::infinity(), q.options()).triu(1);
        const at::Tensor decay = (since.unsqueeze(3) - since.unsqueeze(2) + never).exp();  // [i, j]: from j to i
        const at::Tensor grown = since.exp().unsqueeze(-1);

        const at::Tensor alike = at::matmul(keys * strength, keys.transpose(2, 3)) * decay;
        const at::Tensor system = alike.tril(-1) + at::eye(count, q.options());
        const at::Tensor wanted = strength * (part(v) - at::matmul(keys * grown, state));
        const at::Tensor updates = at::linalg_solve_triangular(system, wanted, false, true, true);
        outputs.push_back(at::matmul(queries * grown, state) +
                          at::matmul(at::matmul(queries, keys.transpose(2, 3)) * decay, updates));
        const at::Tensor last = since.narrow(2, count - 1, 1);
        state = state * last.exp().unsqueeze(-1) +
                at::matmul((keys * (last - since).exp().unsqueeze(-1)).transpose(2, 3), updates);
    }
    return at::cat(outputs, 2);
}

}  // namespace

at::Tensor deltaRule(const model::Architecture& a, const at::Tensor& x, const Products& product) {
    const model::DeltaRule& d = a.delta;
    const BlockWeights& w = product.weights();
    const std::int64_t batch = x.size(0), length = x.size(1), each = d.valueHeads / d.keyHeads;
    const Inputs in = d.fused ? fused(d, x, product) : apart(d, x, product);
    const auto mixed = convolved(at::cat({in.q, in.k, in.v}, -1), w.piece(Piece::Convolution))
                           .split_with_sizes({d.keys(), d.keys(), d.values()}, -1);

    const auto heads = [&](const at::Tensor& flat, std::int64_t dim) {  // [batch, heads, length, dim]
        return flat.reshape({batch, length, -1, dim}).transpose(1, 2);
    };
    const auto keyed = [&](const at::Tensor& flat) { return unitLength(heads(flat, d.keyDim)).repeat_interleave(each, 1); };
    const at::Tensor step = at::softplus(in.a + w.piece(Piece::StepBias));
    const at::Tensor decay = (-w.piece(Piece::DecayLog).exp() * step).transpose(1, 2);
    const at::Tensor seen = recurrence(keyed(mixed[0]) / std::sqrt(static_cast<double>(d.keyDim)), keyed(mixed[1]),
                                       heads(mixed[2], d.valueDim), at::sigmoid(in.b).transpose(1, 2), decay);

    const at::Tensor gate = at::silu(in.z.reshape({batch, length, d.valueHeads, d.valueDim}));
    const at::Tensor normed = rmsNorm(seen.transpose(1, 2), w.piece(Piece::DeltaNorm), a.normEpsilon);
    return product({Role::LinearOut}, (normed * gate).reshape({batch, length, d.values()}));
}

}  // namespace dq::torch_worker
