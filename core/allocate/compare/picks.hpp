#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/allocate/problem.hpp"

namespace dq::allocate::compare {

/// Per class: which of its options.
using Picks = std::vector<std::size_t>;

Bytes bytesOf(const Problem& problem, const Picks& picks);  // passthrough included
double lossOf(const Problem& problem, const Picks& picks);
Picks smallest(const Problem& problem);

double weightsOf(
    const Class& one);  // where the class does not say: as many as its largest option holds at 16 bits
double bitsOf(const Class& one, const Option& option);  // per weight, scales counted

/// Options no other of the class is better than in both bytes and loss, as indices, rising in bytes.
std::vector<std::size_t> undominated(const Class& one);
/// The points of the class's lower hull, as indices, rising in bytes.
std::vector<std::size_t> hullIndices(const Class& one);
/// The option of a format, or else the one nearest to `bits` bits per weight.
std::size_t optionWith(const Class& one, int format, double bits);

/// A format as people speak of it: so many bits, scales not counted.
struct Rung {
    int bits = 0;
    int format = 0;
};
/// The formats by whole bits per weight, rising; of several with as many bits the one that loses least.
std::vector<Rung> rungsOf(const Problem& problem);

/// Of what a rule makes of a parameter between low and high, the largest that fits the budget, by bisection:
/// more must not mean fewer bytes. The smallest choice where nothing fits.
Picks largestThatFits(const Problem& problem, Bytes budget, double low, double high,
                      const std::function<Picks(double)>& rule);

}  // namespace dq::allocate::compare
