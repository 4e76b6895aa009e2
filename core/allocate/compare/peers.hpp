#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "core/allocate/compare/picks.hpp"

namespace dq::allocate::compare {

// The rules by which others choose formats, each on our table and our exact bytes, in a file named after the
// idea; formulas in the papers named there. None exceeds a budget that the smallest choice keeps.

Picks uniform(const Problem& problem, Bytes budget);
Picks waterFillingHardware(const Problem& problem, Bytes budget);
Picks waterFillingFull(const Problem& problem, Bytes budget);
Picks closedForm(const Problem& problem, Bytes budget);
Picks lagrangian(const Problem& problem, Bytes budget);
Picks lagrangianBoosted(const Problem& problem, Bytes budget);
Picks integerProgram(const Problem& problem, Bytes budget);
Picks minMax(const Problem& problem, Bytes budget);
Picks unweightedAverage(const Problem& problem, Bytes budget);
Picks demotion(const Problem& problem, Bytes budget);
Picks rankAndSplit(const Problem& problem, Bytes budget);
Picks perBlock(const Problem& problem, Bytes budget);
/// Loss of class c times frequency[c]: how often an expert is used, and how much it then weighs.
Picks perBlock(const Problem& problem, Bytes budget, std::span<const double> frequency);
Picks stockMix(const Problem& problem, Bytes budget);
Picks levelOrdered(const Problem& problem, Bytes budget);
Picks evolution(const Problem& problem, Bytes budget);

/// What a search may ask: a measured KL as well as a sum from the table. Smaller is better.
using Objective = std::function<double(const Picks&)>;
struct Evolution {
    int rounds = 400;
    unsigned seed = 1;
};
/// Changes a few classes at a time, keeps what fits and is better than the seed.
Picks evolved(const Problem& problem, Bytes budget, Picks seed, const Objective& objective,
              const Evolution& settings = {});

struct Peer {
    std::string_view name;    // "closed-form"
    std::string_view source;  // who does so
    Picks (*choose)(const Problem&, Bytes budget);
};
std::span<const Peer> peers();

}  // namespace dq::allocate::compare
