// QVLA (methods.md 12): everything at the top, then one step down at a time where the loss there, not the
// loss added, is least per byte saved, until it fits.
#include <queue>
#include <tuple>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

Picks demotion(const Problem& problem, Bytes budget) {
    using Step =
        std::tuple<double, std::size_t, std::size_t>;  // loss per byte saved, class, place it leads to
    std::priority_queue<Step, std::vector<Step>, std::greater<>> steps;
    std::vector<std::vector<std::size_t>> options;
    const auto push = [&](std::size_t c, std::size_t from) {
        if (from == 0) return;
        const Class& one = problem.classes[c];
        const Option &now = one.options[options[c][from]], &next = one.options[options[c][from - 1]];
        steps.emplace(next.loss / static_cast<double>(now.bytes - next.bytes), c, from - 1);
    };
    Picks picks;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        options.push_back(undominated(problem.classes[c]));
        picks.push_back(options[c].back());
        push(c, options[c].size() - 1);
    }
    Bytes bytes = bytesOf(problem, picks);
    while (bytes > budget && !steps.empty()) {
        const auto [cost, c, to] = steps.top();
        steps.pop();
        const Class& one = problem.classes[c];
        bytes -= one.options[picks[c]].bytes - one.options[options[c][to]].bytes;
        picks[c] = options[c][to];
        push(c, to);
    }
    return bytes <= budget ? picks : smallest(problem);
}

}  // namespace dq::allocate::compare
