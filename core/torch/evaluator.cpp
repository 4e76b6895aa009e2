#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/torch/blocks.hpp"
#include "core/torch/guard.hpp"
#include "core/torch/head.hpp"
#include "core/torch/tally.hpp"
#include "core/torch/changes.hpp"
#include "core/torch/worker.hpp"

namespace dq::torch_worker {

namespace {

using evaluate::Keepsake;
using evaluate::Scores;
using evaluate::SequenceScore;
using evaluate::WeightSource;

/// Per predicted position of one stretch.
struct Stretch {
    at::Tensor loss;        // double
    at::Tensor logSoftmax;  // [count, vocabulary]
    at::Tensor top;
};

Stretch stretchOf(const HeadWeights& head, const at::Tensor& hidden, const at::Tensor& rows,
                  const at::Tensor& next) {
    const at::Tensor x = headInput(head, hidden.index_select(0, rows));
    Stretch stretch;
    stretch.logSoftmax = at::log_softmax(logitsOf(head, x), 1);
    stretch.loss = stretch.logSoftmax.gather(1, next.unsqueeze(1)).squeeze(1).neg().to(at::kDouble);
    stretch.top = stretch.logSoftmax.argmax(1);
    return stretch;
}

/// The original and what is evaluated beside it: hidden states [positions, hidden], block by block.
class Evaluation {
public:
    Evaluation(const model::Model& model, const text::Samples& samples, std::span<const WeightSource> sources,
               const Keepsake* keepsake, const Progress& progress)
        : stage_(model, samples),
          sources_(sources),
          keepsake_(keepsake),
          progress_(progress),
          tally_(progress, "forward", stage_.layout.positions * (blocks() * (walks() + 1) + walks() + 1)) {}

    std::vector<Scores> scores() {
        const bool remembered = recall();
        embed(remembered);
        for (std::int64_t block = 0; block < blocks(); ++block)
            step(block, remembered);
        if (keepsake_ && !remembered) keepsake_->keep(elements(original_));
        return judge();
    }

private:
    std::int64_t blocks() const { return stage_.model.architecture().blocks; }
    std::int64_t walks() const { return static_cast<std::int64_t>(sources_.size()); }

    bool recall() {
        const std::int64_t hidden = stage_.model.architecture().hidden;
        if (!keepsake_) return false;
        const auto kept = keepsake_->find(stage_.layout.positions * hidden);
        if (!kept) return false;
        original_ = at::from_blob(const_cast<float*>(kept->data()), {stage_.layout.positions, hidden}).clone();
        tally_.skip(stage_.layout.positions * (blocks() + 1));
        return true;
    }

    at::Tensor matrix(std::size_t place, const WeightSource* source) const {
        return matrixOf(stage_.model, stage_.model.matrices()[place], source);
    }

    void embed(bool remembered) {
        if (!remembered) original_ = embeddedFrom(stage_, stage_.model.matrices()[stage_.places.embedding]);
        for (const WeightSource& source : sources_)
            evaluated_.push_back(embedded(stage_, matrix(stage_.places.embedding, &source)));
    }

    void step(std::int64_t block, bool remembered) {
        tally_.enter(blockName(block));
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const BlockWeights weights = blockWeights(stage_.model, stage_.places, block, &sources_[i]);
            evaluated_[i] = forwardBlock(stage_, block, weights, evaluated_[i], progress_, &tally_);
        }
        if (remembered) return;
        const BlockWeights weights = blockWeightsWithin(stage_.model, stage_.places, block, stage_.memory.floats);
        if (block + 1 < stage_.model.architecture().blocks) readAhead(stage_.model, stage_.places, block + 1);
        original_ = forwardBlock(stage_, block, weights, original_, progress_, &tally_);
    }

    HeadWeights head(const WeightSource* source) const {
        return headWeights(stage_.model, matrix(stage_.places.head, source));
    }

    /// Heads are held as floats, so large ones one after the other: the original's answer is then computed again for each.
    std::vector<Scores> judge() {
        tally_.enter("head");
        if (sources_.empty()) return {alone()};
        const HeadWeights original = head(nullptr);
        const Bytes each = original.weight.numel() * std::int64_t{sizeof(float)};
        const auto together = static_cast<std::size_t>(std::max<Bytes>(1, HeadsTogether / std::max<Bytes>(1, each)));
        std::vector<Scores> all;
        for (std::size_t first = 0; first < sources_.size(); first += together) {
            std::vector<HeadWeights> heads;
            for (std::size_t i = first; i < std::min(first + together, sources_.size()); ++i) heads.push_back(head(&sources_[i]));
            for (Scores& scores : judged(original, heads, first)) all.push_back(std::move(scores));
        }
        return all;
    }

    /// The original by itself: its head is read in parts where it is large.
    Scores alone() {
        const model::WeightMatrix& matrix = stage_.model.matrices()[stage_.places.head];
        const HeadState state = headForward(headWeights(stage_.model, matrix), original_, stage_.layout, {.sampledLabels = false}, progress_);
        at::Tensor columns = at::zeros({4, stage_.layout.predicted}, at::TensorOptions().dtype(at::kDouble));
        columns[0].copy_(state.losses);
        columns[2].copy_(state.losses);
        columns[3].fill_(1);
        tally_.add(stage_.layout.positions);
        return summed(columns);
    }

    /// What the evaluated weights from `first` on make of every predicted position.
    std::vector<Scores> judged(const HeadWeights& original, std::span<const HeadWeights> heads, std::size_t first) {
        const auto answers = std::ssize(heads);
        at::Tensor columns = at::zeros({answers, 4, stage_.layout.predicted}, at::TensorOptions().dtype(at::kDouble));
        inStretches(stage_.layout.predicted, original.weight.size(0), progress_, [&](int, std::int64_t from, std::int64_t count) {
            const at::Tensor rows = stage_.layout.predictedRows.narrow(0, from, count);
            const at::Tensor next = stage_.layout.nextTokens.narrow(0, from, count);
            const Stretch p = stretchOf(original, original_, rows, next);
            for (std::size_t i = 0; i < heads.size(); ++i)
                beside(p, stretchOf(heads[i], evaluated_[first + i], rows, next),
                       columns[static_cast<std::int64_t>(i)].narrow(1, from, count));
        });
        tally_.add(stage_.layout.positions * answers);
        std::vector<Scores> scores;
        for (std::int64_t i = 0; i < answers; ++i) scores.push_back(summed(columns[i]));
        return scores;
    }

    /// columns [4, count]: loss, kl, original loss, same top.
    static void beside(const Stretch& p, const Stretch& q, const at::Tensor& columns) {
        columns[0].copy_(q.loss);
        columns[1].copy_((p.logSoftmax.exp() * (p.logSoftmax - q.logSoftmax)).sum(1, false, at::kDouble));
        columns[2].copy_(p.loss);
        columns[3].copy_(p.top.eq(q.top));
    }

    Scores summed(const at::Tensor& columns) const {
        const double* const data = columns.data_ptr<double>();
        const std::int64_t predicted = stage_.layout.predicted;
        Scores scores;
        std::int64_t t = 0;
        for (std::size_t s = 0; s < stage_.layout.length.size(); ++s) {
            SequenceScore score;
            for (std::int64_t i = 0; i + 1 < stage_.layout.length[s]; ++i, ++t) {
                ++score.tokens;
                score.loss += data[t];
                score.kl += data[predicted + t];
                score.originalLoss += data[2 * predicted + t];
                score.sameTop += data[3 * predicted + t] > 0.5 ? 1 : 0;
                score.tokenLoss.push_back(static_cast<float>(data[t]));
                score.tokenKl.push_back(static_cast<float>(data[predicted + t]));
                score.tokenOriginalLoss.push_back(static_cast<float>(data[2 * predicted + t]));
            }
            requireFinite(score, s);
            scores.push_back(std::move(score));
        }
        return scores;
    }

    static void requireFinite(const SequenceScore& score, std::size_t sequence) {
        if (std::isfinite(score.loss) && std::isfinite(score.originalLoss) && std::isfinite(score.kl)) return;
        throw Error(Kind::Corrupt, "sequence " + std::to_string(sequence) + ": loss " +
                                       std::to_string(score.loss) + ", KL " + std::to_string(score.kl) +
                                       ": the head gives numbers that are not finite");
    }

    static constexpr Bytes HeadsTogether = 1_GiB;

    Stage stage_;
    std::span<const WeightSource> sources_;
    const Keepsake* keepsake_;
    const Progress& progress_;
    Tally tally_;
    at::Tensor original_;
    std::vector<at::Tensor> evaluated_;
};

class LibtorchEvaluator final : public evaluate::Evaluator {
public:
    std::vector<Scores> scores(const model::Model& model, const text::Samples& samples, std::span<const WeightSource> sources,
                               const Keepsake* original, const Progress& progress) override {
        return guarded("evaluating " + model.checkpoint().name(), [&] {
            const c10::NoGradGuard noGraph;
            return Evaluation(model, samples, sources, original, progress).scores();
        });
    }

    std::vector<double> klOfEach(const model::Model& model, const text::Samples& samples,
                                 std::span<const evaluate::Change> changes, const Progress& progress) override {
        return guarded("changing " + model.checkpoint().name(), [&] {
            const c10::NoGradGuard noGraph;
            return klOfChanges(model, samples, changes, progress);
        });
    }
};

}  // namespace

std::unique_ptr<evaluate::Evaluator> makeEvaluator() {
    prepare();
    return std::make_unique<LibtorchEvaluator>();
}

}  // namespace dq::torch_worker
