#include "app/demo/train/network.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "app/demo/texts.hpp"

namespace dq::demo {

namespace {
using model::Piece;
using model::Role;
using torch_worker::BlockWeights;

/// He's deviation for matrices of this width, times `gain`.
at::Tensor normal(std::int64_t rows, std::int64_t cols, double gain = 1) {
    return at::randn({rows, cols}) * (gain * std::sqrt(2.0 / static_cast<double>(cols)));
}

BlockWeights randomBlock(const model::Architecture& a) {
    const double writer = 1 / std::sqrt(2.0 * static_cast<double>(a.blocks));
    const std::int64_t q = a.heads * a.headDim, kv = a.kvHeads * a.headDim;
    BlockWeights block;
    block.pieces[Piece::InputNorm] = at::ones({a.hidden});
    block.pieces[Piece::PostNorm] = at::ones({a.hidden});
    block.matrices[{Role::Q}] = normal(q, a.hidden);
    block.matrices[{Role::K}] = normal(kv, a.hidden);
    block.matrices[{Role::V}] = normal(kv, a.hidden);
    block.matrices[{Role::O}] = normal(a.hidden, q, writer);
    block.matrices[{Role::Gate}] = normal(a.intermediate, a.hidden);
    block.matrices[{Role::Up}] = normal(a.intermediate, a.hidden);
    block.matrices[{Role::Down}] = normal(a.hidden, a.intermediate, writer);
    return block;
}

template <typename Change>
BlockWeights changed(const BlockWeights& from, const Change& change) {
    BlockWeights to;
    for (const auto& [part, tensor] : from.matrices)
        to.matrices[part] = change(tensor);
    for (const auto& [piece, tensor] : from.pieces)
        to.pieces[piece] = change(tensor);
    return to;
}

/// A network with every tensor replaced by what `change` makes of it.
template <typename Change>
Network changed(const Network& from, const Change& change) {
    const at::NoGradGuard noGrad;
    Network to{change(from.embedding), change(from.norm), change(from.head), {}};
    for (const BlockWeights& block : from.blocks)
        to.blocks.push_back(changed(block, change));
    return to;
}

at::Tensor rounded(const at::Tensor& weights, int bits, std::int64_t group) {
    const double largest = std::ldexp(1.0, bits - 1) - 1;
    const at::Tensor groups = weights.detach().reshape({-1, group});
    const at::Tensor scale =
        (groups.abs().amax(1, true) / largest).to(at::kHalf).to(at::kFloat).clamp_min(1e-12);
    return ((groups / scale).round().clamp(-largest - 1, largest) * scale).reshape(weights.sizes());
}
}  // namespace

model::Architecture demoArchitecture() {
    model::Architecture a;
    a.type = "llama";
    a.hidden = 256;
    a.intermediate = 512;
    a.blocks = 4;
    a.heads = 8;
    a.kvHeads = 4;
    a.headDim = 64;
    a.vocabulary = kVocabulary;
    a.context = 512;
    a.normEpsilon = 1e-5;
    a.rope.theta = 10000;
    return a;
}

Network Network::random(std::uint64_t seed) {
    at::manual_seed(seed);
    const model::Architecture a = demoArchitecture();
    Network network{normal(a.vocabulary, a.hidden), at::ones({a.hidden}), normal(a.vocabulary, a.hidden), {}};
    for (std::int64_t i = 0; i < a.blocks; ++i)
        network.blocks.push_back(randomBlock(a));
    return network;
}

std::vector<Network::Named> Network::tensors() const {
    std::vector<Named> all = {{"model.embed_tokens.weight", embedding}};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const BlockWeights& block = blocks[i];
        const std::string layer = "model.layers." + std::to_string(i) + ".";
        all.push_back({layer + "input_layernorm.weight", block.piece(Piece::InputNorm)});
        all.push_back({layer + "self_attn.q_proj.weight", block.matrix({Role::Q})});
        all.push_back({layer + "self_attn.k_proj.weight", block.matrix({Role::K})});
        all.push_back({layer + "self_attn.v_proj.weight", block.matrix({Role::V})});
        all.push_back({layer + "self_attn.o_proj.weight", block.matrix({Role::O})});
        all.push_back({layer + "post_attention_layernorm.weight", block.piece(Piece::PostNorm)});
        all.push_back({layer + "mlp.gate_proj.weight", block.matrix({Role::Gate})});
        all.push_back({layer + "mlp.up_proj.weight", block.matrix({Role::Up})});
        all.push_back({layer + "mlp.down_proj.weight", block.matrix({Role::Down})});
    }
    all.push_back({"model.norm.weight", norm});
    all.push_back({"lm_head.weight", head});
    return all;
}

at::Tensor Network::logits(const at::Tensor& ids) const {
    const model::Architecture a = demoArchitecture();
    const torch_worker::Rotation rotation = torch_worker::rotationOf(a, ids.size(1));
    at::Tensor hidden = at::embedding(embedding, ids);
    for (const BlockWeights& block : blocks)
        hidden = torch_worker::blockForward(a, 0, block, rotation, hidden);
    return at::linear(torch_worker::rmsNorm(hidden, norm, a.normEpsilon), head);
}

at::Tensor idTensor(const std::vector<std::vector<std::int32_t>>& rows) {
    at::Tensor ids =
        at::empty({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows.front().size())},
                  at::TensorOptions().dtype(at::kLong));
    std::int64_t* out = ids.data_ptr<std::int64_t>();
    for (const auto& row : rows)
        out = std::copy(row.begin(), row.end(), out);
    return ids;
}

at::Tensor meanLoss(const Network& network, const at::Tensor& ids) {
    const at::Tensor logits = network.logits(ids.narrow(1, 0, ids.size(1) - 1));
    return at::cross_entropy_loss(logits.flatten(0, 1).to(at::kFloat),
                                  ids.narrow(1, 1, ids.size(1) - 1).flatten());
}

double perplexity(const Network& network, const std::vector<std::vector<std::int32_t>>& sequences) {
    const at::NoGradGuard noGrad;
    double sum = 0, tokens = 0;
    for (const auto& sequence : sequences) {
        const auto predicted = static_cast<double>(sequence.size() - 1);
        sum += meanLoss(network, idTensor({sequence})).item<double>() * predicted;
        tokens += predicted;
    }
    return std::exp(sum / tokens);
}

Network asStored(const Network& network) {
    return changed(network, [](const at::Tensor& t) { return t.detach().to(at::kBFloat16).to(at::kFloat); });
}

Network roundedToNearest(const Network& network, int bits, std::int64_t group) {
    return changed(network,
                   [&](const at::Tensor& t) { return t.dim() == 2 ? rounded(t, bits, group) : t.detach(); });
}

}  // namespace dq::demo
