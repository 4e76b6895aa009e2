#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/allocate/hulls.hpp"
#include "core/base/large_vector.hpp"

namespace dq::allocate {

/// One class goes from a point of its hull to the next.
struct Step {
    double gain = 0;          // loss saved
    Bytes bytes = 0;          // spent, above 0
    std::uint32_t owner = 0;  // the class
    std::uint16_t place = 0;  // of the point it leads to, in the class's hull: 1, 2, ...

    double slope() const { return gain / static_cast<double>(bytes); }
};

/// Steeper first; equal slopes by (class, place).
bool before(const Step& a, const Step& b);

/// All classes in one format.
struct Uniform {
    std::size_t classes = 0;  // that have it: the sums count where that is all
    Bytes bytes = 0;
    double loss = 0;
};

/// All classes' hulls taken apart: where everyone starts, and every step from there. Taken in order, the
/// steps visit every vertex of the whole problem, and a class's own steps come in order.
struct Ladder {
    std::vector<Option> first;           // per class: the smallest point
    std::vector<double> lastLoss;        // per class: of its largest point
    std::vector<std::uint32_t> start;    // classes + 1: where a class's points begin in formats
    std::vector<std::uint16_t> formats;  // per hull point
    LargeVector<Step> steps;             // sorted by `before`
    std::vector<Uniform> uniforms;       // per format of the problem

    std::size_t classes() const { return first.size(); }
};

using OptionsOf = std::function<std::span<const Option>(std::size_t classIndex)>;

/// Hulls, steps, one sort. Throws Error(Input) naming a class without options or with more than 65 535.
Ladder ladderOf(const Problem& problem);

/// The same for a problem in which the classes `changed` (rising) have other options than they had: their steps
/// are found and replaced, the others copied.
Ladder patched(const Ladder& ladder, std::span<const std::size_t> changed, const OptionsOf& had,
               const OptionsOf& options, const Problem& problem);

}  // namespace dq::allocate
