#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/evaluate/evaluator.hpp"
#include "core/evaluate/evaluation.hpp"
#include "core/evaluate/questions.hpp"

namespace dq::evaluate {

/// Every choice of every question behind its context, as a sequence of its own.
struct Trials {
    struct Trial {
        std::size_t question = 0, choice = 0;
        std::size_t first = 0;  // the first token of the choice in the sequence
        std::size_t bytes = 0;  // of the choice's text, without the space before it
    };
    std::vector<Trial> trials;  // in the order of samples.sequences
    text::Samples samples;
};

/// The tokens of a choice are those that context and choice together have beyond the context's own, as in
/// lm-evaluation-harness. A context that does not fit in the window loses its beginning. Throws Error(Input) naming the
/// question: a choice longer than the window, one that adds no token, a context without a token before it.
Trials trialsOf(std::span<const Question> questions, const text::Tokenizer& tokenizer, std::int64_t vocabulary, std::int64_t window);

/// Which choice each question was given.
struct Answers {
    std::vector<bool> right;            // by the choice's log-likelihood
    std::vector<bool> rightNormalized;  // divided by its bytes
};
enum class Whose { Evaluated, Original };
Answers answersOf(std::span<const Question> questions, const Trials& trials, const Scores& scores, Whose whose);

/// Fraction that is true, with Wilson's 95 % interval.
Interval accuracyOf(const std::vector<bool>& right);

/// Two models on the same questions.
struct Paired {
    std::int64_t gained = 0, lost = 0;  // right now and wrong before; the other way round
    double p = 1;                       // McNemar's exact test: how likely so uneven a split is by chance
};
Paired paired(const std::vector<bool>& before, const std::vector<bool>& now);

}  // namespace dq::evaluate
