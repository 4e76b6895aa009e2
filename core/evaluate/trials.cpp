#include "core/evaluate/trials.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "core/text/collector.hpp"
#include "core/text/utf8.hpp"

namespace dq::evaluate {

namespace {

[[noreturn]] void refuse(std::size_t question, const std::string& sentence) {
    throw Error(Kind::Input, "question " + std::to_string(question + 1) + ": " + sentence);
}

/// The sequence of one choice, its context cut at the front; `first` is where the choice begins.
text::Sample sequenceOf(std::size_t question, std::size_t choice, const text::Sample& context, text::Sample whole, std::int64_t window,
                        std::size_t& first) {
    const std::string name = "choice " + std::to_string(choice + 1);
    first = std::min(context.size(), whole.size());
    if (first == 0) refuse(question, "has no context, and the tokenizer puts no token before the text");
    if (first == whole.size()) refuse(question, name + " adds no token to its context");
    const std::size_t length = static_cast<std::size_t>(window);
    if (whole.size() - first >= length)
        refuse(question, name + " has " + std::to_string(whole.size() - first) + " tokens, too many for a window of " + std::to_string(window));
    if (whole.size() > length) {
        const std::size_t cut = whole.size() - length;
        whole.erase(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
        first -= cut;
    }
    return whole;
}

double logLikelihood(const Trials::Trial& trial, const std::vector<float>& losses) {
    double sum = 0;
    for (std::size_t i = trial.first - 1; i < losses.size(); ++i) sum -= losses[i];
    return sum;
}

/// The first of the most likely ones.
struct Best {
    std::size_t choice = 0;
    double score = -INFINITY;
    void offer(std::size_t other, double value) {
        if (value > score) *this = {other, value};
    }
};

}  // namespace

Trials trialsOf(std::span<const Question> questions, const text::Tokenizer& tokenizer, std::int64_t vocabulary, std::int64_t window) {
    text::Collector collector({.window = window}, "questions");
    Trials all;
    for (std::size_t q = 0; q < questions.size(); ++q) {
        const Question& question = questions[q];
        const text::Sample context = tokenizer.encode(question.context);
        for (std::size_t c = 0; c < question.choices.size(); ++c) {
            const std::string& choice = question.choices[c];
            Trials::Trial trial{.question = q, .choice = c, .first = 0, .bytes = text::strip(choice).size()};
            collector.add(sequenceOf(q, c, context, tokenizer.encode(question.context + choice), window, trial.first));
            all.trials.push_back(trial);
        }
    }
    all.samples = collector.take(vocabulary);
    return all;
}

Answers answersOf(std::span<const Question> questions, const Trials& trials, const Scores& scores, Whose whose) {
    std::vector<Best> best(questions.size()), bestNormalized(questions.size());
    for (std::size_t i = 0; i < trials.trials.size(); ++i) {
        const Trials::Trial& trial = trials.trials[i];
        const SequenceScore& score = scores.at(i);
        const double likelihood = logLikelihood(trial, whose == Whose::Original ? score.tokenOriginalLoss : score.tokenLoss);
        best[trial.question].offer(trial.choice, likelihood);
        bestNormalized[trial.question].offer(trial.choice, likelihood / static_cast<double>(trial.bytes));
    }
    Answers answers;
    for (std::size_t q = 0; q < questions.size(); ++q) {
        answers.right.push_back(best[q].choice == questions[q].answer);
        answers.rightNormalized.push_back(bestNormalized[q].choice == questions[q].answer);
    }
    return answers;
}

Interval accuracyOf(const std::vector<bool>& right) {
    if (right.empty()) return {};
    constexpr double z = 1.959963984540054;
    const double n = static_cast<double>(right.size());
    const double mean = static_cast<double>(std::count(right.begin(), right.end(), true)) / n;
    const double middle = (mean + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(mean * (1 - mean) / n + z * z / (4 * n * n));
    return {mean, middle - half, middle + half};
}

Paired paired(const std::vector<bool>& before, const std::vector<bool>& now) {
    Paired result;
    for (std::size_t i = 0; i < before.size(); ++i) {
        result.gained += now[i] && !before[i];
        result.lost += before[i] && !now[i];
    }
    const double n = static_cast<double>(result.gained + result.lost);
    double tail = 0;
    for (std::int64_t k = 0; k <= std::min(result.gained, result.lost); ++k) {
        const double of = static_cast<double>(k);
        tail += std::exp(std::lgamma(n + 1) - std::lgamma(of + 1) - std::lgamma(n - of + 1) - n * std::log(2.0));
    }
    result.p = std::min(1.0, 2 * tail);
    return result;
}

}  // namespace dq::evaluate
