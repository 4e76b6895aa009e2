#include "core/evaluate/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/base/units.hpp"

namespace dq::evaluate {

namespace {

constexpr std::int64_t Resamples = 10000;

/// xorshift64*: small and fast; each resample starts it anew from its own number, so that threads do not
/// matter.
class Draws {
public:
    explicit Draws(std::uint64_t start) : state_((start + 1) * 0x9e3779b97f4a7c15u) {
        for (int i = 0; i < 4; ++i)
            next();
    }
    /// A number below `count`, count < 2^32.
    std::size_t below(std::uint64_t count) {
        return static_cast<std::size_t>(((next() >> 32) * count) >> 32);
    }

private:
    std::uint64_t next() {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 0x2545f4914f6cdd1du;
    }
    std::uint64_t state_;
};

struct Weighted {
    double sum = 0, tokens = 0;
};

double resampledMean(const std::vector<Weighted>& sequences, std::uint64_t number) {
    Draws draws(number);
    Weighted total;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const Weighted& one = sequences[draws.below(sequences.size())];
        total.sum += one.sum;
        total.tokens += one.tokens;
    }
    return total.sum / total.tokens;
}

/// The value with `fraction` of the sorted numbers below it, between two neighbours where it falls between
/// them.
double quantile(const std::vector<double>& sorted, double fraction) {
    const double place = fraction * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

Interval bootstrapped(const std::vector<Weighted>& sequences, double mean) {
    std::vector<double> means(Resamples);
    constexpr std::int64_t Share = 250;
    parallelFor(Resamples / Share, [&](std::int64_t share) {
        for (std::int64_t i = share * Share; i < (share + 1) * Share; ++i)
            means[static_cast<std::size_t>(i)] = resampledMean(sequences, static_cast<std::uint64_t>(i));
    });
    std::sort(means.begin(), means.end());
    return {mean, quantile(means, 0.025), quantile(means, 0.975)};
}

double tailOf(std::span<const SequenceScore> scores) {
    std::vector<double> tokens;
    for (const SequenceScore& score : scores) tokens.insert(tokens.end(), score.tokenKl.begin(), score.tokenKl.end());
    if (tokens.empty()) return 0;
    std::sort(tokens.begin(), tokens.end());
    return quantile(tokens, 0.999);
}

std::vector<Evaluation::Sequence> worstOf(std::span<const SequenceScore> scores) {
    constexpr std::size_t Named = 5;
    std::vector<Evaluation::Sequence> all;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i].tokens > 0)
            all.push_back({static_cast<std::int64_t>(i), scores[i].kl / static_cast<double>(scores[i].tokens)});
    const auto named = all.begin() + static_cast<std::ptrdiff_t>(std::min(Named, all.size()));
    std::partial_sort(all.begin(), named, all.end(), [](const auto& a, const auto& b) {
        return a.kl > b.kl || (a.kl == b.kl && a.number < b.number);
    });
    all.erase(named, all.end());
    return all;
}

Interval exponential(const Interval& logs) {
    return {std::exp(logs.mean), std::exp(logs.low), std::exp(logs.high)};
}

}  // namespace

Evaluation evaluationOf(std::span<const SequenceScore> scores, bool againstOriginal) {
    Evaluation result;
    double loss = 0, originalLoss = 0, kl = 0;
    std::int64_t sameTop = 0;
    std::vector<Weighted> divergences, differences;
    for (const SequenceScore& score : scores) {
        result.tokens += score.tokens;
        loss += score.loss;
        originalLoss += score.originalLoss;
        kl += score.kl;
        sameTop += score.sameTop;
        if (score.tokens == 0) continue;
        divergences.push_back({score.kl, static_cast<double>(score.tokens)});
        differences.push_back({score.loss - score.originalLoss, static_cast<double>(score.tokens)});
    }
    if (result.tokens == 0) throw Error(Kind::Input, "nothing was evaluated: no sequence has 2 tokens");
    const double tokens = static_cast<double>(result.tokens);
    result.documents = static_cast<std::int64_t>(divergences.size());
    result.perplexity = std::exp(loss / tokens);
    result.originalPerplexity = std::exp(originalLoss / tokens);
    result.sameTop = static_cast<double>(sameTop) / tokens;
    if (!againstOriginal) return result;
    result.kl = bootstrapped(divergences, kl / tokens);
    result.perplexityRatio = exponential(bootstrapped(differences, (loss - originalLoss) / tokens));
    result.klTail = tailOf(scores);
    result.worst = worstOf(scores);
    return result;
}

Interval klRatio(std::span<const SequenceScore> before, std::span<const SequenceScore> now) {
    if (before.size() != now.size())
        throw Error(Kind::Input, std::to_string(before.size()) + " sequences cannot be compared with " + std::to_string(now.size()));
    std::vector<Weighted> pairs;
    double divisor = 0, dividend = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].kl > 0) pairs.push_back({now[i].kl, before[i].kl});
        divisor += before[i].kl;
        dividend += now[i].kl;
    }
    if (!(divisor > 0)) throw Error(Kind::Input, "the KL to compare with is " + showNumber(divisor) + "; it must be above 0");
    return bootstrapped(pairs, dividend / divisor);
}

}  // namespace dq::evaluate
