#include "core/torch/read_anew.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <memory>
#include <utility>

namespace dq::torch_worker {

namespace {

using torch::autograd::Node;
using torch::autograd::variable_list;

/// at::linear would keep W for the way back: of a block that is all of its weights.
struct BackThroughWeight : Node {
    explicit BackThroughWeight(std::function<at::Tensor()> read) : weight(std::move(read)) {}
    variable_list apply(variable_list&& gradients) override { return {at::matmul(gradients.at(0), weight())}; }

    std::function<at::Tensor()> weight;
};

at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    return bias.defined() ? at::linear(x, weight, bias) : at::linear(x, weight);
}

}  // namespace

at::Tensor linearReadAnew(const at::Tensor& x, const std::function<at::Tensor()>& weight, const at::Tensor& bias) {
    const bool graph = c10::GradMode::is_enabled() && x.requires_grad();
    at::Tensor y;
    {
        const c10::NoGradGuard noGraph;
        y = product(x.detach(), weight(), bias);
    }
    if (!graph) return y;
    const std::shared_ptr<Node> node(new BackThroughWeight(weight), torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(x));
    torch::autograd::set_history(y, node);
    return y;
}

}  // namespace dq::torch_worker
