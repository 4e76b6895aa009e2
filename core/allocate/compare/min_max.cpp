// ModelOpt's search on measured losses (methods.md 12): a threshold no matrix may exceed, bisected, every
// matrix in its smallest format below it.
#include <algorithm>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

Picks minMax(const Problem& problem, Bytes budget) {
    double most = 0;
    for (const Class& one : problem.classes)
        for (const Option& option : one.options)
            most = std::max(most, option.loss);
    std::vector<std::vector<std::size_t>> options;
    for (const Class& one : problem.classes)
        options.push_back(undominated(one));
    const auto below = [&](double threshold) {
        Picks picks(options.size());
        for (std::size_t c = 0; c < picks.size(); ++c) {
            picks[c] = options[c].back();
            for (std::size_t j = options[c].size(); j-- > 0;)
                if (problem.classes[c].options[options[c][j]].loss <= threshold) picks[c] = options[c][j];
        }
        return picks;
    };
    double low = 0, high = most;
    Picks best = smallest(problem);
    for (int round = 0; round < 100; ++round) {
        const double middle = round == 0 ? 0 : (low + high) / 2;
        Picks picks = below(middle);
        const bool fits = bytesOf(problem, picks) <= budget;
        (fits ? high : low) = middle;
        if (fits) best = std::move(picks);
        if (fits && round == 0) break;
    }
    return best;
}

}  // namespace dq::allocate::compare
