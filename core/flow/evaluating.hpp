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
    std::vector<std::filesystem::path> recipes;  // none: the original itself
    std::filesystem::path text;
    text::SampleOptions samples;
    /// Of measured tables, for recipes whose formats look at inputs, and of what originals gave; empty: neither.
    std::filesystem::path cache = {};
};

struct EvaluateResult {
    std::filesystem::path recipe;  // empty: the original itself
    evaluate::Evaluation evaluation;
    double predicted = 0;  // the recipe's promise, nats per token; 0 for the original
    Bytes bytes = 0;
    double bitsPerWeight = 0;
    std::vector<std::string> remarks;  // matrices that hold NaN or infinity, a text the recipe was made on
};

/// Runs the model, and beside it the weights each recipe gives, without exporting anything: one walk through the checkpoint for
/// all, and one result for each.
std::vector<EvaluateResult> evaluate(const EvaluateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
