#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/evaluate/evaluation.hpp"
#include "core/model/finite.hpp"
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

/// What the weights of each recipe, or without any the original's, make of every sample. As many recipes walk through the model
/// together as their hidden states fit in memory.
std::vector<evaluate::Scores> scoresOf(const model::Model& model, const text::Samples& samples, std::span<const recipe::Recipe> recipes,
                                       const std::filesystem::path& cache, evaluate::Evaluator& evaluator, const Progress& progress);
std::vector<evaluate::Scores> scoresOf(const model::Model& model, const text::Samples& samples, std::span<const evaluate::WeightSource> sources,
                                       const std::filesystem::path& cache, evaluate::Evaluator& evaluator, const Progress& progress);

/// The weights a recipe gives; what its formats look at is read from the cache.
evaluate::WeightSource roundedBy(const recipe::Recipe& recipe, const std::filesystem::path& cache);

/// Throws Error(Input) where a recipe is of another model, or quantizes a matrix that holds NaN or infinity.
void requireRunnable(const recipe::Recipe& recipe, const model::Model& model, std::span<const model::NotFinite> damaged);

/// Runs the model, and beside it the weights each recipe gives, without exporting anything: one walk through the checkpoint for
/// all, and one result for each.
std::vector<EvaluateResult> evaluate(const EvaluateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
