#pragma once

#include <span>
#include <vector>

#include "core/base/progress.hpp"
#include "core/evaluate/evaluator.hpp"

namespace dq::torch_worker {

/// As Evaluator::klOfEach. The original's boundaries are kept, exactly, and its log-probabilities where they take less than
/// 1 GiB; so are the weights of a model whose floats take less than 2 GiB, which a larger one reads again for every change.
std::vector<double> klOfChanges(const model::Model& model, const text::Samples& samples,
                               std::span<const evaluate::Change> changes, const Progress& progress);

}  // namespace dq::torch_worker
