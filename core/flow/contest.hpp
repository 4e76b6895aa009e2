#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/flow/judge.hpp"

namespace dq::flow {

struct ContestRequest {
    std::filesystem::path model;
    std::filesystem::path text;
    text::SampleOptions samples;
    std::filesystem::path cache;
    std::string palette = "all";
    quality::Metric metric = quality::Metric::FisherDiagonal;
    int budgets = 8;
    std::int64_t refine = 0;  // documents after those of `samples` that the optimum of every budget is refined by; 0: it is not
};

/// What one rule makes of every budget, measured.
struct Contestant {
    std::string name, source;
    std::vector<MeasuredPoint> points;  // one a budget
};

/// The optimum and every rule of allocate/compare on the same table and bytes, each choice run: budgets are evenly spread in
/// the logarithm of the bits per weight, from the smallest size to 8.5 bits. The first contestant is ours; where it is refined,
/// the second is what became of it. Throws Error(Input) for refining without a limit of `samples`: what teaches must not judge.
std::vector<Contestant> contest(const ContestRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
