#include "core/torch/head.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "core/torch/labels.hpp"
#include "core/torch/lanes.hpp"

namespace dq::torch_worker {

namespace {

constexpr std::int64_t SlabWeights = std::int64_t{1}
                                     << 20;  // rows of h that are summed together, once per lane

/// How many positions have their logits at once: bounded memory for large vocabularies, the cache for small
/// ones.
std::int64_t stretchOf(std::int64_t vocabulary) {
    return std::clamp<std::int64_t>((std::int64_t{1} << 20) / std::max<std::int64_t>(vocabulary, 1), 128,
                                    1024);
}

/// One random number per predicted position, by sequence and position in it.
std::vector<double> uniformsOf(const Layout& layout, std::uint64_t seed) {
    std::vector<double> uniforms;
    for (std::size_t s = 0; s < layout.length.size(); ++s)
        for (std::int64_t i = 0; i + 1 < layout.length[s]; ++i)
            uniforms.push_back(uniformAt(seed, s, static_cast<std::uint64_t>(i)));
    return uniforms;
}

/// softmax - one-hot for rows [firstRow, firstRow + weight.size(0)) of the head: d(cross-entropy)/d(logits), and
/// through the cap where there is one.
at::Tensor logitGradient(const HeadState& state, const at::Tensor& weight, double cap, std::int64_t firstRow,
                         std::int64_t first, std::int64_t count) {
    at::Tensor gradient = softCapped(at::linear(state.input.narrow(0, first, count), weight), cap);
    at::Tensor slope;
    if (cap > 0) slope = 1 - (gradient / cap).square_();
    gradient.sub_(state.lse.narrow(0, first, count).unsqueeze(1)).exp_();
    const std::int64_t rows = weight.size(0);
    const std::int64_t* const labels = state.labels.data_ptr<std::int64_t>() + first;
    float* const data = gradient.data_ptr<float>();
    for (std::int64_t t = 0; t < count; ++t) {
        const std::int64_t row = labels[t] - firstRow;
        if (row >= 0 && row < rows) data[t * rows + row] -= 1;
    }
    return cap > 0 ? gradient.mul_(slope) : gradient;
}

void requireFinite(double loss) {
    if (std::isfinite(loss)) return;
    throw Error(Kind::Corrupt, "head: the loss is " + std::to_string(loss) +
                                   ", not a finite number: the weights or the architecture are wrong");
}

}  // namespace

void inStretches(std::int64_t total, std::int64_t vocabulary, const Progress& progress,
                 const std::function<void(int, std::int64_t, std::int64_t)>& body) {
    const std::int64_t step = stretchOf(vocabulary);
    const Lanes lanes((total + step - 1) / step, 0,
                      4 * step * vocabulary * static_cast<Bytes>(sizeof(float)));
    lanes.run([&](int lane, std::int64_t i) {
        progress.checkpoint();
        body(lane, i * step, std::min(step, total - i * step));
    });
}

HeadWeights headWeights(const model::Model& model, const at::Tensor& weight) {
    return {.architecture = model.architecture(),
            .norm = pieceOf(model, model::Piece::FinalNorm),
            .normBias = pieceOf(model, model::Piece::FinalNormBias),
            .weight = weight,
            .vocabulary = weight.size(0),
            .hidden = weight.size(1)};
}

HeadWeights headWeights(const model::Model& model, const model::WeightMatrix& matrix, std::int64_t part) {
    if (matrix.weights() <= part && matrix.rows <= HeadPartRows) return headWeights(model, matrixOf(model, matrix));
    return {.architecture = model.architecture(),
            .norm = pieceOf(model, model::Piece::FinalNorm),
            .normBias = pieceOf(model, model::Piece::FinalNormBias),
            .weight = {},
            .view = &model.tensor(matrix),
            .vocabulary = matrix.rows,
            .hidden = matrix.cols,
            .part = part};
}

at::Tensor HeadWeights::rows(std::int64_t first, std::int64_t count) const {
    if (weight.defined()) return weight.narrow(0, first, count);
    at::Tensor read = at::empty({count, hidden});
    readRows(*view, first, count, elements(read));
    return read;
}

std::int64_t HeadWeights::rowsOfPart() const {
    return weight.defined() ? vocabulary : std::clamp<std::int64_t>(std::min(part / hidden, HeadPartRows), 1, vocabulary);
}

at::Tensor headInput(const HeadWeights& head, const at::Tensor& top) {
    return normalised(head.architecture, top, head.norm, head.normBias);
}

at::Tensor logitsOf(const HeadWeights& head, const at::Tensor& input) {
    return softCapped(at::linear(input, head.weight), head.architecture.logitCap);
}

namespace {

/// Loss, logarithms and labels where all logits of a stretch fit.
void forwardWhole(const HeadWeights& head, HeadState& state, const std::vector<double>& uniforms,
                  const Layout& layout, const Progress& progress) {
    inStretches(
        layout.predicted, head.vocabulary, progress, [&](int, std::int64_t first, std::int64_t count) {
            at::Tensor logits = logitsOf(head, state.input.narrow(0, first, count));
            const at::Tensor lse = at::logsumexp(logits, 1);
            const at::Tensor next = layout.nextTokens.narrow(0, first, count).unsqueeze(1);
            state.losses.narrow(0, first, count).copy_(lse - logits.gather(1, next).squeeze(1));
            state.lse.narrow(0, first, count).copy_(lse);
            if (uniforms.empty()) return;
            const std::span<const double> here(uniforms.data() + first, static_cast<std::size_t>(count));
            const at::Tensor drawn = drawnLabels(logits.sub_(lse.unsqueeze(1)).exp_(), here);
            state.labels.narrow(0, first, count).copy_(drawn);
        });
}

/// Calls body(first row, rows of the head) for one part after the other.
void inParts(const HeadWeights& head, const std::function<void(std::int64_t, const at::Tensor&)>& body) {
    const std::int64_t step = head.rowsOfPart();
    for (std::int64_t row = 0; row < head.vocabulary; row += step)
        body(row, head.rows(row, std::min(step, head.vocabulary - row)));
}

/// Logits of some positions over one part of the vocabulary.
at::Tensor partLogits(const HeadWeights& head, const HeadState& state, const at::Tensor& weight, std::int64_t first,
                      std::int64_t count) {
    return softCapped(at::linear(state.input.narrow(0, first, count), weight), head.architecture.logitCap);
}

/// Log of the sum of exponentials, and the logit of the text's next token, of all positions.
at::Tensor nextLogits(const HeadWeights& head, HeadState& state, const Layout& layout, const Progress& progress) {
    at::Tensor next = at::zeros_like(state.lse);
    state.lse.fill_(-std::numeric_limits<float>::infinity());
    inParts(head, [&](std::int64_t row, const at::Tensor& weight) {
        inStretches(layout.predicted, weight.size(0), progress, [&](int, std::int64_t first, std::int64_t count) {
            const at::Tensor logits = partLogits(head, state, weight, first, count);
            at::Tensor lse = state.lse.narrow(0, first, count);
            lse.copy_(at::logaddexp(lse, at::logsumexp(logits, 1)));
            const at::Tensor token = layout.nextTokens.narrow(0, first, count) - row;
            const at::Tensor here = token.ge(0).logical_and(token.lt(weight.size(0)));
            const at::Tensor found = logits.gather(1, token.clamp(0, weight.size(0) - 1).unsqueeze(1)).squeeze(1);
            at::Tensor wanted = next.narrow(0, first, count);
            wanted.copy_(at::where(here, found, wanted));
        });
    });
    return next;
}

/// The label of each position: the first token whose cumulative probability exceeds its number, in vocabulary order.
void drawInParts(const HeadWeights& head, HeadState& state, const std::vector<double>& uniforms, const Progress& progress) {
    std::vector<double> cumulated(uniforms.size());
    state.labels.fill_(head.vocabulary - 1);
    std::vector<char> drawn(uniforms.size());
    std::int64_t* const labels = state.labels.data_ptr<std::int64_t>();
    inParts(head, [&](std::int64_t row, const at::Tensor& weight) {
        const std::int64_t rows = weight.size(0), total = state.input.size(0);
        inStretches(total, rows, progress, [&](int, std::int64_t first, std::int64_t count) {
            const at::Tensor p =
                partLogits(head, state, weight, first, count).sub_(state.lse.narrow(0, first, count).unsqueeze(1)).exp_();
            const float* const each = p.data_ptr<float>();
            for (std::int64_t t = 0; t < count; ++t) {
                const auto at = static_cast<std::size_t>(first + t);
                for (std::int64_t v = 0; v < rows && !drawn[at]; ++v) {
                    cumulated[at] += static_cast<double>(each[t * rows + v]);
                    if (cumulated[at] <= uniforms[at]) continue;
                    labels[at] = row + v;
                    drawn[at] = 1;
                }
            }
        });
    });
}

}  // namespace

HeadState headForward(const HeadWeights& head, const at::Tensor& top, const Layout& layout,
                      const measure::FisherOptions& options, const Progress& progress) {
    HeadState state;
    state.input = headInput(head, top.index_select(0, layout.predictedRows));
    state.lse = at::empty({layout.predicted}, top.options());
    state.labels = options.sampledLabels ? at::empty_like(layout.nextTokens) : layout.nextTokens;
    const std::vector<double> uniforms =
        options.sampledLabels ? uniformsOf(layout, options.seed) : std::vector<double>{};
    state.losses = at::empty_like(state.lse);
    if (head.weight.defined()) {
        forwardWhole(head, state, uniforms, layout, progress);
    } else {
        const at::Tensor next = nextLogits(head, state, layout, progress);
        state.losses.copy_(state.lse - next);
        if (options.sampledLabels) drawInParts(head, state, uniforms, progress);
    }
    const float* const each = state.losses.data_ptr<float>();
    state.loss = std::accumulate(each, each + layout.predicted, 0.0) / static_cast<double>(layout.predicted);
    requireFinite(state.loss);
    return state;
}

at::Tensor headBackward(const HeadWeights& head, const HeadState& state, const at::Tensor& top,
                        const Layout& layout, const Progress& progress) {
    const double cap = head.architecture.logitCap;
    at::Tensor sums;  // of a head in parts: the gradient at its input
    if (!head.weight.defined()) {
        sums = at::zeros_like(state.input);
        inParts(head, [&](std::int64_t row, const at::Tensor& weight) {
            inStretches(layout.predicted, weight.size(0), progress, [&](int, std::int64_t first, std::int64_t count) {
                sums.narrow(0, first, count).add_(logitGradient(state, weight, cap, row, first, count).matmul(weight));
            });
        });
    }
    at::Tensor gradient = at::zeros_like(top);
    inStretches(
        layout.predicted, head.rowsOfPart(), progress, [&](int, std::int64_t first, std::int64_t count) {
            const at::Tensor rows = layout.predictedRows.narrow(0, first, count);
            const at::Tensor below = sums.defined() ? sums.narrow(0, first, count)
                                                    : logitGradient(state, head.weight, cap, 0, first, count).matmul(head.weight);
            const c10::AutoGradMode graph(true);
            const at::Tensor x = top.index_select(0, rows).requires_grad_();
            const at::Tensor y = headInput(head, x);
            gradient.index_copy_(0, rows, torch::autograd::grad({y}, {x}, {below})[0]);
        });
    return gradient;
}

void headFisher(const HeadWeights& head, const HeadState& state, const Progress& progress,
                const std::function<void(std::int64_t, at::Tensor&)>& each) {
    const std::int64_t vocabulary = head.vocabulary;
    const std::int64_t slab = std::clamp<std::int64_t>(SlabWeights / head.hidden, 1, vocabulary);
    const at::Tensor squared = state.input.square();
    for (std::int64_t row = 0; row < vocabulary; row += slab) {
        const at::Tensor weight = head.rows(row, std::min(slab, vocabulary - row));
        std::vector<at::Tensor> sums(MostLanes);
        inStretches(squared.size(0), weight.size(0), progress,
                    [&](int lane, std::int64_t first, std::int64_t count) {
                        const at::Tensor gradient =
                            logitGradient(state, weight, head.architecture.logitCap, row, first, count).square_();
                        at::Tensor& own = sums[static_cast<std::size_t>(lane)];
                        if (!own.defined()) own = at::zeros_like(weight);
                        own.addmm_(gradient.t(), squared.narrow(0, first, count));
                    });
        for (std::size_t lane = 1; lane < sums.size() && sums[lane].defined(); ++lane)
            sums[0].add_(sums[lane]);
        each(row, sums[0]);
    }
}

at::Tensor logitGradients(const HeadWeights& head, const HeadState& state, std::int64_t firstRow, const at::Tensor& weight,
                          std::int64_t first, std::int64_t count) {
    return logitGradient(state, weight, head.architecture.logitCap, firstRow, first, count);
}

at::Tensor headInputMoment(const HeadState& state) {
    return state.input.square().mean(0, false, at::kDouble).to(at::kFloat);
}

}  // namespace dq::torch_worker
