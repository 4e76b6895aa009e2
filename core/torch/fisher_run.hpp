#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/measure/fisher_pass.hpp"
#include "core/torch/blocks.hpp"
#include "core/torch/boundaries.hpp"
#include "core/torch/head.hpp"
#include "core/torch/tally.hpp"

namespace dq::torch_worker {

/// The units of a model in the order they finish: head, blocks from the last to the first, embedding.
std::vector<measure::FisherUnit> fisherUnits(const model::Model& model);

/// One run of the Fisher pass: forward through the blocks that are still needed, then down through the units
/// that an earlier run did not finish. Lives for one call of FisherPass::run.
class FisherRun {
public:
    using OnSlab = std::function<void(const measure::FisherSlab&)>;
    using OnUnit = std::function<void(const measure::FisherUnit&, std::span<const float>, double)>;

    FisherRun(const model::Model& model, const text::Samples& samples, const measure::FisherOptions& options,
              const OnSlab& onSlab, const OnUnit& onUnit, const Progress& progress);
    void run(const measure::Resume& resume);

private:
    bool tied() const { return stage_.model.architecture().tiedHead; }
    std::int64_t blocks() const { return stage_.model.architecture().blocks; }
    void forward(std::int64_t upTo);             // fills boundaries_[0 .. upTo]
    void readHead();                             // weights and forward pass of the head
    void takeUp(const measure::Resume& resume);  // the gradient and loss an earlier run left
    void head(const measure::FisherUnit& unit);
    void block(const measure::FisherUnit& unit, std::int64_t index);
    void embedding(const measure::FisherUnit& unit);
    void emit(std::size_t matrix, const BlockWeights& weights, const MatrixSums& sums, const at::Tensor& hessian,
              const std::string& input);
    void emit(std::size_t matrix, std::int64_t firstRow, const at::Tensor& weights, const at::Tensor& fisher,
              const at::Tensor& inputMoment, std::int64_t tokens, PeerTensors gathered);
    PeerTensors headPeers(std::int64_t firstRow, const at::Tensor& weight) const;  // empty: not asked for, as below
    PeerTensors embeddingPeers(const model::WeightMatrix& matrix, std::int64_t firstRow, std::int64_t rows) const;
    void close(const measure::FisherUnit& unit);

    Stage stage_;
    const measure::FisherOptions& options_;
    const OnSlab& onSlab_;
    const OnUnit& onUnit_;
    const Progress& progress_;
    Boundaries boundaries_;  // [i]: the input of block i; the last: the head's
    Tally backward_;
    at::Tensor gradient_;  // of the summed loss at the lower boundary of the last finished unit
    std::optional<HeadWeights> headWeights_;
    std::optional<HeadState> headState_;
    double loss_ = 0;
};

}  // namespace dq::torch_worker
