// BitStack (methods.md 12): every matrix goes up level by level; within a level the most useful comes first;
// the stack is cut where the budget ends.
#include <algorithm>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

namespace {

struct Layer {
    std::size_t level = 0, owner = 0;
    double gain = 0;
};

}  // namespace

Picks levelOrdered(const Problem& problem, Bytes budget) {
    std::vector<std::vector<std::size_t>> options;
    std::vector<Layer> stack;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        options.push_back(undominated(problem.classes[c]));
        for (std::size_t level = 1; level < options[c].size(); ++level)
            stack.push_back({level, c,
                             problem.classes[c].options[options[c][level - 1]].loss -
                                 problem.classes[c].options[options[c][level]].loss});
    }
    std::stable_sort(stack.begin(), stack.end(), [](const Layer& a, const Layer& b) {
        return a.level != b.level ? a.level < b.level : a.gain > b.gain;
    });
    Picks picks = smallest(problem);
    Bytes bytes = bytesOf(problem, picks);
    for (const Layer& layer : stack) {
        const Class& one = problem.classes[layer.owner];
        const std::size_t next = options[layer.owner][layer.level];
        const Bytes extra = one.options[next].bytes - one.options[picks[layer.owner]].bytes;
        if (bytes + extra > budget) break;
        bytes += extra;
        picks[layer.owner] = next;
    }
    return picks;
}

}  // namespace dq::allocate::compare
