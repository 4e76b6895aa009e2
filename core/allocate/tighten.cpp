#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "core/allocate/finish.hpp"

namespace dq::allocate {

namespace {

/// Sizes are multiples of a large number but for a few bytes (a format's global scale). Rounded to it they
/// share a unit; the few bytes together then decide nothing.
struct Unit {
    Bytes grain = 1;    // what sizes are rounded to
    Bytes common = 0;   // greatest common divisor of the rounded sizes
    Bytes rounding = 0; // the most any is rounded up
    Bytes rest = 0;     // Core::coarseRest it allows
};

Bytes rounded(Bytes bytes, Bytes grain) {
    const Bytes up = bytes >= 0 ? bytes + grain / 2 : bytes - grain / 2;
    return up / grain * grain;
}

/// No better solution has more deviations: their reduced costs would add up to the slack.
Bytes mostDeviations(const Core& core, double slack) {
    std::vector<double> least;
    for (std::size_t i = 0; i < core.deviations.size(); ++i) {
        const Deviation& one = core.deviations[i];
        if (i == 0 || core.deviations[i - 1].owner != one.owner)
            least.push_back(one.reduced);
        else
            least.back() = std::min(least.back(), one.reduced);
    }
    std::sort(least.begin(), least.end());
    Bytes count = 0;
    double sum = 0;
    for (const double reduced : least) {
        if ((sum += reduced) >= slack) break;
        ++count;
    }
    return count;
}

Unit unitOf(const Core& core, Bytes grain, Bytes most) {
    Unit unit{grain, 0, 0, core.rest};
    for (const Deviation& one : core.deviations) {
        const Bytes coarse = rounded(one.bytes, grain);
        if (std::abs(coarse - one.bytes) > grain / 16) return {1, 0, 0, core.rest};
        unit.common = std::gcd(unit.common, coarse);
        unit.rounding = std::max(unit.rounding, coarse - one.bytes);
    }
    if (unit.common == 0) return {1, 0, 0, core.rest};
    unit.rest = (core.rest + most * unit.rounding) / unit.common * unit.common;
    return unit;
}

}  // namespace

void tighten(Core& core) {
    double slack = core.best + core.price * static_cast<double>(core.rest);
    for (std::size_t before = core.deviations.size() + 1; core.deviations.size() < before;) {
        before = core.deviations.size();
        std::erase_if(core.deviations, [slack](const Deviation& one) { return one.reduced >= slack; });
        const Bytes most = mostDeviations(core, slack);
        Unit best = unitOf(core, 1, most);
        for (const Bytes grain : {64, 512, 4096, 65536})
            if (const Unit unit = unitOf(core, grain, most); unit.common > best.common && unit.rest <= core.rest)
                best = unit;
        Bytes below = 0;  // the most bytes coarse counting forgets, all deviations together
        for (Deviation& one : core.deviations) {
            one.coarse = rounded(one.bytes, best.grain);
            below = std::max(below, one.bytes - one.coarse);
        }
        core.coarseRest = best.rest;
        slack = core.best + core.price * static_cast<double>(std::min(core.rest, best.rest + most * below));
    }
}

}  // namespace dq::allocate
