#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/evaluate/evaluator.hpp"

namespace dq::evaluate {

struct Interval {
    double mean = 0, low = 0, high = 0;  // 95 %
};

/// What an evaluation says, over all sequences.
struct Evaluation {
    std::int64_t documents = 0, tokens = 0;
    double perplexity = 0;                // of the evaluated weights
    double originalPerplexity = 0;
    std::optional<Interval> kl;           // nats per token; absent where the original itself was evaluated
    double sameTop = 1;                   // fraction of tokens with the original's most likely next token
    std::optional<Interval> perplexityRatio;  // evaluated / original, both on the same resampled sequences
    double klTail = 0;                    // 99.9 % of the tokens have a smaller KL
    struct Sequence {
        std::int64_t number = 0;  // among the samples, from 0
        double kl = 0;            // nats per token
    };
    std::vector<Sequence> worst;          // the sequences with the largest KL per token, at most 5, worst first
};

/// Means over tokens; the interval is a percentile bootstrap over sequences (10 000 resamples, fixed seed).
Evaluation evaluationOf(std::span<const SequenceScore> scores, bool againstOriginal);

/// How many times the KL of `before` that of `now` is, both on the same resampled sequences: the interval is narrower than those of the
/// two KLs suggest. Throws Error(Input) where the numbers of sequences differ, or `before` has no KL to compare with.
Interval klRatio(std::span<const SequenceScore> before, std::span<const SequenceScore> now);

}  // namespace dq::evaluate
