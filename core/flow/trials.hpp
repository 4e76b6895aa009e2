#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/evaluate/evaluator.hpp"
#include "core/measure/measurements.hpp"

namespace dq::flow {

/// One matrix alone in one format, all others original.
struct Tried {
    std::size_t matrix = 0, format = 0;  // places in the table
    double kl = 0;                       // measured, nats per token
};

/// Fills in the measured KL of every cell: what an earlier run found on the same table and text is not run again, and what this
/// one finds is kept beside the table, some cells at a time, so that a kill loses little.
void tryEach(const model::Model& model, std::shared_ptr<const measure::Measurements> table, const text::Samples& samples,
             std::span<Tried> cells, const std::filesystem::path& cache, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
