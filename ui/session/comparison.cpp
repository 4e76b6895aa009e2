#include "ui/session/comparison.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/allocate/compare/peers.hpp"
#include "core/allocate/theory.hpp"
#include "core/quality/peer_losses.hpp"

namespace dq::ui {

namespace {

constexpr int budgets = 32;  // a curve: enough to see it bend

using Stop = std::atomic<bool>;

Bytes budgetAt(const allocate::Front& front, int step) {
    const Bytes first = front.vertices().front().bytes, last = front.vertices().back().bytes;
    return step == budgets - 1 ? last : first + (last - first) / (budgets - 1) * step;
}

Curve curveOf(const allocate::Front& front, const allocate::compare::Peer& peer, const Stop& stop) {
    const allocate::Problem& problem = front.problem();
    Curve curve{std::string(peer.name), std::string(peer.source), {}};
    for (int i = 0; i < budgets && !stop; ++i) {
        const allocate::compare::Picks picks = peer.choose(problem, budgetAt(front, i));
        curve.points.push_back(
            {allocate::compare::bytesOf(problem, picks), allocate::compare::lossOf(problem, picks)});
    }
    // A rule may take fewer bytes where the budget grows: drawn by size all the same.
    std::sort(curve.points.begin(), curve.points.end(), [](const auto& a, const auto& b) {
        return std::tie(a.bytes, a.loss) < std::tie(b.bytes, b.loss);
    });
    return curve;
}

Curve floorOf(const allocate::Front& front, const Stop& stop) {
    const allocate::Problem& problem = front.problem();
    const auto sources = allocate::sourcesOf(problem);
    Curve curve{std::string(Comparison::floorName), "reverse water-filling", {}};
    for (int i = 0; i < budgets && !stop; ++i) {
        const Bytes budget = budgetAt(front, i);
        curve.points.push_back({budget, allocate::waterFilling(sources, problem.bitsPerWeight(budget)).loss});
    }
    return curve;
}

/// The other metric's front, each of its choices judged by the losses of this one.
Curve metricOf(const Explored& explored, quality::Metric metric, const Stop& stop) {
    const measure::Measurements& table = *explored.table;
    const auto other = allocate::Front::of(std::make_shared<allocate::Problem>(
        allocate::problemOf(table, quality::lossTable(table, metric), format::palette(explored.question.palette),
                            explored.question.grouping)));
    Curve curve{std::string(Comparison::metricMark) + std::string(quality::metricName(metric)),
                std::string(quality::metricSentence(metric)), {}};
    for (int i = 0; i < budgets && !stop; ++i) {
        const allocate::Choice choice = other->at(budgetAt(*other, i));
        const std::vector<MatrixState> states = statesOf(explored, choice);
        const double loss = std::accumulate(states.begin(), states.end(), 0.0,
                                            [](double sum, const MatrixState& state) { return sum + state.loss; });
        curve.points.push_back({choice.bytes, loss});
    }
    return curve;
}

}  // namespace

Comparison::Comparison(QObject* parent) : QObject(parent), lane_(this) {}

Comparison::~Comparison() {
    *stop_ = true;
}

void Comparison::follow(std::shared_ptr<const Explored> explored) {
    auto front = explored ? explored->unrestricted : nullptr;
    explored_ = explored;
    if (front == front_) return;  // constraints are ours alone
    front_ = std::move(front);
    restart();
}

void Comparison::showPeers(bool on) {
    if (std::exchange(peersShown_, on) != on) restart();
}

void Comparison::showFloor(bool on) {
    if (std::exchange(floorShown_, on) != on) restart();
}

void Comparison::showMetrics(bool on) {
    if (std::exchange(metricsShown_, on) != on) restart();
}

void Comparison::restart() {
    *stop_ = true;
    stop_ = std::make_shared<Stop>(false);
    peers_.clear();
    metrics_.clear();
    floor_ = {};
    if (front_ && floorShown_)
        compute([front = front_](const Stop& stop) { return floorOf(*front, stop); },
                [this](Curve curve) { floor_ = std::move(curve); });
    if (front_ && metricsShown_)
        for (const quality::Metric metric : quality::metrics())
            if (metric != explored_->question.metric && quality::isKnown(*explored_->table, metric))
                compute([explored = explored_, metric](const Stop& stop) { return metricOf(*explored, metric, stop); },
                        [this](Curve curve) { metrics_.push_back(std::move(curve)); });
    if (front_ && peersShown_)
        for (const allocate::compare::Peer& peer : allocate::compare::peers())
            compute([front = front_, &peer](const Stop& stop) { return curveOf(*front, peer, stop); },
                    [this](Curve curve) { peers_.push_back(std::move(curve)); });
    emit changed();
}

void Comparison::compute(std::function<Curve(const Stop&)> work, std::function<void(Curve)> then) {
    ++pending_;
    lane_.run<Curve>([work = std::move(work), stop = stop_] { return work(*stop); },
                     [this, stop = stop_, then = std::move(then)](Outcome<Curve> outcome) {
                         --pending_;
                         auto* curve = std::get_if<Curve>(&outcome);
                         if (*stop || !curve) return;  // a rule that fails here is one thin line fewer
                         then(std::move(*curve));
                         emit changed();
                     });
}

}  // namespace dq::ui
