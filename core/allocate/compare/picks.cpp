#include "core/allocate/compare/picks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/allocate/hulls.hpp"

namespace dq::allocate::compare {

Bytes bytesOf(const Problem& problem, const Picks& picks) {
    Bytes bytes = problem.passthrough;
    for (std::size_t c = 0; c < picks.size(); ++c)
        bytes += problem.classes[c].options[picks[c]].bytes;
    return bytes;
}

double lossOf(const Problem& problem, const Picks& picks) {
    double loss = 0;
    for (std::size_t c = 0; c < picks.size(); ++c)
        loss += problem.classes[c].options[picks[c]].loss;
    return loss;
}

Picks smallest(const Problem& problem) {
    return Picks(problem.classes.size(), 0);
}

double weightsOf(const Class& one) {
    if (one.weights > 0) return static_cast<double>(one.weights);
    return std::max(1.0, static_cast<double>(one.options.back().bytes) / 2);
}

double bitsOf(const Class& one, const Option& option) {
    return 8.0 * static_cast<double>(option.bytes) / weightsOf(one);
}

std::vector<std::size_t> undominated(const Class& one) {
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < one.options.size(); ++i)
        if (kept.empty() || one.options[i].loss < one.options[kept.back()].loss) kept.push_back(i);
    return kept;
}

std::vector<std::size_t> hullIndices(const Class& one) {
    std::vector<HullPoint> hull;
    hullOf(one.options, hull);
    std::vector<std::size_t> indices;
    for (const HullPoint& point : hull)
        indices.push_back(optionWith(one, point.option.format, 0));
    return indices;
}

std::size_t optionWith(const Class& one, int format, double bits) {
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < one.options.size(); ++i) {
        if (one.options[i].format == format) return i;
        if (std::fabs(bitsOf(one, one.options[i]) - bits) <
            std::fabs(bitsOf(one, one.options[nearest]) - bits))
            nearest = i;
    }
    return nearest;
}

std::vector<Rung> rungsOf(const Problem& problem) {
    struct Total {
        double weights = 0, bits = 0, loss = 0;
        std::size_t classes = 0;
    };
    std::vector<Total> totals(problem.formats.size());
    for (const Class& one : problem.classes)
        for (const Option& option : one.options) {
            Total& total = totals[static_cast<std::size_t>(option.format)];
            total.weights += weightsOf(one);
            total.bits += 8.0 * static_cast<double>(option.bytes);
            total.loss += option.loss;
            ++total.classes;
        }
    std::map<int, int> best;  // by bits
    for (std::size_t f = 0; f < totals.size(); ++f) {
        if (totals[f].classes != problem.classes.size()) continue;
        const int bits = std::max(1, static_cast<int>(totals[f].bits / totals[f].weights));
        const auto [at, isNew] = best.emplace(bits, static_cast<int>(f));
        if (!isNew && totals[f].loss < totals[static_cast<std::size_t>(at->second)].loss)
            at->second = static_cast<int>(f);
    }
    std::vector<Rung> rungs;
    for (const auto& [bits, format] : best)
        rungs.push_back({bits, format});
    return rungs;
}

Picks largestThatFits(const Problem& problem, Bytes budget, double low, double high,
                      const std::function<Picks(double)>& rule) {
    Picks best = smallest(problem);
    const auto fits = [&](double parameter) {
        Picks picks = rule(parameter);
        if (bytesOf(problem, picks) > budget) return false;
        best = std::move(picks);
        return true;
    };
    if (fits(high) || !fits(low)) return best;
    for (int round = 0; round < 40 && low < high; ++round) {
        const double middle = low + (high - low) / 2;
        (fits(middle) ? low : high) = middle;
    }
    return best;
}

}  // namespace dq::allocate::compare
