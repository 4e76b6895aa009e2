#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/evaluation.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::flow {

struct EvaluateRequest {
    std::filesystem::path model;
    std::optional<std::filesystem::path> recipe;  // absent: the original itself
    std::filesystem::path text;
    text::SampleOptions samples;
    std::filesystem::path cache = {};  // of measured tables, for recipes whose formats look at inputs
};

struct EvaluateResult {
    evaluate::Evaluation evaluation;
    double predicted = 0;  // the recipe's promise, nats per token; 0 for the original
    Bytes bytes = 0;
    double bitsPerWeight = 0;
    std::vector<std::string> remarks;  // matrices that hold NaN or infinity
};

/// Runs the model, and beside it the weights a recipe gives, without exporting anything.
EvaluateResult evaluate(const EvaluateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
