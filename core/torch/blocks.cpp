#include "core/torch/blocks.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "core/base/error.hpp"
#include "core/torch/lanes.hpp"

namespace dq::torch_worker {

namespace {

/// The products of one batch as the tap showed them.
struct Tapped {
    std::vector<std::size_t> places;  // of their matrices, from the first of the part
    std::vector<at::Tensor> x, y, rows;
    std::vector<at::Tensor> gradients;  // of y
    at::Tensor below;                   // the gradient at the block's input; asked for by the first part
};

using Order = std::map<Part, std::size_t>;  // where the matrices of a part stand in it

std::span<const std::size_t> placesIn(const Stage& stage, const PartOfBlock& part) {
    return std::span(stage.places.blocks[static_cast<std::size_t>(part.block)]).subspan(part.first, part.end - part.first);
}

Order orderOf(const Stage& stage, const PartOfBlock& part) {
    Order order;
    for (const std::size_t place : placesIn(stage, part))
        order.emplace(partOf(stage.model.matrices()[place]), order.size());
    return order;
}

void requireFinite(const at::Tensor& tensor, const std::string& where, const char* what) {
    if (at::isfinite(tensor).all().item<bool>()) return;
    throw Error(Kind::Corrupt, where + ": " + what +
                                   " not finite: a weight of this block or of one before it is damaged, "
                                   "or the model overflows 32-bit floats");
}

std::vector<MatrixSums> emptySums(const Stage& stage, const PartOfBlock& part) {
    std::vector<MatrixSums> sums;
    for (const std::size_t place : placesIn(stage, part)) {
        const model::WeightMatrix& matrix = stage.model.matrices()[place];
        MatrixSums& own = sums.emplace_back();
        own.fisher = at::zeros({matrix.rows, matrix.cols});
        own.inputMoment = at::zeros({matrix.cols}, at::TensorOptions().dtype(at::kDouble));
        own.input = sums.size() - 1;
    }
    return sums;
}

Bytes sumBytes(const model::WeightMatrix& matrix, const PartOfBlock& part) {
    return (matrix.weights() + (part.hessians ? matrix.cols * matrix.cols : 0)) * static_cast<Bytes>(sizeof(float)) +
           (part.peers ? peerBytes(matrix.rows, matrix.cols) : 0);
}

Bytes sumBytes(const Stage& stage, const PartOfBlock& part) {
    Bytes all = 0;
    for (const std::size_t place : placesIn(stage, part))
        all += sumBytes(stage.model.matrices()[place], part);
    return all;
}

/// Experts that one lane met may be strangers to another: there they have no Hessian, and their input is their own.
void addHessian(MatrixSums& total, const MatrixSums& more, std::size_t own) {
    if (more.input != own) total.input = more.input;
    if (!more.hessian.defined()) return;
    total.hessian = total.hessian.defined() ? total.hessian.add_(more.hessian) : more.hessian;
}

/// In the order of the lanes; every lane has had a batch.
std::vector<MatrixSums> addedUp(std::vector<std::vector<MatrixSums>> sums) {
    std::vector<MatrixSums> total = std::move(sums.front());
    for (std::size_t lane = 1; lane < sums.size(); ++lane)
        for (std::size_t i = 0; i < total.size(); ++i) {
            total[i].fisher.add_(sums[lane][i].fisher);
            total[i].inputMoment.add_(sums[lane][i].inputMoment);
            total[i].tokens += sums[lane][i].tokens;
            total[i].peers.add(sums[lane][i].peers);
            addHessian(total[i], sums[lane][i], i);
        }
    return total;
}

Tapped backwardBatch(const Stage& stage, const PartOfBlock& part, const Order& order, const BlockWeights& weights,
                     const Batch& batch, const at::Tensor& input, const at::Tensor& gradient) {
    Tapped tapped;
    const auto tap = [&](const Product& product) {
        const auto place = order.find(product.part);
        if (place == order.end()) return;
        tapped.places.push_back(place->second);
        tapped.x.push_back(product.x);
        tapped.y.push_back(product.y);
        tapped.rows.push_back(product.rows);
    };
    const c10::AutoGradMode graph(true);
    const at::Tensor hidden = gathered(input, stage.layout, batch).requires_grad_();
    const at::Tensor output = blockForward(stage.model.architecture(), part.block, weights,
                                           stage.rotations.at(batch.length), hidden, tap);
    std::vector<at::Tensor> wanted = std::exchange(tapped.y, {});
    if (part.first == 0) wanted.push_back(hidden);
    if (wanted.empty()) return tapped;
    tapped.gradients = torch::autograd::grad({output}, wanted, {gathered(gradient, stage.layout, batch)});
    if (part.first > 0) return tapped;
    tapped.below = std::move(tapped.gradients.back());
    tapped.gradients.pop_back();
    return tapped;
}

/// Adds sum_t x x^T over the rows where there is a token.
void addProducts(MatrixSums& sum, const at::Tensor& x, const at::Tensor& met) {
    if (!sum.hessian.defined()) sum.hessian = at::zeros({x.size(1), x.size(1)});
    const at::Tensor real = x * met.unsqueeze(1);
    sum.hessian.addmm_(real.t(), real);
}

/// Adds sum_t gy^2 x^2 and sum_t x^2 of one batch; q, k, v and gate, up share their input and its square.
void addBatch(std::vector<MatrixSums>& sums, const Tapped& tapped, const Stage& stage, const Batch& batch, const PartOfBlock& part) {
    at::Tensor squared, moment, met;
    std::size_t input = 0;
    for (std::size_t i = 0; i < tapped.x.size(); ++i) {
        if (i == 0 || !tapped.x[i].is_same(tapped.x[i - 1])) {
            squared = tapped.x[i].reshape({-1, tapped.x[i].size(-1)}).square();
            met = tapped.rows[i].defined() ? batch.mask.index_select(0, tapped.rows[i]) : batch.mask;
            moment = met.matmul(squared).to(at::kDouble);
            input = tapped.places[i];
            if (part.hessians) addProducts(sums[input], tapped.x[i].detach().reshape({-1, squared.size(-1)}), met);
        }
        MatrixSums& sum = sums[tapped.places[i]];
        const at::Tensor gradient = tapped.gradients[i].reshape({-1, tapped.gradients[i].size(-1)});
        sum.fisher.addmm_(gradient.square().t(), squared);
        if (part.peers)
            addPeers(sum.peers, {tapped.x[i].detach().reshape({-1, squared.size(-1)}), gradient, tapped.rows[i], met}, stage.layout, batch);
        sum.inputMoment.add_(moment);
        sum.input = input;
        sum.tokens += static_cast<std::int64_t>(met.sum().item<double>());
    }
}

void finish(BlockFisher& result, const Stage& stage, const PartOfBlock& part) {
    const auto places = placesIn(stage, part);
    for (std::size_t i = 0; i < result.matrices.size(); ++i) {
        MatrixSums& sums = result.matrices[i];
        const std::string where = blockName(part.block) + ", " + stage.model.matrices()[places[i]].name;
        sums.fisher.div_(static_cast<double>(stage.layout.predicted));
        sums.inputMoment = sums.inputMoment.div_(static_cast<double>(stage.layout.positions)).to(at::kFloat);
        if (sums.hessian.defined()) {
            sums.hessian.div_(static_cast<double>(stage.layout.positions));
            requireFinite(sums.hessian, where, "the Hessian of its input is");
        }
        torch_worker::finish(sums.peers, stage.layout, stage.layout.positions);
        requireFinite(sums.fisher, where, "its Fisher information is");
        requireFinite(sums.inputMoment, where, "the second moment of its input is");
    }
    if (result.gradient.defined()) requireFinite(result.gradient, blockName(part.block), "the gradient at its input is");
}

const model::Model& runnable(const model::Model& model) {
    model.requireRunnable();
    return model;
}

void requireShortEnough(const model::Architecture& a, const Layout& layout) {
    if (a.learnedPositions == 0) return;
    for (std::size_t s = 0; s < layout.length.size(); ++s)
        if (layout.length[s] > a.learnedPositions)
            throw Error(Kind::Input, "sequence " + std::to_string(s) + " has " + std::to_string(layout.length[s]) +
                                         " tokens; the model knows " + std::to_string(a.learnedPositions) +
                                         " positions: choose a shorter window");
}

/// Numbers kept for one position of a batch while it goes through a block, attention's apart. Experts are met in part only.
Bytes widthOf(const model::Architecture& a) {
    const std::int64_t dense = a.experts.count > 0 ? a.experts.perToken * a.experts.intermediate + a.experts.sharedIntermediate : 0;
    const std::int64_t mixed = std::max(a.heads * a.headDim, 2 * a.delta.keys() + 2 * a.delta.values());
    return 10 * a.hidden + 6 * mixed + 6 * std::max(a.intermediate, dense);
}

/// Batches of a wide model hold fewer positions.
std::int64_t positionsAtOnce(const model::Architecture& a) {
    constexpr Bytes aim = 256_MiB;
    return std::clamp<std::int64_t>(aim / (widthOf(a) * 2 * 4), 1, 1024);
}

}  // namespace

Stage::Stage(const model::Model& opened, const text::Samples& samples)
    : model(runnable(opened)),
      places(placesOf(opened)),
      layout(layoutOf(samples, opened.architecture().vocabulary)),
      batches(batchesOf(layout, opened.architecture().dependsOnLength(), positionsAtOnce(opened.architecture()))),
      rotations(rotationsOf(opened.architecture(), batches)),
      memory(memoryFor(opened.checkpoint().bytes())) {
    requireShortEnough(opened.architecture(), layout);
    keepTo(memory);
}

Bytes batchBytes(const Stage& stage, bool graph) {
    const model::Architecture& a = stage.model.architecture();
    Bytes most = 0;
    for (const Batch& batch : stage.batches) {
        const auto positions = static_cast<std::int64_t>(batch.sequences.size()) * batch.length;
        const Bytes width = widthOf(a) + (graph ? 4 : 2) * a.heads * batch.length;
        most = std::max<Bytes>(most, positions * width * (graph ? 2 : 1) * 4);
    }
    return most;
}

namespace {

/// What the architecture makes of the rows it read.
at::Tensor placed(const Stage& stage, const at::Tensor& read) {
    const model::Architecture& a = stage.model.architecture();
    if (a.learnedPositions > 0)
        return read + pieceOf(stage.model, model::Piece::Positions).index_select(0, stage.layout.places);
    return a.embeddingScale == 1 ? read : read * a.embeddingScale;
}

}  // namespace

at::Tensor embedded(const Stage& stage, const at::Tensor& embedding) {
    return placed(stage, embedding.index_select(0, stage.layout.tokens));
}

at::Tensor embeddedFrom(const Stage& stage, const model::WeightMatrix& embedding) {
    const checkpoint::TensorView& view = stage.model.tensor(embedding);
    at::Tensor read = at::empty({stage.layout.positions, embedding.cols});
    const std::int64_t* const tokens = stage.layout.tokens.data_ptr<std::int64_t>();
    for (std::int64_t t = 0; t < stage.layout.positions; ++t)
        readRows(view, tokens[t], 1, elements(read).subspan(static_cast<std::size_t>(t * embedding.cols),
                                                            static_cast<std::size_t>(embedding.cols)));
    return placed(stage, read);
}

at::Tensor forwardBlock(const Stage& stage, std::int64_t block, const BlockWeights& weights,
                        const at::Tensor& input, const Progress& progress, Tally* tally) {
    at::Tensor output = at::empty_like(input);
    const Lanes lanes(static_cast<std::int64_t>(stage.batches.size()), 0, batchBytes(stage, false), stage.memory.lanes);
    lanes.run([&](int, std::int64_t i) {
        progress.checkpoint();
        const Batch& batch = stage.batches[static_cast<std::size_t>(i)];
        const at::Tensor hidden = gathered(input, stage.layout, batch);
        scatter(blockForward(stage.model.architecture(), block, weights, stage.rotations.at(batch.length), hidden),
                stage.layout, batch, output);
        if (tally) tally->add(batch.tokens);
    });
    if (tally) tally->report();
    requireFinite(output, blockName(block), "an activation is");
    return output;
}

std::vector<PartOfBlock> partsOf(const Stage& stage, std::int64_t block, const measure::FisherOptions& options) {
    const auto& places = stage.places.blocks[static_cast<std::size_t>(block)];
    std::vector<PartOfBlock> parts;
    Bytes held = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const PartOfBlock next{block, i, i, options.hessians, options.peers};
        const Bytes more = sumBytes(stage.model.matrices()[places[i]], next);
        if (parts.empty() || held + more > stage.memory.sums) {
            parts.push_back(next);
            held = 0;
        }
        parts.back().end = i + 1;
        held += more;
    }
    return parts;
}

BlockFisher backwardBlock(const Stage& stage, const PartOfBlock& part, const BlockWeights& weights, const at::Tensor& input,
                          const at::Tensor& gradient, const Progress& progress, Tally* tally) {
    const Lanes lanes(static_cast<std::int64_t>(stage.batches.size()), sumBytes(stage, part), batchBytes(stage, true),
                      stage.memory.lanes);
    const Order order = orderOf(stage, part);
    std::vector<std::vector<MatrixSums>> sums(static_cast<std::size_t>(lanes.count()));
    BlockFisher result;
    if (part.first == 0) result.gradient = at::empty_like(input);
    lanes.run([&](int lane, std::int64_t i) {
        progress.checkpoint();
        const Batch& batch = stage.batches[static_cast<std::size_t>(i)];
        const Tapped tapped = backwardBatch(stage, part, order, weights, batch, input, gradient);
        if (part.first == 0) scatter(tapped.below, stage.layout, batch, result.gradient);
        auto& own = sums[static_cast<std::size_t>(lane)];
        if (own.empty()) own = emptySums(stage, part);
        addBatch(own, tapped, stage, batch, part);
        if (tally) tally->add(batch.tokens);
    });
    if (tally) tally->report();
    result.matrices = addedUp(std::move(sums));
    finish(result, stage, part);
    return result;
}

void Reached::add(model::Role role, const MatrixSums& sums) {
    Mean& mean = roles_[role];
    mean.tokens += static_cast<double>(sums.tokens);
    mean.fisher += sums.fisher.mean(at::kDouble).item<double>();
    mean.moment += sums.inputMoment.mean(at::kDouble).item<double>();
}

MatrixSums Reached::estimate(const model::WeightMatrix& matrix) const {
    const auto found = roles_.find(matrix.role);
    const Mean mean = found == roles_.end() || found->second.tokens == 0 ? Mean{.tokens = 1} : found->second;
    MatrixSums sums;
    sums.fisher = at::full({matrix.rows, matrix.cols}, mean.fisher / mean.tokens);
    sums.inputMoment = at::full({matrix.cols}, mean.moment / mean.tokens);
    return sums;
}

}  // namespace dq::torch_worker
