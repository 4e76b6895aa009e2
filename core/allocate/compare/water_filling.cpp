// DynaQuant as published (methods.md 1.2, 1.3): a sensitivity a matrix, a model of the noise of b bits, sizes
// without scales, and a heap of single steps up.
#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

namespace {

double noise(int bits) {
    if (bits >= 16) return 0;
    if (bits == 1) return 4;
    return 1 / std::pow(std::exp2(bits - 1) - 1, 2);
}

/// The modes' bits, as far as there are formats for them.
std::vector<Rung> modeOf(const Problem& problem, bool hardware) {
    std::vector<Rung> rungs = rungsOf(problem);
    const std::vector<Rung> all = rungs;
    std::erase_if(rungs, [hardware](const Rung& rung) {
        return hardware ? rung.bits != 4 && rung.bits != 8 && rung.bits != 16 : rung.bits < 4;
    });
    return rungs.empty() ? all : rungs;
}

/// The published sensitivity is the loss of one matrix at 4 bits, over the model's noise.
double sensitivityOf(const Class& one, const std::vector<Rung>& rungs) {
    const Rung& reference = *std::min_element(rungs.begin(), rungs.end(), [](const Rung& a, const Rung& b) {
        return std::abs(a.bits - 4) < std::abs(b.bits - 4);
    });
    const double loss = one.options[optionWith(one, reference.format, reference.bits)].loss;
    return noise(reference.bits) > 0 ? loss / noise(reference.bits) : loss;
}

Picks filled(const Problem& problem, Bytes budget, const std::vector<Rung>& rungs) {
    using Step = std::tuple<double, std::size_t, std::size_t>;  // worth, class, rung it leads to
    const auto later = [](const Step& a, const Step& b) {
        return std::get<0>(a) != std::get<0>(b) ? std::get<0>(a) < std::get<0>(b)
                                                : std::get<1>(a) > std::get<1>(b);
    };
    std::priority_queue<Step, std::vector<Step>, decltype(later)> steps(later);
    const auto push = [&](std::size_t c, std::size_t to) {
        if (to >= rungs.size()) return;
        const int from = rungs[to - 1].bits, bits = rungs[to].bits;
        const double bytes = weightsOf(problem.classes[c]) * (bits - from) / 8;
        steps.emplace(sensitivityOf(problem.classes[c], rungs) * (noise(from) - noise(bits)) / bytes, c, to);
    };
    if (rungs.empty()) return smallest(problem);
    Picks picks(problem.classes.size());
    for (std::size_t c = 0; c < picks.size(); ++c) {
        picks[c] = optionWith(problem.classes[c], rungs.front().format, rungs.front().bits);
        push(c, 1);
    }
    Bytes bytes = bytesOf(problem, picks);
    if (bytes > budget) return smallest(problem);
    while (!steps.empty()) {
        const auto [worth, c, to] = steps.top();
        steps.pop();
        const Class& one = problem.classes[c];
        const std::size_t next = optionWith(one, rungs[to].format, rungs[to].bits);
        const Bytes extra = one.options[next].bytes - one.options[picks[c]].bytes;
        if (bytes + extra > budget) break;  // the path is recorded, and read off below the budget
        bytes += extra;
        picks[c] = next;
        push(c, to + 1);
    }
    return picks;
}

}  // namespace

Picks waterFillingHardware(const Problem& problem, Bytes budget) {
    return filled(problem, budget, modeOf(problem, true));
}

Picks waterFillingFull(const Problem& problem, Bytes budget) {
    return filled(problem, budget, modeOf(problem, false));
}

}  // namespace dq::allocate::compare
