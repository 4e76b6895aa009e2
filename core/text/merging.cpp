#include "core/text/merging.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <queue>

namespace dq::text {

namespace {

constexpr std::int32_t none = std::numeric_limits<std::int32_t>::max();

struct Symbol {
    std::int32_t id = 0;
    std::int32_t before = -1, after = -1;  // neighbours; -1: none
    bool alive = true;
};

struct Candidate {
    std::int32_t rank = 0, position = 0, id = 0;
};

struct Later {
    bool operator()(const Candidate& a, const Candidate& b) const {
        return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
    }
};

std::vector<Symbol> linked(const std::vector<std::int32_t>& ids) {
    std::vector<Symbol> symbols(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto position = static_cast<std::int32_t>(i);
        symbols[i] = {ids[i], position - 1, i + 1 < ids.size() ? position + 1 : -1, true};
    }
    return symbols;
}

}  // namespace

void mergeFew(const PairTable& merges, std::vector<std::int32_t>& symbols) {
    assert(symbols.size() <= fewSymbols);
    std::array<std::int32_t, fewSymbols> ranks, joined;  // of each symbol and the one behind it
    std::size_t pairs = symbols.empty() ? 0 : symbols.size() - 1;
    const auto look = [&](std::size_t i) {
        const Merge* const merge = merges.get(symbols[i], symbols[i + 1]);
        ranks[i] = merge ? merge->rank : none;
        joined[i] = merge ? merge->id : 0;
    };
    for (std::size_t i = 0; i < pairs; ++i) look(i);
    while (pairs > 0) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < pairs; ++i)
            if (ranks[i] < ranks[best]) best = i;
        if (ranks[best] == none) break;
        symbols[best] = joined[best];
        std::copy(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 2, symbols.end(), symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        symbols.pop_back();
        std::copy(ranks.begin() + best + 1, ranks.begin() + pairs, ranks.begin() + best);
        std::copy(joined.begin() + best + 1, joined.begin() + pairs, joined.begin() + best);
        --pairs;
        if (best > 0) look(best - 1);
        if (best < pairs) look(best);
    }
}

/// A stale entry of the heap is recognised by the token it would make.
void mergeMany(const PairTable& merges, std::vector<std::int32_t>& ids) {
    std::vector<Symbol> symbols = linked(ids);
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        if (const Merge* const found = merges.get(symbols[i].id, symbols[i + 1].id))
            candidates.push_back({found->rank, static_cast<std::int32_t>(i), found->id});
    std::priority_queue<Candidate, std::vector<Candidate>, Later> queue(Later{}, std::move(candidates));
    const auto offer = [&](std::int32_t left) {
        if (left < 0 || symbols[left].after < 0) return;
        if (const Merge* const found = merges.get(symbols[left].id, symbols[symbols[left].after].id))
            queue.push({found->rank, left, found->id});
    };
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        Symbol& left = symbols[best.position];
        if (!left.alive || left.after < 0) continue;
        Symbol& right = symbols[left.after];
        const Merge* const still = merges.get(left.id, right.id);
        if (!still || still->id != best.id) continue;  // one of the two has become something else
        left.id = best.id;
        left.after = right.after;
        right.alive = false;
        if (left.after >= 0) symbols[left.after].before = best.position;
        offer(left.before);
        offer(best.position);
    }
    ids.clear();
    for (const Symbol& symbol : symbols)
        if (symbol.alive) ids.push_back(symbol.id);
}

void mergeNeighbours(const PairTable& merges, std::vector<std::int32_t>& symbols) {
    if (symbols.size() <= fewSymbols)
        mergeFew(merges, symbols);
    else
        mergeMany(merges, symbols);
}

}  // namespace dq::text
