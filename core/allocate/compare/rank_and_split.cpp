// ShiftAddLLM (methods.md 12): matrices ranked by sensitivity; the first share of them gets the higher of two
// neighbouring widths, the others the lower.
#include <algorithm>
#include <numeric>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

namespace {

Picks split(const Problem& problem, const std::vector<std::size_t>& ranked, const Rung& low, const Rung& high,
            std::size_t share) {
    Picks picks(ranked.size());
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        const Rung& rung = rank < share ? high : low;
        picks[ranked[rank]] = optionWith(problem.classes[ranked[rank]], rung.format, rung.bits);
    }
    return picks;
}

}  // namespace

Picks rankAndSplit(const Problem& problem, Bytes budget) {
    const std::vector<Rung> rungs = rungsOf(problem);
    std::vector<std::size_t> ranked(problem.classes.size());
    std::iota(ranked.begin(), ranked.end(), std::size_t{0});
    const auto score = [&](std::size_t c) {
        const Class& one = problem.classes[c];
        return one.options[optionWith(one, -1, 4)].loss / weightsOf(one);
    };
    std::stable_sort(ranked.begin(), ranked.end(),
                     [&](std::size_t a, std::size_t b) { return score(a) > score(b); });
    for (std::size_t r = rungs.size(); r-- > 0;) {
        const Rung& low = rungs[r];
        if (bytesOf(problem, split(problem, ranked, low, low, 0)) > budget) continue;
        const Rung& high = rungs[std::min(r + 1, rungs.size() - 1)];
        std::size_t share = 0;
        while (share < ranked.size() &&
               bytesOf(problem, split(problem, ranked, low, high, share + 1)) <= budget)
            ++share;
        return split(problem, ranked, low, high, share);
    }
    return smallest(problem);
}

}  // namespace dq::allocate::compare
