#pragma once

#include <vector>

#include "core/allocate/front.hpp"

namespace dq::allocate {

/// How long a token takes when memory is what limits it: bytes moved over bytes a second.
struct Traffic {
    double bytesPerSecond = 0;
    std::vector<double> share;  // per class: of its bytes that a token moves, 0 to 1
};

/// All of every matrix; of the experts as many as a token is sent to; of the embedding a row, which is
/// nothing.
std::vector<double> sharesOf(const Problem& problem, double activeExperts = 1);

struct TimedChoice {
    Choice choice;  // loss and bound hold under both limits
    double seconds = 0;
};

double secondsOf(const Problem& problem, const Traffic& traffic, const Choice& choice);

/// The best we find within bytes and seconds a token: the second price is bisected, each price solved exactly
/// for bytes, what still fits both is filled in. The bound is the best of all prices' relaxations. Throws
/// Error(Input) with the range where no choice is as fast, or the figures make no sense.
TimedChoice within(const Front& front, const Traffic& traffic, Bytes budget, double seconds);

}  // namespace dq::allocate
