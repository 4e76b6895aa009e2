#pragma once

#include "core/flow/correlating.hpp"
#include "core/report/findings.hpp"

namespace dq::flow {

struct FindRequest {
    MeasureRequest measure;  // model, calibration, cache; which formats is decided here
    std::filesystem::path text;
    text::SampleOptions samples;  // of that text
};

/// Looks into the published findings about bit allocation on one model: every matrix alone in 2, 3 and 4 bits, all together in 2 to 12,
/// with and without rotation, sensitivities of the original and of the rounded model, knees of several ranges. Its tables lie in
/// `findings` below the cache, so that no other command takes them for the model's own.
report::Findings find(const FindRequest& request, measure::FisherPass& pass, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
