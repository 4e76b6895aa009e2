#include "core/allocate/finish.hpp"

#include <algorithm>
#include <limits>

namespace dq::allocate {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// What the classes after some point could still bring, sizes counted coarsely.
struct Later {
    double least = infinite;  // of their reduced costs, at least one of them deviating
    double gain = 0;          // the most loss they save per byte spent
    double price = infinite;  // the least loss they cost per byte saved
};

/// The deviations of one class.
struct Group {
    std::size_t from = 0, to = 0;  // in Core::deviations
    double reduced = infinite;     // the least, sizes counted coarsely
    Later later = {};
};

struct State {
    Bytes coarse = 0, bytes = 0;
    double loss = 0;
    std::uint32_t trail = none;
};

struct Trail {
    std::uint32_t before = none, deviation = 0;
};

Later withGroup(Later later, const Group& group, const Core& core) {
    // Rounding can make a reduced cost negative by a hair: of those all may be taken.
    later.least =
        group.reduced < 0 ? group.reduced + std::min(later.least, 0.0) : std::min(later.least, group.reduced);
    for (std::size_t i = group.from; i < group.to; ++i) {
        const Deviation& one = core.deviations[i];
        if (one.coarse == 0 && one.loss < 0) later.gain = infinite;
        if (one.coarse == 0) continue;
        const double rate = -one.loss / static_cast<double>(one.coarse);
        if (one.coarse > 0)
            later.gain = std::max(later.gain, rate);
        else
            later.price = std::min(later.price, rate);
    }
    return later;
}

std::vector<Group> groupsOf(const Core& core) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < core.deviations.size(); ++i) {
        const Deviation& one = core.deviations[i];
        if (groups.empty() || core.deviations[groups.back().from].owner != one.owner)
            groups.push_back({.from = i});
        groups.back().to = i + 1;
        groups.back().reduced =
            std::min(groups.back().reduced, one.loss + core.price * static_cast<double>(one.coarse));
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.reduced < b.reduced; });
    for (std::size_t g = groups.size(); g-- > 1;)
        groups[g - 1].later = withGroup(groups[g].later, groups[g], core);
    return groups;
}

class Search {
public:
    Search(const Core& core, const Effort& effort)
        : core_(core), effort_(effort), best_(core.best), relaxed_(core.best) {}

    Finish run() {
        states_.push_back({});
        for (const Group& group : groupsOf(core_)) {
            add(group);
            if (states_.empty()) break;
            if (work_ < effort_.states) continue;
            lost_ = std::min(lost_, lowestHope_);
            break;
        }
        const double relaxation = -core_.price * static_cast<double>(core_.rest);
        const double bound = std::max({relaxation, core_.floor, std::min({lost_, relaxed_, best_})});
        return {taken(), best_, std::min(bound, best_)};
    }

private:
    /// Below what no completion of a state by later groups can come. At least one of them must still deviate:
    /// the state as it is has been looked at.
    double hopeOf(const State& state, const Later& later) const {
        const auto rest = static_cast<double>(core_.coarseRest - state.coarse);
        const double atPrice = state.loss - core_.price * rest + later.least;
        if (later.gain > later.price) return atPrice;
        return std::max(atPrice, state.loss - (rest >= 0 ? later.gain : later.price) * rest);
    }

    void look(const State& state) {
        if (state.coarse <= core_.coarseRest) relaxed_ = std::min(relaxed_, state.loss);
        if (state.bytes > core_.rest || state.loss >= best_) return;
        best_ = state.loss;
        bestTrail_ = state.trail;
    }

    void add(const Group& group) {
        std::vector<State> all = states_;
        for (std::size_t i = group.from; i < group.to; ++i)
            merge(all, static_cast<std::uint32_t>(i));
        states_.clear();
        lowestHope_ = infinite;
        for (const State& state : all) {
            const double hope = hopeOf(state, group.later);
            if (hope >= best_) continue;
            lowestHope_ = std::min(lowestHope_, hope);
            states_.push_back(state);
        }
        if (states_.size() > effort_.width) narrow(group.later);
    }

    /// States with and without a deviation, dominated ones dropped: rising in size, falling in loss.
    void merge(std::vector<State>& all, std::uint32_t deviation) {
        const Deviation& by = core_.deviations[deviation];
        merged_.clear();
        const auto push = [this](const State& state) {
            if (!merged_.empty() && state.loss >= merged_.back().loss) return false;
            if (!merged_.empty() && state.coarse == merged_.back().coarse) merged_.pop_back();
            merged_.push_back(state);
            return true;
        };
        auto old = all.begin();
        for (const State& from : states_) {
            const State state{from.coarse + by.coarse, from.bytes + by.bytes, from.loss + by.loss, none};
            for (; old != all.end() && old->coarse <= state.coarse; ++old)
                push(*old);
            if (!push(state)) continue;
            merged_.back().trail = static_cast<std::uint32_t>(trails_.size());
            trails_.push_back({from.trail, deviation});
            look(merged_.back());
        }
        for (; old != all.end(); ++old)
            push(*old);
        work_ += all.size() + states_.size();
        all.swap(merged_);
    }

    /// Keeps the most hopeful, of those as hopeful as the last a sample of all sizes; the bound remembers the
    /// others.
    void narrow(const Later& later) {
        std::vector<double> hopes;
        hopes.reserve(states_.size());
        for (const State& state : states_)
            hopes.push_back(hopeOf(state, later));
        const auto at = hopes.begin() + static_cast<std::ptrdiff_t>(effort_.width);
        std::nth_element(hopes.begin(), at, hopes.end());
        const double cut = *at;
        const auto above = static_cast<std::size_t>(
            std::count_if(hopes.begin(), hopes.end(), [cut](double hope) { return hope < cut; }));
        const auto ties = static_cast<std::size_t>(std::count(hopes.begin(), hopes.end(), cut));
        const std::size_t room = effort_.width - above;
        std::size_t tie = 0;
        std::erase_if(states_, [&](const State& state) {
            const double hope = hopeOf(state, later);
            if (hope != cut) return hope > cut;
            const bool kept = (tie + 1) * room / ties > tie * room / ties;
            ++tie;
            return !kept;
        });
        lost_ = std::min(lost_, cut);
        work_ += hopes.size();
    }

    std::vector<Deviation> taken() const {
        std::vector<Deviation> all;
        for (std::uint32_t at = bestTrail_; at != none; at = trails_[at].before)
            all.push_back(core_.deviations[trails_[at].deviation]);
        return all;
    }

    const Core& core_;
    const Effort& effort_;
    std::vector<State> states_, merged_;
    std::vector<Trail> trails_;
    std::size_t work_ = 0;
    double best_;
    double relaxed_;                // the best where sizes count coarsely
    double lowestHope_ = infinite;  // of the states
    double lost_ = infinite;        // the lowest hope of what was dropped for want of effort
    std::uint32_t bestTrail_ = none;
};

}  // namespace

/// A small core has few partial solutions: those are searched to the end even where sizes and losses go
/// together.
Finish finished(const Core& core, const Effort& least) {
    constexpr std::size_t small = 256;
    const bool isSmall = core.deviations.size() <= small;
    const Effort effort{least.width * (isSmall ? 8 : 1), least.states * (isSmall ? 4 : 1)};
    Finish coarse = Search(core, effort).run();
    if (coarse.bound == coarse.loss) return coarse;
    // What fits when counted coarsely did not fit in truth: once more, byte by byte.
    Core finer = core;
    finer.best = coarse.loss;
    finer.coarseRest = core.rest;
    for (Deviation& one : finer.deviations)
        one.coarse = one.bytes;
    Finish finish = Search(finer, effort).run();
    if (finish.taken.empty()) finish.taken = std::move(coarse.taken);
    finish.bound = std::max(finish.bound, coarse.bound);
    return finish;
}

}  // namespace dq::allocate
