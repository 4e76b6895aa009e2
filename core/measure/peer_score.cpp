#include "core/measure/peer_score.hpp"

#include <algorithm>

namespace dq::measure {

namespace {

constexpr std::int64_t weightsAtATime = std::int64_t{1} << 22;  // that are rounded together

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

/// Row `place` of [.., cols].
std::span<const float> rowOf(std::span<const float> all, std::int64_t place, std::int64_t cols) {
    return all.subspan(size(place * cols), size(cols));
}

/// From the given sampled row of a slab on: some of them, copied together.
PeerRows rowsFrom(const FisherSlab& slab, std::int64_t cols, std::int64_t stride, std::int64_t from, std::int64_t count) {
    const std::int64_t first = (slab.firstRow + stride - 1) / stride * stride - slab.firstRow;
    PeerRows rows;
    rows.cols = cols;
    rows.moment = slab.inputMoment;
    for (std::int64_t i = from; i < from + count; ++i) {
        const std::int64_t place = first + i * stride;
        rows.places.push_back(slab.firstRow + place);
        const auto weights = rowOf(slab.weights, place, cols), fisher = rowOf(slab.fisher, place, cols);
        rows.weights.insert(rows.weights.end(), weights.begin(), weights.end());
        rows.fisher.insert(rows.fisher.end(), fisher.begin(), fisher.end());
    }
    return rows;
}

void addPeers(PeerRows& rows, const PeerSlab& peers, std::int64_t from, std::int64_t sampled) {
    const std::int64_t cols = rows.cols, count = std::ssize(rows.places);
    rows.mean = peers.inputMean;
    if (!peers.gradient.empty()) rows.gradient = peers.gradient.subspan(size(from * cols), size(count * cols));
    if (peers.probes.empty()) return;
    rows.probeDistance = size(sampled * cols);
    rows.probeCount = peers.probes.size() / rows.probeDistance;
    rows.probes = peers.probes.subspan(size(from * cols));
}

}  // namespace

std::shared_ptr<const std::vector<double>> pivotsOf(std::span<const float> hessian, std::int64_t cols) {
    if (std::ranges::all_of(hessian, [](float one) { return one == 0; })) return nullptr;
    kernels::Feedback factored = kernels::feedbackOf(hessian, cols, {.byMoment = false});
    return std::make_shared<const std::vector<double>>(std::move(factored.weights));
}

std::shared_ptr<const std::vector<double>> Pivots::of(const std::string& input, std::span<const float> hessian, std::int64_t cols) {
    if (input.empty()) return nullptr;
    if (input != input_) last_ = pivotsOf(hessian, cols);
    input_ = input;
    return last_;
}

PeerScore::PeerScore(std::int64_t rows, std::int64_t cols, std::size_t formats)
    : rows_(rows), cols_(cols), stride_(sampledStride(rows)), sums_(formats), quotients_(formats) {}

void PeerScore::add(const FisherSlab& slab, std::span<const PeerFormat> formats, const KnownInput& known) {
    const std::int64_t sampled = sampledCount(slab.firstRow, slab.rows, stride_);
    const std::int64_t most = std::max<std::int64_t>(1, weightsAtATime / cols_);
    for (std::int64_t from = 0; from < sampled; from += most) {
        PeerRows rows = rowsFrom(slab, cols_, stride_, from, std::min(most, sampled - from));
        if (slab.peers) addPeers(rows, *slab.peers, from, sampled);
        if (known.pivots) rows.pivots = *known.pivots;
        rows.feedback = known.feedback;
        for (std::size_t f = 0; f < formats.size(); ++f)
            sums_[f].add(peerSums(rows, formats[f], quotients_[f]));
    }
    seen_ += sampled;
    if (slab.peers) trace_ += slab.peers->sequenceTrace;
}

std::vector<PeerSums> PeerScore::sums() const {
    std::vector<PeerSums> all = sums_;
    for (std::size_t f = 0; f < all.size(); ++f) {
        for (double PeerSums::*sum : {&PeerSums::cosine, &PeerSums::output, &PeerSums::firstOrder, &PeerSums::pivots}) all[f].*sum *= share();
        all[f].outputError = static_cast<double>(rows_) * trimmedMean(quotients_[f]);
    }
    return all;
}

}  // namespace dq::measure
