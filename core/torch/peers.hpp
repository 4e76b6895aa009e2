#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "core/measure/fisher_pass.hpp"
#include "core/measure/peer_sums.hpp"
#include "core/torch/batches.hpp"
#include "core/torch/head.hpp"

namespace dq::torch_worker {

/// measure::PeerSlab as it is gathered: sums, then what `finished` makes of them.
struct PeerTensors {
    at::Tensor gradient;  // sum_t gy x^T, [sampled rows, cols]; undefined: nothing was asked for or met
    at::Tensor probes;    // the same with random signs, [probes, sampled rows, cols]; undefined: a one-hot input
    at::Tensor mean;      // sum_t x, [cols] double
    double trace = 0;     // sum over sequences of ||their gradient||^2 / their predicted tokens^2

    void add(const PeerTensors& more);
    measure::PeerSlab slab() const;
};
Bytes peerBytes(std::int64_t rows, std::int64_t cols);

/// Some tokens of a batch that a matrix met: their inputs x [n, cols] and the gradients of its outputs [n, rows of the matrix].
struct Met {
    at::Tensor x, gradient;
    at::Tensor places;  // of the batch's positions, laid end to end; undefined: all
    at::Tensor real;    // [n]: 1 where there is a token
};
void addPeers(PeerTensors& sums, const Met& met, const Layout& layout, const Batch& batch);

/// Rows first .. first + weight.size(0) of the head, of which every so many-th is taken.
PeerTensors headPeers(const HeadWeights& head, const HeadState& state, const Layout& layout, std::int64_t first, const at::Tensor& weight);
/// The same of the embedding, by the gradient [positions, cols] at what it gave.
PeerTensors embeddingPeers(const Layout& layout, const at::Tensor& gradient, std::int64_t first, std::int64_t rows, std::int64_t stride);

/// Sums become means. `positions`: where x was met at all.
void finish(PeerTensors& sums, const Layout& layout, std::int64_t positions);
/// What an expert has that no token met: nothing but a trace as if its sequences' gradients were independent.
PeerTensors peersOfUnreached(const at::Tensor& fisher, const Layout& layout);

}  // namespace dq::torch_worker
