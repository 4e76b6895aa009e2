#include "core/torch/head.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
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
    return {model.architecture(), pieceOf(model, model::Piece::FinalNorm), pieceOf(model, model::Piece::FinalNormBias), weight};
}

at::Tensor headInput(const HeadWeights& head, const at::Tensor& top) {
    return normalised(head.architecture, top, head.norm, head.normBias);
}

at::Tensor logitsOf(const HeadWeights& head, const at::Tensor& input) {
    return softCapped(at::linear(input, head.weight), head.architecture.logitCap);
}

HeadState headForward(const HeadWeights& head, const at::Tensor& top, const Layout& layout,
                      const measure::FisherOptions& options, const Progress& progress) {
    HeadState state;
    state.input = headInput(head, top.index_select(0, layout.predictedRows));
    state.lse = at::empty({layout.predicted}, top.options());
    state.labels = options.sampledLabels ? at::empty_like(layout.nextTokens) : layout.nextTokens;
    at::Tensor losses = at::empty_like(state.lse);
    const std::vector<double> uniforms =
        options.sampledLabels ? uniformsOf(layout, options.seed) : std::vector<double>{};

    inStretches(
        layout.predicted, head.weight.size(0), progress, [&](int, std::int64_t first, std::int64_t count) {
            at::Tensor logits = logitsOf(head, state.input.narrow(0, first, count));
            const at::Tensor lse = at::logsumexp(logits, 1);
            const at::Tensor next = layout.nextTokens.narrow(0, first, count).unsqueeze(1);
            losses.narrow(0, first, count).copy_(lse - logits.gather(1, next).squeeze(1));
            state.lse.narrow(0, first, count).copy_(lse);
            if (!options.sampledLabels) return;
            const std::span<const double> here(uniforms.data() + first, static_cast<std::size_t>(count));
            const at::Tensor drawn = drawnLabels(logits.sub_(lse.unsqueeze(1)).exp_(), here);
            state.labels.narrow(0, first, count).copy_(drawn);
        });
    const float* const each = losses.data_ptr<float>();
    state.loss = std::accumulate(each, each + layout.predicted, 0.0) / static_cast<double>(layout.predicted);
    requireFinite(state.loss);
    return state;
}

at::Tensor headBackward(const HeadWeights& head, const HeadState& state, const at::Tensor& top,
                        const Layout& layout, const Progress& progress) {
    at::Tensor gradient = at::zeros_like(top);
    inStretches(
        layout.predicted, head.weight.size(0), progress, [&](int, std::int64_t first, std::int64_t count) {
            const at::Tensor rows = layout.predictedRows.narrow(0, first, count);
            const double cap = head.architecture.logitCap;
            const at::Tensor below = logitGradient(state, head.weight, cap, 0, first, count).matmul(head.weight);
            const c10::AutoGradMode graph(true);
            const at::Tensor x = top.index_select(0, rows).requires_grad_();
            const at::Tensor y = headInput(head, x);
            gradient.index_copy_(0, rows, torch::autograd::grad({y}, {x}, {below})[0]);
        });
    return gradient;
}

void headFisher(const HeadWeights& head, const HeadState& state, const Progress& progress,
                const std::function<void(std::int64_t, at::Tensor&)>& each) {
    const std::int64_t vocabulary = head.weight.size(0), hidden = head.weight.size(1);
    const std::int64_t slab = std::clamp<std::int64_t>(SlabWeights / hidden, 1, vocabulary);
    const at::Tensor squared = state.input.square();
    for (std::int64_t row = 0; row < vocabulary; row += slab) {
        const at::Tensor weight = head.weight.narrow(0, row, std::min(slab, vocabulary - row));
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

at::Tensor headInputMoment(const HeadState& state) {
    return state.input.square().mean(0, false, at::kDouble).to(at::kFloat);
}

}  // namespace dq::torch_worker
