#pragma once

#include <vector>

#include "core/measure/fisher_pass.hpp"

namespace dq::flow {

/// What published rules say a matrix minds, whatever the format.
struct Sensitivity {
    double trace = 0;       // sum of h, nats per token and squared weight
    double squared = 0;     // sum of w^2
    double weighted = 0;    // sum of h w^2
    double weights = 0;

    double traceTimesMeanSquare() const { return weights > 0 ? trace * squared / weights : 0; }
};

/// Of every matrix, from one pass forward and back of its own.
std::vector<Sensitivity> sensitivitiesOf(const model::Model& model, const text::Samples& samples, const measure::FisherOptions& options,
                                         measure::FisherPass& pass, const Progress& progress);

}  // namespace dq::flow
