#pragma once

#include <vector>

#include "core/base/progress.hpp"
#include "core/evaluate/evaluator.hpp"
#include "core/measure/measurements.hpp"

namespace dq::flow {

/// HIGGS's coefficients (methods.md 6): Gaussian noise with a 256th of a matrix's energy is added to it alone, and the KL that this makes
/// on the first 4096 tokens is divided by that 256th. 0 for matrices that hold NaN or infinity or nothing but zeros.
std::vector<double> noiseGains(const model::Model& model, const measure::Measurements& table, const text::Samples& samples,
                               evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
