#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/evaluate/trials.hpp"

namespace dq::flow {

struct AnswerRequest {
    std::filesystem::path model;
    std::vector<std::filesystem::path> recipes;  // none: the original itself
    std::filesystem::path questions;
    std::optional<std::size_t> limit;
    std::int64_t window = 2048;
    std::filesystem::path cache = {};
};

struct AnswerResult {
    std::filesystem::path recipe;  // empty: the original itself
    std::size_t questions = 0;
    evaluate::Interval accuracy, accuracyNormalized;          // of the recipe's weights
    evaluate::Interval original, originalNormalized;
    evaluate::Paired against, againstNormalized;              // the original before, the recipe now
};

/// Multiple choice by log-likelihood, the original and every recipe on the same questions.
std::vector<AnswerResult> answer(const AnswerRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow
