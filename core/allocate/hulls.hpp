#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/allocate/problem.hpp"

namespace dq::allocate {

/// A point of a class's lower convex hull: rising in bytes, falling in loss, falling strictly in slope.
struct HullPoint {
    Option option;
    double slope = 0;  // loss saved per byte on the way there; 0 for the first
};

/// Drops dominated options, then those above a segment between two others (methods.md 14.1); of equal ones
/// the first stays. Options are sorted by bytes. Replaces what `hull` held.
void hullOf(std::span<const Option> options, std::vector<HullPoint>& hull);

/// The hulls of all classes, one after another in flat arrays: the points of class c are
/// [start[c], start[c + 1]). Arrays, not a vector per class: 30 000 classes are walked in a fraction of a
/// millisecond.
struct Hulls {
    std::vector<std::uint32_t> start;    // classes + 1
    std::vector<std::uint32_t> classOf;  // per point
    std::vector<Option> points;
    std::vector<double> slope;  // per point: loss saved per byte on the way there; 0 for the first of a class

    std::size_t classes() const { return start.size() - 1; }
};

/// Throws Error(Input) for a class without options.
Hulls hullsOf(const Problem& problem);

}  // namespace dq::allocate
