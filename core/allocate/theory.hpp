#pragma once

#include <span>
#include <vector>

#include "core/allocate/front.hpp"

namespace dq::allocate {

/// Weights whose loss falls fourfold with every bit: importance * 2^(-2 bits) (methods.md 16).
struct Source {
    double importance = 0;  // the loss at no bits
    double weights = 0;
};

/// The least loss any bits per weight, whole or not, could have.
struct WaterFilling {
    double level = 0;          // loss per weight that no source with bits exceeds
    std::vector<double> bits;  // per source; 0 for those below the level
    double loss = 0;
};
/// Sources without weights or importance get no bits. No bits at all where the mean is not above 0.
WaterFilling waterFilling(std::span<const Source> sources, double meanBits);

/// Whether mixing pays: the means of importance per weight, weighted by weights.
struct CodingGain {
    double arithmetic = 0, geometric = 0;
    double gain() const;       // how many times the loss of equal bits for all; 1: mixing brings nothing
    double bitsSaved() const;  // at equal loss
};
CodingGain codingGain(std::span<const Source> sources);

/// Each class as the least important source that explains its options which lose something: at those options
/// the water filling is a floor under every choice.
std::vector<Source> sourcesOf(const Problem& problem);

/// What mixing saves on this very table: bits per weight of all matrices in one format, less those of the
/// smallest vertex that loses no more. Absent: not every matrix can take the format.
std::optional<double> bitsSavedAgainst(const Front& front, int format);

}  // namespace dq::allocate
