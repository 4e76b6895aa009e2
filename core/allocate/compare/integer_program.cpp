// 0/1 programs over other costs than bytes: HAWQ-V3 counts code bits (methods.md 2), AlphaQ counts the bits
// of every matrix alike, large or small (5). Solved exactly; the limit is the largest whose choice fits in
// bytes.
#include <algorithm>
#include <cmath>

#include "core/allocate/compare/peers.hpp"
#include "core/allocate/front.hpp"

namespace dq::allocate::compare {

namespace {

using Cost = Bytes (*)(const Class&, const Option&);

Bytes codeBits(const Class& one, const Option& option) {
    return static_cast<Bytes>(weightsOf(one) * std::max(1.0, std::floor(bitsOf(one, option))));
}

/// Sixteenths of a bit: 4.5 bits are no whole number.
Bytes bitsAlone(const Class& one, const Option& option) {
    return static_cast<Bytes>(std::llround(16 * bitsOf(one, option)));
}

Picks solvedFor(const Problem& problem, Bytes budget, Cost cost) {
    auto other = std::make_shared<Problem>();
    other->matrices = problem.classes.size();
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const Class& one = problem.classes[c];
        Class copy{one.name, {static_cast<int>(c)}, {}, one.role, one.block, one.weights};
        for (std::size_t i = 0; i < one.options.size(); ++i)
            copy.options.push_back({cost(one, one.options[i]), one.options[i].loss, static_cast<int>(i)});
        std::stable_sort(copy.options.begin(), copy.options.end(),
                         [](const Option& a, const Option& b) { return a.bytes < b.bytes; });
        while (other->formats.size() < one.options.size())
            other->formats.push_back(std::to_string(other->formats.size()));
        other->classes.push_back(std::move(copy));
    }
    const auto front = Front::of(other);
    const auto solved = [&front](double limit) {
        const Choice choice = front->exact(static_cast<Bytes>(limit));
        return Picks(choice.formats.begin(), choice.formats.end());
    };
    return largestThatFits(problem, budget, static_cast<double>(front->vertices().front().bytes),
                           static_cast<double>(front->vertices().back().bytes), solved);
}

}  // namespace

Picks integerProgram(const Problem& problem, Bytes budget) {
    return solvedFor(problem, budget, codeBits);
}

Picks unweightedAverage(const Problem& problem, Bytes budget) {
    return solvedFor(problem, budget, bitsAlone);
}

}  // namespace dq::allocate::compare
