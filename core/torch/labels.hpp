#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace dq::torch_worker {

/// A number in [0, 1) that depends on its three arguments alone: the same on every machine, in every order of
/// asking.
double uniformAt(std::uint64_t seed, std::uint64_t sequence, std::uint64_t position);

/// The first index whose cumulative weight exceeds u times the total; the cumulative sum is taken in double,
/// in order.
std::int64_t drawn(std::span<const float> weights, double u);

/// One label per row of `probabilities` [rows, vocabulary], row r drawn with uniforms[r].
at::Tensor drawnLabels(const at::Tensor& probabilities, std::span<const double> uniforms);

}  // namespace dq::torch_worker
