#include "core/torch/fisher_run.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.hpp"

namespace dq::torch_worker {

namespace {

constexpr std::int64_t EmbeddingPart = std::int64_t{1} << 22;  // weights of an own embedding that are scored together

/// Rows of h [vocabulary, hidden] that the embedding's own product gives: gx^2 summed over the positions of
/// each token. By hand, in the order of the positions: the same sum on every machine.
void addEmbeddingRows(at::Tensor& fisher, std::int64_t firstRow, const Layout& layout,
                      const at::Tensor& gradient) {
    const std::int64_t rows = fisher.size(0), hidden = fisher.size(1);
    const std::int64_t* const tokens = layout.tokens.data_ptr<std::int64_t>();
    const float* const from = gradient.data_ptr<float>();
    float* const to = fisher.data_ptr<float>();
    for (std::int64_t t = 0; t < layout.positions; ++t) {
        const std::int64_t row = tokens[t] - firstRow;
        if (row < 0 || row >= rows) continue;
        for (std::int64_t j = 0; j < hidden; ++j)
            to[row * hidden + j] += from[t * hidden + j] * from[t * hidden + j];
    }
}

std::vector<std::size_t> headMatrices(const model::Model& model, const MatrixPlaces& places) {
    if (model.architecture().tiedHead) return {};
    return {places.head};
}

}  // namespace

std::vector<measure::FisherUnit> fisherUnits(const model::Model& model) {
    const MatrixPlaces places = placesOf(model);
    std::vector<measure::FisherUnit> units{{"head", headMatrices(model, places)}};
    for (std::int64_t block = model.architecture().blocks - 1; block >= 0; --block)
        units.push_back({blockName(block), places.blocks[static_cast<std::size_t>(block)]});
    units.push_back({"embedding", {places.embedding}});
    return units;
}

FisherRun::FisherRun(const model::Model& model, const text::Samples& samples,
                     const measure::FisherOptions& options, const OnSlab& onSlab, const OnUnit& onUnit,
                     const Progress& progress)
    : stage_(model, samples),
      options_(options),
      onSlab_(onSlab),
      onUnit_(onUnit),
      progress_(progress),
      boundaries_(stage_.layout.positions, model.architecture().hidden, model.architecture().blocks + 1,
                  {.exact = stage_.memory.boundaries}),
      backward_(progress, "backward", stage_.layout.positions * (model.architecture().blocks + 2)) {}

void FisherRun::run(const measure::Resume& resume) {
    const std::vector<measure::FisherUnit> units = fisherUnits(stage_.model);
    const auto open = [&](const measure::FisherUnit& unit) { return !resume.finished(unit.name); };
    const auto first = std::find_if(units.begin(), units.end(), open) - units.begin();
    if (first == static_cast<std::ptrdiff_t>(units.size())) return;

    const bool headNeeded = first == 0 || tied();
    forward(headNeeded ? blocks() : std::max<std::int64_t>(0, blocks() - first));
    if (headNeeded) readHead();
    if (first > 0) takeUp(resume);
    backward_.skip(first * stage_.layout.positions);
    for (std::int64_t i = first; i < static_cast<std::int64_t>(units.size()); ++i) {
        const measure::FisherUnit& unit = units[static_cast<std::size_t>(i)];
        backward_.enter(unit.name);
        if (i == 0) {
            head(unit);
        } else if (i <= blocks()) {
            block(unit, blocks() - i);
        } else {
            embedding(unit);
        }
        close(unit);
    }
}

void FisherRun::forward(std::int64_t upTo) {
    Tally tally(progress_, "forward", stage_.layout.positions * upTo);
    boundaries_.push(embeddedFrom(stage_, stage_.model.matrices()[stage_.places.embedding]));
    for (std::int64_t i = 0; i < upTo; ++i) {
        tally.enter(blockName(i));
        const BlockWeights weights = blockWeightsWithin(stage_.model, stage_.places, i, stage_.memory.floats);
        if (i + 1 < blocks()) readAhead(stage_.model, stage_.places, i + 1);
        boundaries_.push(forwardBlock(stage_, i, weights, boundaries_.back(), progress_, &tally));
    }
}

void FisherRun::readHead() {
    const model::WeightMatrix& matrix = stage_.model.matrices()[stage_.places.head];
    headWeights_.emplace(headWeights(stage_.model, matrix));
    headState_ = headForward(*headWeights_, boundaries_.back(), stage_.layout, options_, progress_);
    loss_ = headState_->loss;
}

void FisherRun::takeUp(const measure::Resume& resume) {
    const std::vector<float> kept = resume.boundary();
    const std::int64_t hidden = stage_.model.architecture().hidden, wanted = stage_.layout.positions * hidden;
    if (static_cast<std::int64_t>(kept.size()) != wanted)
        throw Error(Kind::Corrupt, "the measurement to resume: its boundary gradient has " +
                                       std::to_string(kept.size()) + " numbers, this text and model need " +
                                       std::to_string(wanted));
    gradient_ = at::empty({stage_.layout.positions, hidden});
    std::copy(kept.begin(), kept.end(), elements(gradient_).begin());
    const std::optional<double> loss = resume.loss();
    if (!loss) throw Error(Kind::Corrupt, "the measurement to resume: the loss of its head is missing");
    loss_ = *loss;
}

void FisherRun::head(const measure::FisherUnit& unit) {
    if (!tied()) {
        const at::Tensor moment = headInputMoment(*headState_);
        headFisher(*headWeights_, *headState_, progress_, [&](std::int64_t row, at::Tensor& fisher) {
            fisher.div_(static_cast<double>(stage_.layout.predicted));
            const at::Tensor weight = headWeights_->rows(row, fisher.size(0));
            emit(unit.matrices.front(), row, weight, fisher, moment, stage_.layout.predicted, headPeers(row, weight));
        });
    }
    gradient_ = headBackward(*headWeights_, *headState_, boundaries_.back(), stage_.layout, progress_);
    if (!tied()) {
        headWeights_.reset();
        headState_.reset();
    }
    backward_.add(stage_.layout.positions);
}

void FisherRun::block(const measure::FisherUnit& unit, std::int64_t index) {
    boundaries_.shrink(static_cast<std::size_t>(index) + 1);  // what stood above is not needed any more
    const BlockWeights weights = blockWeightsWithin(stage_.model, stage_.places, index, stage_.memory.floats);
    if (index > 0) readAhead(stage_.model, stage_.places, index - 1);
    const at::Tensor input = boundaries_.back();
    at::Tensor below;
    Reached reached;
    std::vector<std::size_t> unreached;
    for (const PartOfBlock& part : partsOf(stage_, index, options_)) {
        BlockFisher result = backwardBlock(stage_, part, weights, input, gradient_, progress_, part.first == 0 ? &backward_ : nullptr);
        if (part.first == 0) below = std::move(result.gradient);
        for (std::size_t i = 0; i < result.matrices.size(); ++i) {
            const std::size_t matrix = unit.matrices[part.first + i];
            const MatrixSums& sums = result.matrices[i];
            if (sums.tokens == 0) {
                unreached.push_back(matrix);
                continue;
            }
            reached.add(stage_.model.matrices()[matrix].role, sums);
            emit(matrix, weights, sums, result.matrices[sums.input].hessian,
                 stage_.model.matrices()[unit.matrices[part.first + sums.input]].name);
        }
    }
    for (const std::size_t matrix : unreached) {
        MatrixSums sums = reached.estimate(stage_.model.matrices()[matrix]);
        if (options_.peers) sums.peers = peersOfUnreached(sums.fisher, stage_.layout);
        emit(matrix, weights, sums, {}, stage_.model.matrices()[matrix].name);
    }
    gradient_ = std::move(below);
}

void FisherRun::emit(std::size_t matrix, const BlockWeights& weights, const MatrixSums& sums, const at::Tensor& hessian,
                     const std::string& input) {
    const at::Tensor weight = weights.matrix(partOf(stage_.model.matrices()[matrix]));
    const measure::PeerSlab peers = sums.peers.slab();
    onSlab_({.matrix = matrix,
             .firstRow = 0,
             .rows = sums.fisher.size(0),
             .weights = elements(weight),
             .fisher = elements(sums.fisher),
             .inputMoment = elements(sums.inputMoment),
             .tokens = sums.tokens,
             .hessian = hessian.defined() ? elements(hessian) : std::span<const float>(),
             .peers = options_.peers ? &peers : nullptr,
             .input = input});
}

void FisherRun::embedding(const measure::FisherUnit& unit) {
    const std::size_t place = unit.matrices.front();
    const model::Architecture& a = stage_.model.architecture();
    const double predicted = static_cast<double>(stage_.layout.predicted);
    // one-hot inputs, scaled where the architecture scales what it reads
    const at::Tensor one = at::full({a.hidden}, a.embeddingScale * a.embeddingScale);
    if (a.embeddingScale != 1) gradient_ = gradient_ * a.embeddingScale;
    if (tied()) {
        const at::Tensor moment = headInputMoment(*headState_) + one;
        headFisher(*headWeights_, *headState_, progress_, [&](std::int64_t row, at::Tensor& fisher) {
            addEmbeddingRows(fisher, row, stage_.layout, gradient_);
            fisher.div_(predicted);
            const at::Tensor weight = headWeights_->rows(row, fisher.size(0));
            PeerTensors peers = embeddingPeers(stage_.model.matrices()[place], row, fisher.size(0));
            peers.add(headPeers(row, weight));
            emit(place, row, weight, fisher, moment, stage_.layout.positions, std::move(peers));
        });
    } else {
        const model::WeightMatrix& matrix = stage_.model.matrices()[place];
        const std::int64_t part = std::clamp<std::int64_t>(EmbeddingPart / matrix.cols, 1, matrix.rows);
        for (std::int64_t row = 0; row < matrix.rows; row += part) {
            at::Tensor weight = at::empty({std::min(part, matrix.rows - row), matrix.cols});
            readRows(stage_.model.tensor(matrix), row, weight.size(0), elements(weight));
            at::Tensor fisher = at::zeros_like(weight);
            addEmbeddingRows(fisher, row, stage_.layout, gradient_);
            fisher.div_(predicted);
            emit(place, row, weight, fisher, one, stage_.layout.positions, embeddingPeers(matrix, row, weight.size(0)));
        }
    }
    backward_.add(stage_.layout.positions);
}

PeerTensors FisherRun::headPeers(std::int64_t firstRow, const at::Tensor& weight) const {
    if (!options_.peers) return {};
    return torch_worker::headPeers(*headWeights_, *headState_, stage_.layout, firstRow, weight);
}

PeerTensors FisherRun::embeddingPeers(const model::WeightMatrix& matrix, std::int64_t firstRow, std::int64_t rows) const {
    if (!options_.peers) return {};
    return torch_worker::embeddingPeers(stage_.layout, gradient_, firstRow, rows, measure::sampledStride(matrix.rows));
}

void FisherRun::emit(std::size_t matrix, std::int64_t firstRow, const at::Tensor& weights,
                     const at::Tensor& fisher, const at::Tensor& inputMoment, std::int64_t tokens, PeerTensors gathered) {
    finish(gathered, stage_.layout, stage_.layout.predicted);
    const measure::PeerSlab peers = gathered.slab();
    if (!at::isfinite(fisher).all().item<bool>())
        throw Error(Kind::Corrupt,
                    stage_.model.matrices()[matrix].name + ": its Fisher information is not finite");
    onSlab_({.matrix = matrix,
             .firstRow = firstRow,
             .rows = fisher.size(0),
             .weights = elements(weights),
             .fisher = elements(fisher),
             .inputMoment = elements(inputMoment),
             .tokens = tokens,
             .peers = options_.peers ? &peers : nullptr});
}

void FisherRun::close(const measure::FisherUnit& unit) {
    if (!at::isfinite(gradient_).all().item<bool>())
        throw Error(Kind::Corrupt, unit.name + ": the gradient at its input is not finite");
    onUnit_(unit, elements(std::as_const(gradient_)), loss_);
}

}  // namespace dq::torch_worker
