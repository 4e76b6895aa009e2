#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace dq::model {

/// A weight matrix that holds NaN or infinity: it cannot be quantized and stays in 16 bits. Where the model is run, those
/// weights count as 0.
struct NotFinite {
    std::size_t matrix = 0;    // index into Model::matrices()
    std::int64_t weights = 0;  // how many
};

/// In the model's order. Reads all tensors once. Throws Error(Corrupt) naming file and tensor for NaN or infinity in a
/// tensor that is no weight matrix: nothing can be done without a norm.
std::vector<NotFinite> notFinite(const Model& model);

/// "model.safetensors: tensor x: 3 of its 96 weights are NaN or infinite: it stays in 16 bits".
std::string sentenceOf(const Model& model, const NotFinite& one);

}  // namespace dq::model
