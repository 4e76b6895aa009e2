#include "core/torch/blocks.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace dq::torch_worker {

namespace {

/// The products of one batch as the tap showed them.
struct Tapped {
    std::vector<model::Role> roles;
    std::vector<at::Tensor> x, y;
};

void requireFinite(const at::Tensor& tensor, const std::string& where, const char* what) {
    if (at::isfinite(tensor).all().item<bool>()) return;
    throw Error(Kind::Corrupt, where + ": " + what + " not finite: a weight of this block or of one before it is damaged, "
                                       "or the model overflows 32-bit floats");
}

std::vector<MatrixSums> emptySums(const Stage& stage, std::int64_t block) {
    std::vector<MatrixSums> sums;
    for (const std::size_t place : stage.places.blocks[static_cast<std::size_t>(block)]) {
        const model::WeightMatrix& matrix = stage.model.matrices()[place];
        sums.push_back({at::zeros({matrix.rows, matrix.cols}), at::zeros({matrix.cols}, at::TensorOptions().dtype(at::kDouble))});
    }
    return sums;
}

/// Adds sum_t gy^2 x^2 and sum_t x^2 of one batch; q, k, v and gate, up share their input and its square.
void addBatch(std::vector<MatrixSums>& sums, const std::vector<std::size_t>& order, const Tapped& tapped,
              const std::vector<at::Tensor>& gradients, const at::Tensor& mask) {
    at::Tensor squared, moment;
    for (std::size_t i = 0; i < tapped.x.size(); ++i) {
        if (i == 0 || !tapped.x[i].is_same(tapped.x[i - 1])) {
            squared = tapped.x[i].flatten(0, 1).square();
            moment = mask.matmul(squared).to(at::kDouble);
        }
        MatrixSums& sum = sums[order[i]];
        sum.fisher.addmm_(gradients[i + 1].flatten(0, 1).square().t(), squared);
        sum.inputMoment.add_(moment);
    }
}

/// For each product in the order of the tap, the place of its matrix in the block's list.
std::vector<std::size_t> orderOf(const Stage& stage, std::int64_t block, const std::vector<model::Role>& roles) {
    const auto& places = stage.places.blocks[static_cast<std::size_t>(block)];
    std::vector<std::size_t> order;
    for (const model::Role role : roles) {
        const auto is = [&](std::size_t place) { return stage.model.matrices()[place].role == role; };
        order.push_back(static_cast<std::size_t>(std::find_if(places.begin(), places.end(), is) - places.begin()));
    }
    return order;
}

void finish(BlockFisher& result, const Stage& stage, std::int64_t block) {
    const auto& places = stage.places.blocks[static_cast<std::size_t>(block)];
    for (std::size_t i = 0; i < result.matrices.size(); ++i) {
        MatrixSums& sums = result.matrices[i];
        sums.fisher.div_(static_cast<double>(stage.layout.predicted));
        sums.inputMoment = sums.inputMoment.div_(static_cast<double>(stage.layout.positions)).to(at::kFloat);
        const std::string where = blockName(block) + ", " + stage.model.matrices()[places[i]].name;
        requireFinite(sums.fisher, where, "its Fisher information is");
        requireFinite(sums.inputMoment, where, "the second moment of its input is");
    }
    requireFinite(result.gradient, blockName(block), "the gradient at its input is");
}

}  // namespace

Stage::Stage(const model::Model& opened, const text::Samples& samples)
    : model(opened),
      places(placesOf(opened)),
      layout(layoutOf(samples, opened.architecture().vocabulary)),
      batches(batchesOf(layout, opened.architecture().rope.scaling == model::Rope::Scaling::Dynamic)),
      rotary(opened.architecture()) {}

at::Tensor embedded(const at::Tensor& embedding, const Layout& layout) {
    return embedding.index_select(0, layout.tokens);
}

at::Tensor forwardBlock(Stage& stage, std::int64_t block, const BlockWeights& weights, const at::Tensor& input,
                        const Progress& progress, const TokensDone& done) {
    const c10::NoGradGuard noGraph;
    at::Tensor output = at::empty_like(input);
    for (const Batch& batch : stage.batches) {
        progress.checkpoint();
        const at::Tensor hidden = gathered(input, stage.layout, batch);
        scatter(blockForward(stage.model.architecture(), weights, stage.rotary.of(batch.length), hidden), stage.layout,
                batch, output);
        done(batch.tokens);
    }
    requireFinite(output, blockName(block), "an activation is");
    return output;
}

BlockFisher backwardBlock(Stage& stage, std::int64_t block, const BlockWeights& weights, const at::Tensor& input,
                          const at::Tensor& gradient, const Progress& progress, const TokensDone& done) {
    BlockFisher result{emptySums(stage, block), at::empty_like(input)};
    for (const Batch& batch : stage.batches) {
        progress.checkpoint();
        Tapped tapped;
        const auto tap = [&](model::Role role, const at::Tensor& x, const at::Tensor& y) {
            tapped.roles.push_back(role);
            tapped.x.push_back(x);
            tapped.y.push_back(y);
        };
        const c10::AutoGradMode graph(true);
        const at::Tensor hidden = gathered(input, stage.layout, batch).requires_grad_();
        const at::Tensor output =
            blockForward(stage.model.architecture(), weights, stage.rotary.of(batch.length), hidden, tap);
        std::vector<at::Tensor> wanted{hidden};
        wanted.insert(wanted.end(), tapped.y.begin(), tapped.y.end());
        const auto gradients = torch::autograd::grad({output}, wanted, {gathered(gradient, stage.layout, batch)});

        const c10::NoGradGuard noGraph;
        scatter(gradients[0], stage.layout, batch, result.gradient);
        addBatch(result.matrices, orderOf(stage, block, tapped.roles), tapped, gradients, batch.mask);
        done(batch.tokens);
    }
    finish(result, stage, block);
    return result;
}

}  // namespace dq::torch_worker
