#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace dq::model {

/// Names and shapes as config.json implies them, before any weight was looked at.
struct Layout {
    std::vector<WeightMatrix> matrices;  // embedding, blocks in order, head
    std::vector<Needed> others;
    std::string blocks;                  // "model.layers.": what names of tensors in blocks begin with
};

/// Whether the checkpoint has a tensor: the same model is stored under several prefixes, and experts apart or stacked.
using HasTensor = std::function<bool(const std::string& name)>;

Layout layoutOf(const Architecture& architecture, const HasTensor& has);

/// Every 2-D ".weight" of a model that is not understood, with the role its name suggests.
Layout guessedLayout(const checkpoint::Checkpoint& checkpoint);

}  // namespace dq::model
