// What reinforcement learning and genetic search do to this problem, seeded by the optimum: the objective may
// be a measured KL, which no table adds up to.
#include <random>

#include "core/allocate/compare/peers.hpp"
#include "core/allocate/front.hpp"

namespace dq::allocate::compare {

Picks evolved(const Problem& problem, Bytes budget, Picks seed, const Objective& objective,
              const Evolution& settings) {
    std::mt19937 random(settings.seed);
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
    Picks best = std::move(seed);
    double least = objective(best);
    for (int round = 0; round < settings.rounds; ++round) {
        Picks child = best;
        for (std::size_t changes = 2 + below(3); changes > 0; --changes) {
            const std::size_t c = below(child.size());
            child[c] = below(problem.classes[c].options.size());
        }
        if (bytesOf(problem, child) > budget) continue;
        const double loss = objective(child);
        if (loss >= least) continue;
        least = loss;
        best = std::move(child);
    }
    return best;
}

Picks evolution(const Problem& problem, Bytes budget) {
    const Choice seed = Front::of(std::make_shared<const Problem>(problem))->exact(budget);
    Picks picks;
    for (const Class& one : problem.classes)
        picks.push_back(optionWith(one, seed.formats[static_cast<std::size_t>(one.matrices.front())], 0));
    return evolved(problem, budget, std::move(picks),
                   [&problem](const Picks& child) { return lossOf(problem, child); });
}

}  // namespace dq::allocate::compare
