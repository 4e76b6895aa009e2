#pragma once

#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace dq::model {

/// A tensor the architecture needs beside its weight matrices: norms and biases.
struct Needed {
    std::string tensor;
    std::vector<std::int64_t> shape;
};

/// Names and shapes as config.json implies them, before any weight was looked at.
struct Layout {
    std::vector<WeightMatrix> matrices;  // embedding, blocks in order (q k v o gate up down), head
    std::vector<Needed> others;
};

Layout layoutOf(const Architecture& architecture);

}  // namespace dq::model
