#include "core/torch/decoder.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/torch/read_anew.hpp"

namespace dq::torch_worker {

using model::Piece;
using model::Role;

namespace {

RotaryTables tablesOf(const model::Rope& rope, std::int64_t dim, std::int64_t length) {
    const model::Rope::Frequencies frequencies = rope.frequencies(dim, length);
    const auto pairs = static_cast<std::int64_t>(frequencies.inverse.size());
    const at::TensorOptions exact = at::TensorOptions().dtype(at::kDouble);
    at::Tensor inverse = at::empty({pairs}, exact);
    std::copy(frequencies.inverse.begin(), frequencies.inverse.end(), inverse.data_ptr<double>());
    const at::Tensor angles = at::outer(at::arange(length, exact), inverse);
    const at::Tensor both = at::cat({angles, angles}, -1);
    return {(at::cos(both) * frequencies.amplitude).to(at::kFloat),
            (at::sin(both) * frequencies.amplitude).to(at::kFloat)};
}

at::Tensor orUndefined(const BlockWeights& weights, Piece piece) {
    const auto found = weights.pieces.find(piece);
    return found == weights.pieces.end() ? at::Tensor() : found->second;
}

at::Tensor mixed(const model::Architecture& a, model::Attention kind, const Rotation& rotation, const at::Tensor& x,
                 const Products& product) {
    if (kind == model::Attention::Linear) return deltaRule(a, x, product);
    return attention(a, kind == model::Attention::Sliding, rotation, x, product);
}

at::Tensor multiplied(const BlockWeights& weights, Part part, const at::Tensor& x) {
    const at::Tensor bias = weights.bias(part);
    const auto reader = weights.readers.find(part);
    if (reader != weights.readers.end()) return linearReadAnew(x, reader->second, bias);
    return bias.defined() ? at::linear(x, weights.matrix(part), bias) : at::linear(x, weights.matrix(part));
}

}  // namespace

at::Tensor BlockWeights::matrix(Part part) const {
    const auto reader = readers.find(part);
    return reader == readers.end() ? matrices.at(part) : reader->second();
}

at::Tensor BlockWeights::bias(Part part) const {
    const auto found = biases.find(part);
    return found == biases.end() ? at::Tensor() : found->second;
}

Rotation rotationOf(const model::Architecture& a, std::int64_t length) {
    if (a.learnedPositions > 0) return {};
    Rotation rotation{tablesOf(a.rope, a.rotated(), length), {}};
    rotation.sliding = a.slidingRope ? tablesOf(*a.slidingRope, a.rotated(), length) : rotation.full;
    return rotation;
}

at::Tensor Products::operator()(Part part, const at::Tensor& x, const at::Tensor& rows) const {
    const at::Tensor y = multiplied(weights_, part, x);
    if (tap_) tap_({part, x, y, rows});
    return y;
}

at::Tensor activated(model::Activation activation, const at::Tensor& x) {
    switch (activation) {
        case model::Activation::Silu:
            return at::silu(x);
        case model::Activation::Gelu:
            return at::gelu(x);
        case model::Activation::GeluTanh:
            return at::gelu(x, "tanh");
        case model::Activation::Relu:
            break;
    }
    return at::relu(x);
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
    return x * at::rsqrt(x.square().mean(-1, true) + epsilon) * weight;
}

at::Tensor normalised(const model::Architecture& a, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    switch (a.norm) {
        case model::Norm::Layer:
            return at::layer_norm(x, {x.size(-1)}, weight, bias, a.normEpsilon);
        case model::Norm::RmsZeroCentred:
            return rmsNorm(x, weight + 1, a.normEpsilon);
        case model::Norm::Rms:
            break;
    }
    return rmsNorm(x, weight, a.normEpsilon);
}

at::Tensor softCapped(const at::Tensor& x, double cap) {
    return cap > 0 ? at::tanh(x / cap) * cap : x;
}

at::Tensor feedForward(const model::Architecture& a, const at::Tensor& x, const Products& product) {
    if (!a.gatedMlp) return product({Role::Down}, activated(a.activation, product({Role::Up}, x)));
    at::Tensor gate, up;
    if (a.fusedGateUp) {
        const auto halves = product({Role::GateUp}, x).chunk(2, -1);
        gate = halves[0];
        up = halves[1];
    } else {
        gate = product({Role::Gate}, x);
        up = product({Role::Up}, x);
    }
    return product({Role::Down}, activated(a.activation, gate) * up);
}

at::Tensor blockForward(const model::Architecture& a, std::int64_t block, const BlockWeights& weights,
                        const Rotation& rotation, const at::Tensor& hidden, const ProductTap& tap) {
    const Products product(weights, tap);
    const model::BlockKind kind = a.kind(block);
    const auto norm = [&](const at::Tensor& x, Piece weight, Piece bias = Piece::Bias) {
        return normalised(a, x, weights.piece(weight), orUndefined(weights, bias));
    };
    at::Tensor seen = mixed(a, kind.attention, rotation, norm(hidden, Piece::InputNorm, Piece::InputNormBias), product);
    if (a.sandwich) seen = norm(seen, Piece::PostNorm);
    const at::Tensor attended = hidden + seen;
    const at::Tensor x = a.sandwich ? norm(attended, Piece::BeforeMlpNorm) : norm(attended, Piece::PostNorm, Piece::PostNormBias);
    at::Tensor thought = kind.feedForward == model::FeedForward::Experts ? experts(a, x, product) : feedForward(a, x, product);
    if (a.sandwich) thought = norm(thought, Piece::AfterMlpNorm);
    return attended + thought;
}

}  // namespace dq::torch_worker
