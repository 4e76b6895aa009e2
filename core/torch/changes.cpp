#include "core/torch/changes.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "core/base/error.hpp"
#include "core/torch/blocks.hpp"
#include "core/torch/boundaries.hpp"
#include "core/torch/head.hpp"

namespace dq::torch_worker {

namespace {

using evaluate::Change;

constexpr Bytes KeptFloats = 2_GiB, KeptLogarithms = 1_GiB;

class Changes {
public:
    Changes(const model::Model& model, const text::Samples& samples, const Progress& progress)
        : stage_(model, samples),
          progress_(progress),
          boundaries_(stage_.layout.positions, model.architecture().hidden, model.architecture().blocks + 1,
                      {.exact = std::numeric_limits<Bytes>::max()}),
          head_(headOf(nullptr)) {
        runOriginal();
    }

    double kl(const Change& change) {
        const model::WeightMatrix& matrix = stage_.model.matrices()[change.matrix];
        const bool outside = matrix.block < 0, first = change.matrix == stage_.places.embedding;
        const std::int64_t from = outside ? (first ? 0 : blocks()) : matrix.block;
        at::Tensor hidden = first ? embedded(stage_, changed(change)) : boundaries_.at(static_cast<std::size_t>(from));
        for (std::int64_t block = from; block < blocks(); ++block) {
            BlockWeights weights = weightsOf(block);
            if (block == matrix.block) weights.matrices[partOf(matrix)] = changed(change);
            hidden = forwardBlock(stage_, block, weights, hidden, progress_, nullptr);
        }
        const double found = change.matrix == stage_.places.head ? divergence(headOf(&change), hidden) : divergence(head_, hidden);
        if (std::isfinite(found)) return found;
        throw Error(Kind::Corrupt, "matrix " + matrix.name + ": with its changed weights the KL is not finite");
    }

private:
    std::int64_t blocks() const { return stage_.model.architecture().blocks; }

    at::Tensor changed(const Change& change) const {
        return matrixOf(stage_.model, stage_.model.matrices()[change.matrix], &change.weights);
    }

    HeadWeights headOf(const Change* change) const {
        return headWeights(stage_.model, change ? changed(*change) : matrixOf(stage_.model, stage_.model.matrices()[stage_.places.head]));
    }

    /// Tensors are shared, not copied.
    BlockWeights weightsOf(std::int64_t block) {
        const auto kept = kept_.find(block);
        if (kept != kept_.end()) return kept->second;
        BlockWeights weights = blockWeights(stage_.model, stage_.places, block);
        if (stage_.model.weights() * static_cast<Bytes>(sizeof(float)) <= KeptFloats) kept_[block] = weights;
        return weights;
    }

    void runOriginal() {
        boundaries_.push(embeddedFrom(stage_, stage_.model.matrices()[stage_.places.embedding]));
        for (std::int64_t block = 0; block < blocks(); ++block)
            boundaries_.push(forwardBlock(stage_, block, weightsOf(block), boundaries_.back(), progress_, nullptr));
        const Bytes all = stage_.layout.predicted * head_.vocabulary * static_cast<Bytes>(sizeof(float));
        if (all > KeptLogarithms) return;
        original_ = at::empty({stage_.layout.predicted, head_.vocabulary});
        inStretches(stage_.layout.predicted, head_.vocabulary, progress_, [&](int, std::int64_t first, std::int64_t count) {
            original_.narrow(0, first, count).copy_(logarithms(head_, boundaries_.back(), first, count));
        });
    }

    at::Tensor logarithms(const HeadWeights& head, const at::Tensor& top, std::int64_t first, std::int64_t count) const {
        const at::Tensor rows = stage_.layout.predictedRows.narrow(0, first, count);
        return at::log_softmax(logitsOf(head, headInput(head, top.index_select(0, rows))), 1);
    }

    double divergence(const HeadWeights& head, const at::Tensor& top) const {
        at::Tensor each = at::empty({stage_.layout.predicted}, at::TensorOptions().dtype(at::kDouble));
        const at::Tensor first = original_.defined() ? at::Tensor() : boundaries_.back();
        inStretches(stage_.layout.predicted, head.vocabulary, progress_, [&](int, std::int64_t begin, std::int64_t count) {
            const at::Tensor p = original_.defined() ? original_.narrow(0, begin, count) : logarithms(head_, first, begin, count);
            const at::Tensor q = logarithms(head, top, begin, count);
            each.narrow(0, begin, count).copy_((p.exp() * (p - q)).sum(1, false, at::kDouble));
        });
        return each.mean().item<double>();
    }

    Stage stage_;
    const Progress& progress_;
    Boundaries boundaries_;  // of the original; the last: the head's
    HeadWeights head_;
    at::Tensor original_;  // log-probabilities [predicted, vocabulary]; undefined: computed again
    std::map<std::int64_t, BlockWeights> kept_;
};

}  // namespace

std::vector<double> klOfChanges(const model::Model& model, const text::Samples& samples, std::span<const Change> changes,
                               const Progress& progress) {
    Changes run(model, samples, progress);
    std::vector<double> found;
    for (const Change& change : changes) {
        progress.checkpoint();
        found.push_back(run.kl(change));
        progress.report({.phase = "changes",
                         .done = static_cast<std::int64_t>(found.size()),
                         .total = static_cast<std::int64_t>(changes.size()),
                         .unit = model.matrices()[change.matrix].name});
    }
    return found;
}

}  // namespace dq::torch_worker
