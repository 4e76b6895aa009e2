// llama.cpp --target-bpw (methods.md 3): per matrix the least of error + price * bits / boost, 40 halvings of
// the price, then upgrades with what is left, best ratio first.
#include <cmath>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

namespace {

struct Instance {
    const Problem& problem;
    std::vector<std::vector<std::size_t>> hulls;
    std::vector<double> boost;
};

double boostOf(const Class& one, double bits) {
    if (one.role == "down") return bits >= 2.2 ? 6 : 1 + std::exp2(3 - bits);
    if (bits < 2.2) return 1;
    if (one.role == "head") return 3;
    if (one.role == "v") return 1.25;
    return 1;
}

Picks atPrice(const Instance& instance, double price) {
    Picks picks(instance.hulls.size());
    for (std::size_t c = 0; c < picks.size(); ++c) {
        double least = INFINITY;
        for (const std::size_t i : instance.hulls[c]) {
            const Option& option = instance.problem.classes[c].options[i];
            const double cost =
                option.loss + price / instance.boost[c] * 8 * static_cast<double>(option.bytes);
            if (cost >= least) continue;
            least = cost;
            picks[c] = i;
        }
    }
    return picks;
}

/// Upgrades one class at a time to a larger option of its hull, the most boosted loss per byte first.
void upgrade(const Instance& instance, Bytes budget, Picks& picks) {
    Bytes rest = budget - bytesOf(instance.problem, picks);
    for (;;) {
        double best = 0;
        std::size_t owner = 0, to = 0;
        for (std::size_t c = 0; c < picks.size(); ++c)
            for (const std::size_t i : instance.hulls[c]) {
                const Class& one = instance.problem.classes[c];
                const Bytes extra = one.options[i].bytes - one.options[picks[c]].bytes;
                const double gain = one.options[picks[c]].loss - one.options[i].loss;
                if (extra <= 0 || extra > rest) continue;
                const double ratio = gain * instance.boost[c] / static_cast<double>(extra);
                if (ratio <= best) continue;
                best = ratio;
                owner = c;
                to = i;
            }
        if (best <= 0) return;
        const Class& one = instance.problem.classes[owner];
        rest -= one.options[to].bytes - one.options[picks[owner]].bytes;
        picks[owner] = to;
    }
}

Picks bisected(const Problem& problem, Bytes budget, bool boosted) {
    Instance instance{problem, {}, {}};
    const double bits = problem.weights > 0 ? problem.bitsPerWeight(budget) : 16;
    for (const Class& one : problem.classes) {
        instance.hulls.push_back(hullIndices(one));
        instance.boost.push_back(boosted ? boostOf(one, bits) : 1);
    }
    double low = 0, high = 1e-12;
    Picks best = atPrice(instance, low);
    if (bytesOf(problem, best) <= budget) return best;
    for (int i = 0; i < 100 && bytesOf(problem, atPrice(instance, high)) > budget; ++i)
        high *= 2;
    best = atPrice(instance, high);
    if (bytesOf(problem, best) > budget) return smallest(problem);
    for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        Picks picks = atPrice(instance, middle);
        const bool fits = bytesOf(problem, picks) <= budget;
        (fits ? high : low) = middle;
        if (fits) best = std::move(picks);
    }
    upgrade(instance, budget, best);
    return best;
}

}  // namespace

Picks lagrangian(const Problem& problem, Bytes budget) {
    return bisected(problem, budget, false);
}

Picks lagrangianBoosted(const Problem& problem, Bytes budget) {
    return bisected(problem, budget, true);
}

}  // namespace dq::allocate::compare
