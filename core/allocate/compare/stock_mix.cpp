// llama.cpp's K_M mixes (peers-and-formats.md): one width for all, one step more for v and down in the first
// and last eighth of the blocks and every third between, two for the head.
#include <algorithm>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

namespace {

bool getsMore(const Class& one, int blocks) {
    if (one.role != "v" && one.role != "down") return false;
    const int eighth = blocks / 8;
    return one.block < eighth || one.block >= 7 * blocks / 8 || (one.block - eighth) % 3 == 2;
}

}  // namespace

Picks stockMix(const Problem& problem, Bytes budget) {
    const std::vector<Rung> rungs = rungsOf(problem);
    int blocks = 0;
    for (const Class& one : problem.classes)
        blocks = std::max(blocks, one.block + 1);
    for (std::size_t base = rungs.size(); base-- > 0;) {
        Picks picks;
        for (const Class& one : problem.classes) {
            const std::size_t more = one.role == "head" ? 2 : getsMore(one, blocks) ? 1 : 0;
            const Rung& rung = rungs[std::min(base + more, rungs.size() - 1)];
            picks.push_back(optionWith(one, rung.format, rung.bits));
        }
        if (bytesOf(problem, picks) <= budget) return picks;
    }
    return smallest(problem);
}

}  // namespace dq::allocate::compare
