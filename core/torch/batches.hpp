#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <vector>

#include "core/text/samples.hpp"
#include "core/torch/decoder.hpp"

namespace dq::torch_worker {

/// Where the sequences of a calibration or evaluation text stand in a tensor [positions, ..] that holds them
/// one after the other.
struct Layout {
    std::vector<std::int64_t> start, length;  // per sequence
    std::int64_t positions = 0;
    std::int64_t predicted = 0;  // positions with a next token: what the loss is a mean over
    at::Tensor tokens;           // [positions], int64
    at::Tensor places;           // [positions], int64: where in its sequence each stands
    at::Tensor predictedRows;    // [predicted], int64: all positions but the last of each sequence
    at::Tensor nextTokens;       // [predicted], int64
};

/// Throws Error(Input): an id outside the vocabulary, nothing to predict.
Layout layoutOf(const text::Samples& samples, std::int64_t vocabulary);

/// Sequences that are run together, filled up with zero rows at their ends to the longest. Attention looks
/// back only, so what stands after a sequence's end never reaches it, and it gets no gradient.
struct Batch {
    std::vector<std::size_t> sequences;
    std::int64_t length = 0;
    at::Tensor mask;  // [sequences * length] float: 1 where there is a token
    std::int64_t tokens = 0;
};

/// Batches of similar lengths, at most `limit` positions each (or one sequence). Depends on the layout alone.
/// `equalOnly`: for rotary scalings whose angles depend on the length of the sequence.
std::vector<Batch> batchesOf(const Layout& layout, bool equalOnly, std::int64_t limit = 1024);

/// [positions, width] -> [sequences, length, width] and back into the same rows.
at::Tensor gathered(const at::Tensor& flat, const Layout& layout, const Batch& batch);
void scatter(const at::Tensor& batched, const Layout& layout, const Batch& batch, at::Tensor& flat);

/// The rotary tables of every length that a batch has.
std::map<std::int64_t, Rotation> rotationsOf(const model::Architecture& architecture,
                                             const std::vector<Batch>& batches);

}  // namespace dq::torch_worker
