#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/allocate/costs.hpp"
#include "core/allocate/front.hpp"

namespace dq::allocate {

/// How fast a model must answer, on which memory: what a person asks for.
struct Pace {
    double bytesPerSecond = 0;
    double secondsPerToken = 0;
    Bytes cached = 0;          // keys, values and states that a token reads beside the weights
    double activeExperts = 1;  // of all experts, those a token is sent to
    Costs costs = {};          // what products reach of the memory's rate; without formats, all of it
    double besides = 0;        // seconds that a token takes whatever is chosen, beyond all bytes

    bool operator==(const Pace&) const = default;
};

/// How long a token takes when memory is what limits it: bytes moved over bytes a second, each format's at its own rate.
struct Traffic {
    double bytesPerSecond = 0;
    std::vector<double> share;     // per class: of its bytes that a token moves, 0 to 1
    Bytes besides = 0;             // moved for every token whatever is chosen, beyond the problem's passthrough
    std::vector<double> slowness = {};  // per format of the problem: times the memory's own; empty: 1
    double seconds = 0;            // of every token, beyond all bytes
};

/// Per row of the table: all of every matrix; of the experts as many as a token is sent to; of the embedding a
/// row, which is nothing, unless it is the head as well.
std::vector<double> sharesOf(const measure::Measurements& table, double activeExperts = 1);

/// The same per class of a problem of that table, matrices counted by their weights.
Traffic trafficOf(const Problem& problem, const measure::Measurements& table, const Pace& pace);

struct TimedChoice {
    Choice choice;  // loss and bound hold under both limits
    double seconds = 0;
};

double secondsOf(const Problem& problem, const Traffic& traffic, const Choice& choice);

/// The best we find within bytes and seconds a token: the second price is bisected, each price solved exactly
/// for bytes, what still fits both is filled in. The bound is the best of all prices' relaxations. Throws
/// Error(Input) with the range where no choice is as fast, or none of those bytes, or the figures make no sense.
TimedChoice within(const Front& front, const Traffic& traffic, Bytes budget, double seconds);

/// A front under a limit of time, for budgets that move. Sealed; queries are const and thread-safe.
class PacedFront {
public:
    /// Throws Error(Input) as `within` does.
    static std::shared_ptr<const PacedFront> of(std::shared_ptr<const Front> front, Traffic traffic, double seconds);

    /// At once, within both limits: the better of what bytes alone and what time alone would choose, each as far
    /// along its front as the other limit lets it.
    TimedChoice at(Bytes budget) const;
    /// The best there is, in the time of some dozens of fronts.
    TimedChoice exact(Bytes budget) const;
    double secondsOf(const Choice& choice) const;

private:
    PacedFront() = default;
    std::optional<TimedChoice> along(const Front& front, Bytes latest, Bytes budget) const;
    double boundAt(Bytes budget) const;

    std::shared_ptr<const Front> front_, priced_;  // the second with time's price in its losses
    Traffic traffic_;
    double seconds_ = 0, price_ = 0;  // losses a second
    Bytes latest_ = 0, latestPriced_ = 0;  // the largest vertices that keep the time
};

}  // namespace dq::allocate
