#include "core/torch/peers.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <vector>

#include "core/torch/labels.hpp"
#include "core/torch/weights.hpp"

namespace dq::torch_worker {

namespace {

constexpr std::uint64_t probeSeed = 0x70726f6265;

float signAt(std::int64_t probe, std::size_t sequence, std::int64_t position) {
    return uniformAt(probeSeed + static_cast<std::uint64_t>(probe), sequence, static_cast<std::uint64_t>(position)) < 0.5 ? -1.0f : 1.0f;
}

/// [probes, positions of the batch].
at::Tensor signsOf(std::int64_t probes, const Batch& batch) {
    at::Tensor signs = at::empty({probes, static_cast<std::int64_t>(batch.sequences.size()) * batch.length});
    float* to = signs.data_ptr<float>();
    for (std::int64_t k = 0; k < probes; ++k)
        for (const std::size_t sequence : batch.sequences)
            for (std::int64_t i = 0; i < batch.length; ++i) *to++ = signAt(k, sequence, i);
    return signs;
}

/// Makes room at the first tokens.
void open(PeerTensors& sums, std::int64_t rows, std::int64_t cols, std::int64_t probes) {
    if (sums.gradient.defined()) return;
    sums.gradient = at::zeros({rows, cols});
    if (probes > 0) sums.probes = at::zeros({probes, rows, cols});
    sums.mean = at::zeros({cols}, at::TensorOptions().dtype(at::kDouble));
}

/// One sequence's tokens.
void addSequence(PeerTensors& sums, const at::Tensor& x, const at::Tensor& gradient, std::int64_t predicted) {
    const at::Tensor own = gradient.t().matmul(x);
    sums.gradient.add_(own);
    if (predicted > 0) sums.trace += own.square().sum(at::kDouble).item<double>() / std::pow(static_cast<double>(predicted), 2);
}

void addProbes(PeerTensors& sums, const at::Tensor& x, const at::Tensor& gradient, const at::Tensor& signs) {
    for (std::int64_t k = 0; k < signs.size(0); ++k) sums.probes[k].addmm_((gradient * signs[k].unsqueeze(1)).t(), x);
}

/// Every stride-th column of a gradient, from the first one on that a sampled row of the matrix is.
at::Tensor sampledColumns(const at::Tensor& gradient, std::int64_t firstRow, std::int64_t stride) {
    return stride == 1 ? gradient : gradient.slice(1, (stride - firstRow % stride) % stride, gradient.size(1), stride);
}

}  // namespace

void PeerTensors::add(const PeerTensors& more) {
    if (!more.gradient.defined()) return;
    if (!gradient.defined()) {
        *this = more;
        return;
    }
    gradient.add_(more.gradient);
    if (probes.defined() && more.probes.defined())
        probes.add_(more.probes);
    else
        probes = at::Tensor();
    mean.add_(more.mean);
    trace += more.trace;
}

measure::PeerSlab PeerTensors::slab() const {
    measure::PeerSlab slab;
    slab.sequenceTrace = trace;
    if (gradient.defined()) slab.gradient = elements(gradient);
    if (probes.defined()) slab.probes = elements(probes);
    if (mean.defined()) slab.inputMean = elements(mean);
    return slab;
}

Bytes peerBytes(std::int64_t rows, std::int64_t cols) {
    const std::int64_t sampled = measure::sampledCount(0, rows, measure::sampledStride(rows));
    return (1 + measure::probesFor(rows)) * sampled * cols * static_cast<Bytes>(sizeof(float));
}

void addPeers(PeerTensors& sums, const Met& met, const Layout& layout, const Batch& batch) {
    const std::int64_t rows = met.gradient.size(1), stride = measure::sampledStride(rows), probes = measure::probesFor(rows);
    const at::Tensor gradient = sampledColumns(met.gradient, 0, stride);
    open(sums, gradient.size(1), met.x.size(1), probes);
    for (std::size_t s = 0; s < batch.sequences.size(); ++s) {
        const auto at = static_cast<std::int64_t>(s);
        const std::int64_t predicted = layout.length[batch.sequences[s]] - 1;
        if (!met.places.defined()) {
            addSequence(sums, met.x.narrow(0, at * batch.length, batch.length), gradient.narrow(0, at * batch.length, batch.length), predicted);
            continue;
        }
        const at::Tensor mine = met.places.ge(at * batch.length).logical_and(met.places.lt((at + 1) * batch.length)).nonzero().squeeze(1);
        addSequence(sums, met.x.index_select(0, mine), gradient.index_select(0, mine), predicted);
    }
    const at::Tensor signs = signsOf(probes, batch);
    addProbes(sums, met.x, gradient, met.places.defined() ? signs.index_select(1, met.places) : signs);
    sums.mean.add_(met.real.matmul(met.x).to(at::kDouble));
}

PeerTensors headPeers(const HeadWeights& head, const HeadState& state, const Layout& layout, std::int64_t first, const at::Tensor& weight) {
    const std::int64_t stride = measure::sampledStride(head.vocabulary), probes = measure::probesFor(head.vocabulary);
    const std::int64_t rows = measure::sampledCount(first, weight.size(0), stride);
    PeerTensors sums;
    open(sums, rows, head.hidden, probes);
    std::int64_t from = 0;
    for (std::size_t s = 0; s < layout.length.size(); ++s) {
        const std::int64_t count = layout.length[s] - 1;
        if (count == 0) continue;
        const at::Tensor x = state.input.narrow(0, from, count);
        const at::Tensor gradient = sampledColumns(logitGradients(head, state, first, weight, from, count), first, stride);
        addSequence(sums, x, gradient, count);
        Batch alone;
        alone.sequences = {s};
        alone.length = count;
        addProbes(sums, x, gradient, signsOf(probes, alone));
        sums.mean.add_(x.sum(0, false, at::kDouble));
        from += count;
    }
    return sums;
}

PeerTensors embeddingPeers(const Layout& layout, const at::Tensor& gradient, std::int64_t first, std::int64_t rows, std::int64_t stride) {
    PeerTensors sums;
    open(sums, measure::sampledCount(first, rows, stride), gradient.size(1), 0);
    const std::int64_t lowest = (first + stride - 1) / stride;
    const std::int64_t* const tokens = layout.tokens.data_ptr<std::int64_t>();
    for (std::size_t s = 0; s < layout.length.size(); ++s) {
        std::map<std::int64_t, at::Tensor> own;  // by sampled row
        for (std::int64_t t = layout.start[s]; t < layout.start[s] + layout.length[s]; ++t) {
            if (tokens[t] < first || tokens[t] >= first + rows || tokens[t] % stride != 0) continue;
            const auto [place, isNew] = own.try_emplace(tokens[t] / stride - lowest);
            place->second = isNew ? gradient[t].clone() : place->second.add_(gradient[t]);
        }
        const auto predicted = static_cast<double>(layout.length[s] - 1);
        for (const auto& [row, one] : own) {
            sums.gradient[row].add_(one);
            if (predicted > 0) sums.trace += one.square().sum(at::kDouble).item<double>() / (predicted * predicted);
        }
    }
    return sums;
}

void finish(PeerTensors& sums, const Layout& layout, std::int64_t positions) {
    const auto predicted = static_cast<double>(layout.predicted);
    sums.trace /= static_cast<double>(layout.length.size());
    if (!sums.gradient.defined()) return;
    sums.gradient.div_(predicted);
    if (sums.probes.defined()) sums.probes.div_(std::sqrt(predicted));
    sums.mean = sums.mean.div_(static_cast<double>(positions)).to(at::kFloat);
}

PeerTensors peersOfUnreached(const at::Tensor& fisher, const Layout& layout) {
    PeerTensors sums;
    sums.trace = fisher.sum(at::kDouble).item<double>() * static_cast<double>(layout.length.size()) / static_cast<double>(layout.predicted);
    return sums;
}

}  // namespace dq::torch_worker
