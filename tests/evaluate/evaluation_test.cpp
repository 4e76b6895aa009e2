#include <cmath>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/evaluate/evaluation.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using evaluate::Evaluation;
using evaluate::evaluationOf;
using evaluate::SequenceScore;

namespace {

/// Sequences of 100 tokens whose KL per token is 1, 2, ... spread around their mean.
std::vector<SequenceScore> spread(int count) {
    std::vector<SequenceScore> scores;
    for (int i = 0; i < count; ++i)
        scores.push_back(
            {.tokens = 100, .loss = 200, .kl = 100.0 * (1 + i % 5), .originalLoss = 100, .sameTop = 90});
    return scores;
}

}  // namespace

class EvaluationTest : public QObject {
    Q_OBJECT

private slots:
    void meansAreOverTokens();
    void theOriginalHasNoInterval();
    void theIntervalIsThatOfTheMean();
    void longSequencesWeighMore();
    void oneSequenceHasNoSpread();
    void threadsDoNotMatter();
    void refusesNothing();
    void theRatioIsPaired();
    void theTailIsOneTokenInAThousand();
    void namesTheWorstSequences();
    void ratiosOfKlArePaired();
    void ratiosNeedSomethingToCompareWith();
};

void EvaluationTest::meansAreOverTokens() {
    const std::vector<SequenceScore> scores{
        {.tokens = 10, .loss = 10, .kl = 1, .originalLoss = 5, .sameTop = 9},
        {.tokens = 0},
        {.tokens = 30, .loss = 50, .kl = 1, .originalLoss = 15, .sameTop = 21}};

    const Evaluation result = evaluationOf(scores, true);

    QCOMPARE(result.documents, 2);
    QCOMPARE(result.tokens, 40);
    QCOMPARE(result.perplexity, std::exp(1.5));
    QCOMPARE(result.originalPerplexity, std::exp(0.5));
    QCOMPARE(result.sameTop, 0.75);
    QCOMPARE(result.kl->mean, 0.05);
}

void EvaluationTest::theOriginalHasNoInterval() {
    QVERIFY(!evaluationOf(spread(3), false).kl);
}

/// The mean of n draws from {1..5} has the standard error sqrt(2/n), so 95 % lie within 1.96 of those.
void EvaluationTest::theIntervalIsThatOfTheMean() {
    const Evaluation result = evaluationOf(spread(200), true);
    const double half = 1.96 * std::sqrt(2.0 / 200);

    QCOMPARE(result.kl->mean, 3.0);
    QVERIFY(std::abs(result.kl->low - (3 - half)) < 0.02);  // 10 000 resamples: about 0.005
    QVERIFY(std::abs(result.kl->high - (3 + half)) < 0.02);
}

void EvaluationTest::longSequencesWeighMore() {
    const std::vector<SequenceScore> scores{{.tokens = 1, .kl = 10}, {.tokens = 999, .kl = 999}};

    const Evaluation result = evaluationOf(scores, true);

    QCOMPARE(result.kl->mean, 1.009);
    QCOMPARE(result.kl->low, 1.0);    // a quarter of the resamples holds the long one twice
    QCOMPARE(result.kl->high, 10.0);  // another quarter the short one twice
}

void EvaluationTest::oneSequenceHasNoSpread() {
    const Evaluation result = evaluationOf(spread(1), true);
    QCOMPARE(result.kl->low, 1.0);
    QCOMPARE(result.kl->high, 1.0);
}

void EvaluationTest::threadsDoNotMatter() {
    const Evaluation several = evaluationOf(spread(37), true);
    limitThreads(1);
    const Evaluation one = evaluationOf(spread(37), true);
    limitThreads(0);

    QCOMPARE(one.kl->low, several.kl->low);
    QCOMPARE(one.kl->high, several.kl->high);
}

void EvaluationTest::refusesNothing() {
    DQ_THROWS(evaluationOf({}, true), "no sequence");
}

/// Sequences differ wildly in loss, but every one loses the same: the ratio has no spread.
void EvaluationTest::theRatioIsPaired() {
    std::vector<SequenceScore> scores;
    for (int i = 0; i < 50; ++i)
        scores.push_back({.tokens = 10, .loss = 10.0 * (i + 0.1), .kl = 1, .originalLoss = 10.0 * i});

    const Evaluation result = evaluationOf(scores, true);

    QVERIFY(std::abs(result.perplexityRatio->mean - std::exp(0.1)) < 1e-12);
    QVERIFY(std::abs(result.perplexityRatio->low - std::exp(0.1)) < 1e-9);
    QVERIFY(std::abs(result.perplexityRatio->high - std::exp(0.1)) < 1e-9);
    QVERIFY(!evaluationOf(scores, false).perplexityRatio);
}

void EvaluationTest::theTailIsOneTokenInAThousand() {
    SequenceScore first{.tokens = 1000}, second{.tokens = 1};
    for (int i = 0; i < 1000; ++i) first.tokenKl.push_back(static_cast<float>(999 - i));
    second.tokenKl = {5000.0f};

    QCOMPARE(evaluationOf(std::vector{first, second}, true).klTail, 999.0);
    QCOMPARE(evaluationOf(spread(3), true).klTail, 0.0);
}

void EvaluationTest::namesTheWorstSequences() {
    std::vector<SequenceScore> scores = spread(12);  // 1 2 3 4 5 1 2 ...
    scores[3] = {};

    const Evaluation result = evaluationOf(scores, true);

    std::vector<std::int64_t> numbers;
    for (const auto& one : result.worst) numbers.push_back(one.number);
    QCOMPARE(numbers, (std::vector<std::int64_t>{4, 9, 8, 2, 7}));
    QCOMPARE(result.worst.front().kl, 5.0);
}

void EvaluationTest::ratiosOfKlArePaired() {
    const std::vector<SequenceScore> before = spread(12);
    std::vector<SequenceScore> now = before;
    for (SequenceScore& one : now) one.kl *= 0.5;

    const evaluate::Interval half = klRatio(before, now);
    QCOMPARE(half.mean, 0.5);
    QCOMPARE(half.low, 0.5);
    QCOMPARE(half.high, 0.5);

    now[0].kl += 6;
    const evaluate::Interval wider = klRatio(before, now);
    QVERIFY(wider.low < wider.mean && wider.mean < wider.high);
}

void EvaluationTest::ratiosNeedSomethingToCompareWith() {
    const std::vector<SequenceScore> before = spread(3), none(3, SequenceScore{.tokens = 4});
    DQ_THROWS(klRatio(none, before), "above 0");
    DQ_THROWS(klRatio(before, spread(2)), "3 sequences", "2");
}

DQ_TEST(EvaluationTest);
#include "evaluation_test.moc"
