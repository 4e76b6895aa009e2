#pragma once

#include <cstdint>

#include "core/evaluate/evaluator.hpp"

namespace dq::flow {

/// The same sizes of rounding errors with the sign of each drawn anew. A sum of h times squared errors foretells the mean over such draws;
/// the rounding itself is one of them. The same draw gives the same signs on every machine.
evaluate::WeightSource withDrawnSigns(evaluate::WeightSource rounded, std::uint64_t draw);

}  // namespace dq::flow
