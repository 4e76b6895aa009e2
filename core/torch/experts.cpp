#include <ATen/ATen.h>

#include "core/torch/decoder.hpp"

namespace dq::torch_worker {

using model::Role;

namespace {

at::Tensor oneExpert(const model::Architecture& a, int expert, const at::Tensor& x, const at::Tensor& rows, const Products& product) {
    at::Tensor gate, up;
    if (product.weights().has({Role::ExpertGateUp, expert})) {
        const auto halves = product({Role::ExpertGateUp, expert}, x, rows).chunk(2, -1);
        gate = halves[0];
        up = halves[1];
    } else {
        gate = product({Role::ExpertGate, expert}, x, rows);
        up = product({Role::ExpertUp, expert}, x, rows);
    }
    return product({Role::ExpertDown, expert}, activated(a.activation, gate) * up, rows);
}

at::Tensor sharedExpert(const model::Architecture& a, const at::Tensor& x, const Products& product) {
    const at::Tensor gate = product({Role::SharedGate}, x), up = product({Role::SharedUp}, x);
    const at::Tensor y = product({Role::SharedDown}, activated(a.activation, gate) * up);
    return at::sigmoid(at::linear(x, product.weights().piece(model::Piece::SharedGate))) * y;
}

}  // namespace

/// Every position is sent to the experts its router likes best, and their answers are added in the order of the
/// experts, weighted by how much it likes them.
at::Tensor experts(const model::Architecture& a, const at::Tensor& x, const Products& product) {
    const at::Tensor flat = x.flatten(0, 1);
    const at::Tensor liking = at::softmax(at::linear(flat, product.weights().piece(model::Piece::Router)), -1);
    const auto [best, chosen] = liking.topk(a.experts.perToken, -1);
    const at::Tensor share = a.experts.normalised ? best / best.sum(-1, true) : best;
    at::Tensor answer = at::zeros_like(flat);
    for (std::int64_t expert = 0; expert < a.experts.count; ++expert) {
        const auto places = chosen.eq(expert).nonzero().unbind(1);  // positions, and which of their choices
        if (places[0].numel() == 0) continue;
        const at::Tensor y =
            oneExpert(a, static_cast<int>(expert), flat.index_select(0, places[0]), places[0], product);
        answer = answer.index_add(0, places[0], y * share.index({places[0], places[1]}).unsqueeze(1));
    }
    answer = answer.view_as(x);
    return a.experts.sharedIntermediate > 0 ? answer + sharedExpert(a, x, product) : answer;
}

}  // namespace dq::torch_worker
