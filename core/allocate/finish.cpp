#include "core/allocate/finish.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace dq::allocate {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// The deviations of one class, and what the classes after it could still bring.
struct Group {
    std::size_t from = 0, to = 0;  // in Core::deviations
    double reduced = 0;            // the least
    double laterReduced = infinite;  // of all groups after this one
    double laterGain = 0;            // the most loss they save per byte spent
    double laterPrice = infinite;    // the least loss they cost per byte saved
};

struct State {
    Bytes bytes = 0;
    double loss = 0;
    std::uint32_t trail = none;
};

struct Trail {
    std::uint32_t before = none, deviation = 0;
};

/// Every reachable size is the base's plus a multiple of the deviations' greatest common divisor: what is left
/// of the budget is rounded down to one. That raises the bound, which drops deviations, which ...
void tighten(Core& core) {
    for (;;) {
        const double slack = core.best + core.price * static_cast<double>(core.rest);
        std::erase_if(core.deviations, [slack](const Deviation& one) { return one.reduced >= slack; });
        Bytes unit = 0;
        for (const Deviation& one : core.deviations)
            unit = std::gcd(unit, one.bytes);
        const Bytes rest = unit == 0 ? core.rest : core.rest / unit * unit;
        if (rest == core.rest) return;
        core.rest = rest;
    }
}

std::vector<Group> groupsOf(const Core& core) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < core.deviations.size(); ++i) {
        const Deviation& one = core.deviations[i];
        if (groups.empty() || core.deviations[groups.back().from].owner != one.owner)
            groups.push_back({.from = i, .to = i, .reduced = infinite});
        groups.back().to = i + 1;
        groups.back().reduced = std::min(groups.back().reduced, one.reduced);
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.reduced < b.reduced; });
    for (std::size_t g = groups.size(); g-- > 1;) {
        Group& earlier = groups[g - 1];
        earlier.laterReduced = groups[g].reduced;
        earlier.laterGain = groups[g].laterGain;
        earlier.laterPrice = groups[g].laterPrice;
        for (std::size_t i = groups[g].from; i < groups[g].to; ++i) {
            const Deviation& one = core.deviations[i];
            const double rate = -one.loss / static_cast<double>(one.bytes);
            if (one.bytes > 0)
                earlier.laterGain = std::max(earlier.laterGain, rate);
            else
                earlier.laterPrice = std::min(earlier.laterPrice, rate);
        }
    }
    return groups;
}

class Search {
public:
    Search(const Core& core, const Effort& effort) : core_(core), effort_(effort), best_(core.best) {}

    Finish run() {
        const std::vector<Group> groups = groupsOf(core_);
        // The linear relaxation: what the best price makes of the rest of the budget.
        double proven = -core_.price * static_cast<double>(core_.rest);
        states_.push_back({});
        for (const Group& group : groups) {
            add(group);
            if (states_.empty() || trails_.size() >= effort_.states) break;
        }
        if (!states_.empty() && trails_.size() >= effort_.states) lost_ = std::min(lost_, hope_);
        proven = std::max(proven, std::min(lost_, best_));
        return {taken(), best_, std::min(proven, best_)};
    }

private:
    /// Below what no completion of a state by the later groups can come. Every one of them must still deviate:
    /// the state as it is has been looked at.
    double hopeOf(const State& state, const Group& group) const {
        const auto rest = static_cast<double>(core_.rest - state.bytes);
        const double atPrice = state.loss - core_.price * rest + group.laterReduced;
        const double atRates =
            rest >= 0 ? state.loss - group.laterGain * rest : state.loss - group.laterPrice * rest;
        return std::max(atPrice, atRates);
    }

    void look(const State& state) {
        if (state.bytes > core_.rest || state.loss >= best_) return;
        best_ = state.loss;
        bestTrail_ = state.trail;
    }

    void add(const Group& group) {
        std::vector<State> all = states_;
        for (std::size_t i = group.from; i < group.to; ++i)
            if (core_.deviations[i].reduced < best_ + core_.price * static_cast<double>(core_.rest))
                merge(all, static_cast<std::uint32_t>(i));
        states_.clear();
        hope_ = infinite;
        for (const State& state : all) {
            const double hope = hopeOf(state, group);
            if (hope >= best_) continue;
            hope_ = std::min(hope_, hope);
            states_.push_back(state);
        }
        if (states_.size() > effort_.width) narrow(group);
    }

    /// States with and without a deviation, dominated ones dropped: rising in bytes, falling in loss.
    void merge(std::vector<State>& all, std::uint32_t deviation) {
        const Deviation& by = core_.deviations[deviation];
        merged_.clear();
        const auto push = [this](const State& state) {
            if (!merged_.empty() && state.loss >= merged_.back().loss) return false;
            if (!merged_.empty() && state.bytes == merged_.back().bytes) merged_.pop_back();
            merged_.push_back(state);
            return true;
        };
        auto old = all.begin();
        for (const State& from : states_) {
            const State state{from.bytes + by.bytes, from.loss + by.loss, none};
            const double slid = state.loss - core_.price * static_cast<double>(core_.rest - state.bytes);
            if (slid >= best_) continue;
            for (; old != all.end() && old->bytes <= state.bytes; ++old)
                push(*old);
            if (!push(state)) continue;
            merged_.back().trail = static_cast<std::uint32_t>(trails_.size());
            trails_.push_back({from.trail, deviation});
            look(merged_.back());
        }
        for (; old != all.end(); ++old)
            push(*old);
        all.swap(merged_);
    }

    /// Keeps the most hopeful; the bound remembers the others.
    void narrow(const Group& group) {
        std::vector<double> hopes;
        hopes.reserve(states_.size());
        for (const State& state : states_)
            hopes.push_back(hopeOf(state, group));
        const auto cut = hopes.begin() + static_cast<std::ptrdiff_t>(effort_.width);
        std::nth_element(hopes.begin(), cut, hopes.end());
        lost_ = std::min(lost_, *cut);
        std::erase_if(states_, [&](const State& state) { return hopeOf(state, group) >= *cut; });
    }

    std::vector<Deviation> taken() const {
        std::vector<Deviation> all;
        for (std::uint32_t at = bestTrail_; at != none; at = trails_[at].before)
            all.push_back(core_.deviations[trails_[at].deviation]);
        return all;
    }

    const Core& core_;
    const Effort& effort_;
    std::vector<State> states_, merged_;  // rising in bytes, falling in loss
    std::vector<Trail> trails_;
    double best_;
    double hope_ = infinite;  // of the states
    double lost_ = infinite;  // of what was dropped for want of effort
    std::uint32_t bestTrail_ = none;
};

}  // namespace

Finish finished(Core core, const Effort& effort) {
    tighten(core);
    return Search(core, effort).run();
}

}  // namespace dq::allocate
