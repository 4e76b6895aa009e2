#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/torch/decoder.hpp"

namespace dq::demo {

/// The shape of the demo model: every dimension of every matrix a multiple of 256, two query heads to a
/// key-value head.
model::Architecture demoArchitecture();

/// The weights of the demo model, F32. Copies share their tensors.
struct Network {
    struct Named {
        std::string name;  // as in the checkpoint
        at::Tensor tensor;
    };

    at::Tensor embedding, norm, head;
    std::vector<torch_worker::BlockWeights> blocks;

    /// Normal with He's deviation, sqrt(2 / width); what writes into the residual stream is smaller by the
    /// root of the number of writers. From a deviation of 0.02 (and ten times the decay) the perplexity ended
    /// at 1.867 instead of 1.880, but rounding to int3-g32 then cost 0.7 % instead of 2.2 %: too little for a
    /// model to show rounding with.
    static Network random(std::uint64_t seed);

    std::vector<Named> tensors() const;              // the checkpoint's, in its order
    at::Tensor logits(const at::Tensor& ids) const;  // [batch, length] -> [batch, length, vocabulary]
};

at::Tensor idTensor(const std::vector<std::vector<std::int32_t>>& rows);  // of equal length

/// Mean negative log probability of each row's tokens but the first, in nats; differentiable.
at::Tensor meanLoss(const Network& network, const at::Tensor& ids);

/// exp of the mean over all predicted tokens, each sequence on its own.
double perplexity(const Network& network, const std::vector<std::vector<std::int32_t>>& sequences);

/// The weights as the checkpoint keeps them: rounded to BF16.
Network asStored(const Network& network);

/// Every matrix rounded to nearest: symmetric codes of `bits` with one F16 scale for `group` weights of a
/// row.
Network roundedToNearest(const Network& network, int bits, std::int64_t group);

}  // namespace dq::demo
