#pragma once

#include <cstdint>
#include <vector>

#include "core/allocate/problem.hpp"

namespace dq::allocate {

/// The lower convex hull of every class, one after another in flat arrays: the points of class c are
/// [start[c], start[c + 1]), rising in bytes, falling in loss, falling strictly in slope. Arrays, not a
/// vector per class: 30 000 classes are walked in a fraction of a millisecond.
struct Hulls {
    std::vector<std::uint32_t> start;    // classes + 1
    std::vector<std::uint32_t> classOf;  // per point
    std::vector<Option> points;          // bytes and loss side by side: steps visit them in no order
    std::vector<double> slope;  // per point: loss saved per byte on the way there; 0 for the first of a class

    std::size_t classes() const { return start.size() - 1; }
};

/// Drops dominated options, then those above a segment between two others (methods.md 14.1); of equal ones
/// the first stays. Throws Error(Input) for a class without options.
Hulls hullsOf(const Problem& problem);

/// The points that are steps (all but the first of each class), steepest first; equal slopes by (class,
/// point). Taken in this order they visit every vertex of the whole problem, and a class's own steps come in
/// order.
std::vector<std::uint32_t> stepsBySlope(const Hulls& hulls);

}  // namespace dq::allocate
