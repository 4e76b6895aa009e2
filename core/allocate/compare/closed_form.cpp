// BAQ (methods.md 4, 16): R = mean + 1/2 log2(c / GM(c)), snapped to the nearest format there is.
#include <cmath>

#include "core/allocate/compare/peers.hpp"

namespace dq::allocate::compare {

namespace {

/// Importance per weight, read off the option nearest to 4 bits; 0: the class loses nothing there.
double coefficientOf(const Class& one) {
    const Option& reference = one.options[optionWith(one, -1, 4)];
    return reference.loss * std::exp2(2 * bitsOf(one, reference)) / weightsOf(one);
}

std::size_t nearest(const Class& one, const std::vector<std::size_t>& options, double bits) {
    std::size_t best = options.front();
    for (const std::size_t i : options)
        if (std::fabs(bitsOf(one, one.options[i]) - bits) < std::fabs(bitsOf(one, one.options[best]) - bits))
            best = i;
    return best;
}

}  // namespace

Picks closedForm(const Problem& problem, Bytes budget) {
    std::vector<double> offset(problem.classes.size(), -64);
    std::vector<std::vector<std::size_t>> options;
    double weights = 0, logs = 0;
    for (std::size_t c = 0; c < offset.size(); ++c) {
        const Class& one = problem.classes[c];
        options.push_back(undominated(one));
        const double coefficient = coefficientOf(one);
        if (!(coefficient > 0)) continue;
        offset[c] = std::log2(coefficient) / 2;
        weights += weightsOf(one);
        logs += weightsOf(one) * offset[c];
    }
    const double mean = weights > 0 ? logs / weights : 0;
    return largestThatFits(problem, budget, -200, 300, [&](double bits) {
        Picks picks(offset.size());
        for (std::size_t c = 0; c < picks.size(); ++c)
            picks[c] = nearest(problem.classes[c], options[c], bits + offset[c] - mean);
        return picks;
    });
}

}  // namespace dq::allocate::compare
