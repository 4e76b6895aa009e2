#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <span>

#include "core/allocate/finish.hpp"

namespace dq::allocate {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Sizes are multiples of a large number but for a few bytes (a format's global scale). Rounded to it they
/// share a unit; the few bytes together then decide nothing.
struct Unit {
    Bytes grain = 1;   // what sizes are rounded to
    Bytes common = 0;  // greatest common divisor of the rounded sizes
    Bytes rest = 0;    // Core::coarseRest it allows
};

Bytes rounded(Bytes bytes, Bytes grain) {
    const Bytes up = bytes >= 0 ? bytes + grain / 2 : bytes - grain / 2;
    return up / grain * grain;
}

/// The most bytes that rounding adds to the size of any better solution: it has so few deviations that are
/// rounded up that their reduced costs stay below the slack.
template <class Excess>
Bytes mostExcess(const Core& core, double slack, const Excess& excess) {
    std::vector<double> least;  // per class, of its deviations that exceed
    Bytes most = 0;
    std::uint32_t owner = std::numeric_limits<std::uint32_t>::max();
    for (const Deviation& one : core.deviations) {
        if (excess(one) <= 0) continue;
        most = std::max(most, excess(one));
        if (one.owner != owner) least.push_back(infinite);
        owner = one.owner;
        least.back() = std::min(least.back(), one.reduced);
    }
    std::sort(least.begin(), least.end());
    Bytes count = 0;
    for (double sum = 0; static_cast<std::size_t>(count) < least.size(); ++count)
        if ((sum += least[static_cast<std::size_t>(count)]) >= slack) break;
    return count * most;
}

Unit unitOf(const Core& core, Bytes grain, double slack) {
    const Unit exact{1, 0, core.rest};
    Unit unit{grain, 0, core.rest};
    for (const Deviation& one : core.deviations) {
        const Bytes coarse = rounded(one.bytes, grain);
        if (std::abs(coarse - one.bytes) > grain / 16) return exact;
        unit.common = std::gcd(unit.common, coarse);
    }
    if (unit.common == 0) return exact;
    const Bytes excess = mostExcess(
        core, slack, [grain](const Deviation& one) { return rounded(one.bytes, grain) - one.bytes; });
    unit.rest = (core.rest + excess) / unit.common * unit.common;
    return unit;
}

Unit bestUnit(const Core& core, double slack) {
    Unit best = unitOf(core, 1, slack);
    for (const Bytes grain : {64, 512, 4096, 65536})
        if (const Unit unit = unitOf(core, grain, slack); unit.common > best.common && unit.rest <= core.rest)
            best = unit;
    return best;
}

/// Gomory's relaxation to a group: sizes are told apart by their remainder only. Most deviations are
/// multiples of many units; filling the budget to a remainder that only dear ones reach costs at least what
/// they cost.
class Remainders {
public:
    Remainders(const Core& core, Bytes unit) : price_(core.price), unit_(std::max<Bytes>(unit, 1)) {
        least_.fill(infinite);
        least_[0] = 0;
        for (std::size_t i = 0, from = 0; i <= core.deviations.size(); ++i)
            if (i == core.deviations.size() || core.deviations[i].owner != core.deviations[from].owner) {
                add(std::span(core.deviations).subspan(from, i - from));
                from = i;
            }
        for (std::size_t r = 0; r < modulus; ++r) {
            const Bytes over = remainder(core.coarseRest - unit_ * static_cast<Bytes>(r));
            fits_[r] = price_ * static_cast<double>(core.coarseRest - unit_ * over);
        }
    }

    /// Below what no solution comes that uses a deviation of this reduced cost.
    double bound(double reduced) const {
        double lowest = infinite;
        for (std::size_t r = 0; r < modulus; ++r)
            lowest = std::min(lowest, std::max(least_[r], reduced + negative_) - fits_[r]);
        return lowest;
    }

    double reducedOf(const Deviation& one) const {
        return one.loss + price_ * static_cast<double>(one.coarse);
    }

private:
    static constexpr std::size_t modulus = 64;

    Bytes remainder(Bytes bytes) const {
        const Bytes r = bytes / unit_ % static_cast<Bytes>(modulus);
        return r < 0 ? r + static_cast<Bytes>(modulus) : r;
    }

    void add(std::span<const Deviation> group) {
        const std::array<double, modulus> before = least_;
        double lowest = 0;
        for (const Deviation& one : group) {
            const auto by = static_cast<std::size_t>(remainder(one.coarse));
            const double reduced = reducedOf(one);
            lowest = std::min(lowest, reduced);
            for (std::size_t r = 0; r < modulus; ++r) {
                double& to = least_[(r + by) % modulus];
                to = std::min(to, before[r] + reduced);
            }
        }
        negative_ += lowest;
    }

    double price_;
    Bytes unit_;
    double negative_ = 0;  // rounding can make reduced costs negative by a hair: all of those together
    std::array<double, modulus> least_{},
        fits_{};  // the least reduced cost, and what its largest size is worth
};

}  // namespace

void tighten(Core& core) {
    double slack = core.best + core.price * static_cast<double>(core.rest);
    for (std::size_t before = core.deviations.size() + 1; core.deviations.size() < before;) {
        before = core.deviations.size();
        std::erase_if(core.deviations, [slack](const Deviation& one) { return one.reduced >= slack; });
        const Unit unit = bestUnit(core, slack);
        for (Deviation& one : core.deviations)
            one.coarse = rounded(one.bytes, unit.grain);
        const Bytes forgotten =
            mostExcess(core, slack, [](const Deviation& one) { return one.bytes - one.coarse; });
        core.coarseRest = unit.rest;
        slack = core.best + core.price * static_cast<double>(std::min(core.rest, unit.rest + forgotten));

        const Remainders remainders(core, unit.common);
        core.floor = std::max(core.floor, remainders.bound(-infinite));
        std::erase_if(core.deviations, [&](const Deviation& one) {
            return remainders.bound(remainders.reducedOf(one)) >= core.best;
        });
    }
}

}  // namespace dq::allocate
