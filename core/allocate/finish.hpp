#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/allocate/front.hpp"

namespace dq::allocate {

/// One class takes another option than in the solution of the linear relaxation.
struct Deviation {
    std::uint32_t owner = 0;
    std::uint16_t format = 0;
    Bytes bytes = 0;     // more than the base option, or fewer
    double loss = 0;     // more than the base option, or less
    double reduced = 0;  // loss + price * bytes: what deviating costs at the relaxation's price, not negative
    Bytes coarse = 0;    // bytes, rounded to the core's unit
};

/// What is left of the knapsack once every class has its base option: which deviations, at most one a class,
/// are worth having.
struct Core {
    std::vector<Deviation> deviations = {};  // grouped by owner
    Bytes rest = 0;                          // of the budget, not negative
    double price = 0;                        // above 0
    double best = 0;                         // change of loss of the best known solution
    Bytes coarseRest = 0;  // whatever is better than `best` and fits `rest`, fits this when counted coarsely
    double floor =
        -std::numeric_limits<double>::infinity();  // nothing better than `best` changes the loss to less
};

struct Finish {
    std::vector<Deviation> taken;  // empty: nothing better than Core::best was found
    double loss = 0;               // change of loss: Core::best or better
    double bound = 0;              // no solution changes the loss to less; equal to loss: proven
};

/// Drops the deviations that cannot lead below the best known, and finds the unit nearly all sizes are
/// multiples of: what is left of the budget is then worth no more than the units that fit into it.
void tighten(Core& core);

/// Pisinger's way (EJOR 83, 1995) with the bookkeeping of a list: the classes of a tightened core are added
/// in order of their least reduced cost, and of the partial solutions those dominated or without hope are
/// dropped.
Finish finished(const Core& core, const Effort& effort);

}  // namespace dq::allocate
