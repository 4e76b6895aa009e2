#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/evaluation.hpp"
#include "core/flow/absolute.hpp"
#include "core/flow/judge.hpp"
#include "core/quality/agreement.hpp"
#include "core/quality/correction.hpp"

namespace dq::flow {

struct ValidateRequest {
    std::filesystem::path model;
    std::filesystem::path text;
    text::SampleOptions samples;
    std::filesystem::path cache;
    std::string palette = "all";
    quality::Metric metric = quality::Metric::FisherDiagonal;
    View view;
    int points = 12;                    // of the front
    std::vector<std::string> uniforms;  // beside the formats that the front itself uses
    int draws = 0;                      // of the signs of rounding errors, for every uniform format that is asked to be absolute
};

struct Validation {
    std::string model, text, metric;
    std::vector<MeasuredPoint> points;       // of the front, smallest first, then uniform ones
    quality::Correction correction;
    std::optional<quality::HeldOut> heldOut;  // whether gains of roles help
    std::vector<MeasuredPoint> reallocated;  // the corrected front's choice at the size of every point of the front
    quality::Agreement before, after;        // of the front's points; of the reallocated ones, which the fit has not seen
    std::vector<Absolute> absolute;          // uniform formats with a KL between the two limits there, as predicted without a correction
    struct Ranking {
        std::string metric;
        double spearman = 0;  // of what it says of all points with what was measured
    };
    std::vector<Ranking> rankings;  // of every metric the table has, best first
};

/// Measures points spread over the front, evenly in the logarithm of the loss, and every format they use by itself; fits the
/// correction to them, mixes above half a nat left out; asks the corrected front again, measures by themselves the formats that only
/// it uses and fits again, until there are none; measures its answers, learns from them too and asks once more.
/// Throws Error(Input) where the front has no two points with a loss.
Validation validate(const ValidateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
