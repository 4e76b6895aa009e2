#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/progress.hpp"
#include "core/measure/fisher_pass.hpp"
#include "core/torch/batches.hpp"
#include "core/torch/weights.hpp"

namespace dq::torch_worker {

/// Rows of the head are read in parts of at most so many weights, so that its size bounds nothing. A head of one part is
/// read once and kept.
constexpr std::int64_t HeadPart = std::int64_t{1} << 25;
constexpr std::int64_t HeadPartRows = std::int64_t{1} << 17;  // and of so many: their logits stand in memory for 128 positions

/// Final norm and head of a model, as floats.
struct HeadWeights {
    const model::Architecture& architecture;
    at::Tensor norm, normBias;  // [hidden]; no bias: undefined
    at::Tensor weight;          // [vocabulary, hidden]; undefined: read in parts from the view
    const checkpoint::TensorView* view = nullptr;
    std::int64_t vocabulary = 0, hidden = 0;
    std::int64_t part = HeadPart;

    at::Tensor rows(std::int64_t first, std::int64_t count) const;
    std::int64_t rowsOfPart() const;
};
HeadWeights headWeights(const model::Model& model, const at::Tensor& weight);
HeadWeights headWeights(const model::Model& model, const model::WeightMatrix& matrix, std::int64_t part = HeadPart);

at::Tensor headInput(const HeadWeights& head, const at::Tensor& top);     // after the final norm
at::Tensor logitsOf(const HeadWeights& head, const at::Tensor& input);  // of a head that is kept whole; capped where the model caps them

/// What the head knows after its forward pass, for every predicted position.
struct HeadState {
    at::Tensor input;   // [predicted, hidden]: after the final norm
    at::Tensor lse;     // [predicted]: log of the sum of exp(logits)
    at::Tensor losses;  // [predicted]: cross-entropy of the text's next tokens
    at::Tensor labels;  // [predicted] int64: what the gradient is taken at
    double loss = 0;    // mean cross-entropy of the text's next tokens
};

/// Calls body(lane, first, count) for stretches of `total` positions, each short enough to hold its logits
/// over `vocabulary` tokens; lanes as in Lanes.
void inStretches(std::int64_t total, std::int64_t vocabulary, const Progress& progress,
                 const std::function<void(int lane, std::int64_t first, std::int64_t count)>& body);

/// `top` [positions, hidden] is what the last block gave. Throws Error(Corrupt) where the loss is not finite.
HeadState headForward(const HeadWeights& head, const at::Tensor& top, const Layout& layout,
                      const measure::FisherOptions& options, const Progress& progress);

/// Gradient of the summed loss at `top`: [positions, hidden], zero at the last position of each sequence.
at::Tensor headBackward(const HeadWeights& head, const HeadState& state, const at::Tensor& top,
                        const Layout& layout, const Progress& progress);

/// Calls `each(firstRow, h)` with sum_t gy^2 x^2 (not yet divided by T) of some rows of the head after the
/// other.
void headFisher(const HeadWeights& head, const HeadState& state, const Progress& progress,
                const std::function<void(std::int64_t firstRow, at::Tensor& fisher)>& each);

/// d(summed cross-entropy)/d(logits) of some predicted positions over the rows first .. of the head that `weight` holds.
at::Tensor logitGradients(const HeadWeights& head, const HeadState& state, std::int64_t firstRow, const at::Tensor& weight,
                          std::int64_t first, std::int64_t count);

/// E[x_j^2] over the predicted positions: [hidden].
at::Tensor headInputMoment(const HeadState& state);

}  // namespace dq::torch_worker
