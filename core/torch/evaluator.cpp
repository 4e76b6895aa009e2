#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/torch/blocks.hpp"
#include "core/torch/guard.hpp"
#include "core/torch/head.hpp"
#include "core/torch/tally.hpp"
#include "core/torch/trials.hpp"
#include "core/torch/worker.hpp"

namespace dq::torch_worker {

namespace {

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

/// Runs the original and, where there is a source, the evaluated weights beside it.
class Evaluation {
public:
    Evaluation(const model::Model& model, const text::Samples& samples, const WeightSource* source,
               const Progress& progress)
        : stage_(model, samples),
          source_(source),
          progress_(progress),
          tally_(progress, "forward", stage_.layout.positions * (model.architecture().blocks + 1)) {}

    std::vector<SequenceScore> scores() {
        embed();
        for (std::int64_t block = 0; block < stage_.model.architecture().blocks; ++block)
            step(block);
        return judge();
    }

private:
    at::Tensor matrix(std::size_t place, const WeightSource* source) const {
        return matrixOf(stage_.model, stage_.model.matrices()[place], source);
    }

    void embed() {
        original_ = embeddedFrom(stage_, stage_.model.matrices()[stage_.places.embedding]);
        if (source_) evaluated_ = embedded(stage_, matrix(stage_.places.embedding, source_));
    }

    void step(std::int64_t block) {
        tally_.enter(blockName(block));
        if (source_) {
            const BlockWeights weights = blockWeights(stage_.model, stage_.places, block, source_);
            evaluated_ = forwardBlock(stage_, block, weights, evaluated_, progress_, nullptr);
        }
        const BlockWeights weights = blockWeightsWithin(stage_.model, stage_.places, block, stage_.memory.floats);
        if (block + 1 < stage_.model.architecture().blocks) readAhead(stage_.model, stage_.places, block + 1);
        original_ = forwardBlock(stage_, block, weights, original_, progress_, &tally_);
    }

    HeadWeights head(const WeightSource* source) const {
        return headWeights(stage_.model, matrix(stage_.places.head, source));
    }

    std::vector<SequenceScore> judge() {
        const HeadWeights original = head(nullptr);
        const HeadWeights evaluated = source_ ? head(source_) : original;
        at::Tensor columns = at::zeros({4, stage_.layout.predicted}, at::TensorOptions().dtype(at::kDouble));
        tally_.enter("head");
        inStretches(stage_.layout.predicted, original.weight.size(0), progress_,
                    [&](int, std::int64_t first, std::int64_t count) {
                        judgeStretch(original, evaluated, first, count, columns.narrow(1, first, count));
                    });
        tally_.add(stage_.layout.positions);
        return summed(columns);
    }

    /// columns [4, count]: loss, kl, original loss, same top.
    void judgeStretch(const HeadWeights& original, const HeadWeights& evaluated, std::int64_t first,
                      std::int64_t count, const at::Tensor& columns) const {
        const at::Tensor rows = stage_.layout.predictedRows.narrow(0, first, count);
        const at::Tensor next = stage_.layout.nextTokens.narrow(0, first, count);
        const Stretch p = stretchOf(original, original_, rows, next);
        columns[2].copy_(p.loss);
        if (!source_) {
            columns[0].copy_(p.loss);
            columns[3].fill_(1);
            return;
        }
        const Stretch q = stretchOf(evaluated, evaluated_, rows, next);
        columns[0].copy_(q.loss);
        columns[1].copy_((p.logSoftmax.exp() * (p.logSoftmax - q.logSoftmax)).sum(1, false, at::kDouble));
        columns[3].copy_(p.top.eq(q.top));
    }

    std::vector<SequenceScore> summed(const at::Tensor& columns) const {
        const double* const data = columns.data_ptr<double>();
        const std::int64_t predicted = stage_.layout.predicted;
        std::vector<SequenceScore> scores;
        std::int64_t t = 0;
        for (std::size_t s = 0; s < stage_.layout.length.size(); ++s) {
            SequenceScore score;
            for (std::int64_t i = 0; i + 1 < stage_.layout.length[s]; ++i, ++t) {
                ++score.tokens;
                score.loss += data[t];
                score.kl += data[predicted + t];
                score.originalLoss += data[2 * predicted + t];
                score.sameTop += data[3 * predicted + t] > 0.5 ? 1 : 0;
            }
            requireFinite(score, s);
            scores.push_back(score);
        }
        return scores;
    }

    static void requireFinite(const SequenceScore& score, std::size_t sequence) {
        if (std::isfinite(score.loss) && std::isfinite(score.originalLoss) && std::isfinite(score.kl)) return;
        throw Error(Kind::Corrupt, "sequence " + std::to_string(sequence) + ": loss " +
                                       std::to_string(score.loss) + ", KL " + std::to_string(score.kl) +
                                       ": the head gives numbers that are not finite");
    }

    Stage stage_;
    const WeightSource* source_;
    const Progress& progress_;
    Tally tally_;
    at::Tensor original_, evaluated_;  // [positions, hidden]
};

class LibtorchEvaluator final : public evaluate::Evaluator {
public:
    std::vector<SequenceScore> scores(const model::Model& model, const text::Samples& samples,
                                      const WeightSource* source, const Progress& progress) override {
        return guarded("evaluating " + model.checkpoint().name(), [&] {
            const c10::NoGradGuard noGraph;
            return Evaluation(model, samples, source, progress).scores();
        });
    }

    std::vector<double> klOfEach(const model::Model& model, const text::Samples& samples,
                                 std::span<const evaluate::Trial> trials, const Progress& progress) override {
        return guarded("changing " + model.checkpoint().name(), [&] {
            const c10::NoGradGuard noGraph;
            return klOfTrials(model, samples, trials, progress);
        });
    }
};

}  // namespace

std::unique_ptr<evaluate::Evaluator> makeEvaluator() {
    prepare();
    return std::make_unique<LibtorchEvaluator>();
}

}  // namespace dq::torch_worker
