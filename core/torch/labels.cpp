#include "core/torch/labels.hpp"

#include <ATen/ATen.h>

#include <numeric>

namespace dq::torch_worker {

namespace {
/// Spreads every bit of the state over the result (the finalizer of SplitMix64).
std::uint64_t mixed(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
}  // namespace

double uniformAt(std::uint64_t seed, std::uint64_t sequence, std::uint64_t position) {
    const std::uint64_t bits = mixed(mixed(mixed(seed) ^ sequence) ^ position);
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

std::int64_t drawn(std::span<const float> weights, double u) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    const double target = u * total;
    double sum = 0;
    std::int64_t last =
        0;  // the last index with any weight, should rounding leave the sum short of the target
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += static_cast<double>(weights[i]);
        if (weights[i] > 0) last = static_cast<std::int64_t>(i);
        if (sum > target) return last;
    }
    return last;
}

at::Tensor drawnLabels(const at::Tensor& probabilities, std::span<const double> uniforms) {
    const std::int64_t rows = probabilities.size(0), vocabulary = probabilities.size(1);
    at::Tensor labels = at::empty({rows}, at::TensorOptions().dtype(at::kLong));
    const float* const data = probabilities.data_ptr<float>();
    std::int64_t* const out = labels.data_ptr<std::int64_t>();
    for (std::int64_t r = 0; r < rows; ++r)
        out[r] = drawn({data + r * vocabulary, static_cast<std::size_t>(vocabulary)},
                       uniforms[static_cast<std::size_t>(r)]);
    return labels;
}

}  // namespace dq::torch_worker
