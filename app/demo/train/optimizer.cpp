#include "app/demo/train/optimizer.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dq::demo {

double Schedule::rate(std::int64_t step) const {
    if (step < rise) return highest * static_cast<double>(step + 1) / static_cast<double>(rise);
    const double done =
        static_cast<double>(step - rise) / static_cast<double>(std::max<std::int64_t>(steps - rise, 1));
    return highest * (0.05 + 0.95 * 0.5 * (1 + std::cos(std::numbers::pi * std::min(done, 1.0))));
}

AdamW::AdamW(std::vector<at::Tensor> weights, Options options)
    : weights_(std::move(weights)), options_(options) {
    for (at::Tensor& weight : weights_) {
        weight.requires_grad_(true);
        mean_.push_back(at::zeros_like(weight).requires_grad_(false));
        square_.push_back(at::zeros_like(weight).requires_grad_(false));
    }
}

void AdamW::step(double rate) {
    const at::NoGradGuard noGrad;
    ++steps_;
    double norm = 0;
    for (const at::Tensor& weight : weights_)
        norm += weight.grad().square().sum().item<double>();
    const double cut = std::min(1.0, options_.largestNorm / (std::sqrt(norm) + 1e-6));
    const auto count = static_cast<double>(steps_);
    const double meanBias = 1 - std::pow(options_.beta1, count),
                 squareBias = 1 - std::pow(options_.beta2, count);
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        at::Tensor& weight = weights_[i];
        const at::Tensor gradient = weight.grad() * cut;
        mean_[i].mul_(options_.beta1).add_(gradient, 1 - options_.beta1);
        square_[i].mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
        if (weight.dim() == 2) weight.mul_(1 - rate * options_.decay);
        weight.addcdiv_(mean_[i], (square_[i] / squareBias).sqrt_().add_(options_.epsilon), -rate / meanBias);
        weight.mutable_grad().reset();
    }
}

}  // namespace dq::demo
