// Every matrix in one format: the best that fits.
#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

Picks uniform(const Problem& problem, Bytes budget) {
    Picks best = smallest(problem);
    double least = lossOf(problem, best);
    for (std::size_t f = 0; f < problem.formats.size(); ++f) {
        Picks picks(problem.classes.size());
        bool everyone = true;
        for (std::size_t c = 0; c < picks.size(); ++c) {
            picks[c] = optionWith(problem.classes[c], static_cast<int>(f), 0);
            everyone = everyone && problem.classes[c].options[picks[c]].format == static_cast<int>(f);
        }
        if (!everyone || bytesOf(problem, picks) > budget || lossOf(problem, picks) >= least) continue;
        least = lossOf(problem, picks);
        best = std::move(picks);
    }
    return best;
}

}  // namespace dq::allocate::compare
