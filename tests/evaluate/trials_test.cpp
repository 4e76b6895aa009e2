#include <cmath>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/evaluate/trials.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using evaluate::Question;
using evaluate::Scores;
using evaluate::Trials;
using evaluate::Whose;

namespace {

std::shared_ptr<const text::Tokenizer> demoTokenizer() {
    return text::Tokenizer::open(DQ_SOURCE_DIR "/resources/demo/tokenizer.json");
}

constexpr std::int64_t vocabulary = 1024;

const std::vector<Question> questions{{"Once there was a", {" boy.", " sleepy owl."}, 1}, {"He liked", {" pears.", " ice cream."}, 0}};

}  // namespace

class TrialsTest : public QObject {
    Q_OBJECT

private slots:
    void aChoiceBeginsBehindItsContext();
    void longContextsLoseTheirBeginning();
    void theMostLikelyChoiceIsTheAnswer();
    void accuracyHasWilsonsInterval();
    void pairsAreTestedExactly();
    void refusesWhatCannotBeAsked();
};

void TrialsTest::aChoiceBeginsBehindItsContext() {
    const auto tokenizer = demoTokenizer();
    const Trials trials = evaluate::trialsOf(questions, *tokenizer, vocabulary, 64);

    QCOMPARE(trials.trials.size(), 4u);
    QCOMPARE(trials.samples.sequences.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        const Trials::Trial& trial = trials.trials[i];
        const text::Sample& sequence = trials.samples.sequences[i];
        QCOMPARE(tokenizer->decode({sequence.begin() + static_cast<std::ptrdiff_t>(trial.first), sequence.end()}),
                 questions[trial.question].choices[trial.choice]);
    }
    QCOMPARE(trials.trials[1].bytes, std::string("sleepy owl.").size());
}

void TrialsTest::longContextsLoseTheirBeginning() {
    const auto tokenizer = demoTokenizer();
    std::string longContext;
    for (int i = 0; i < 40; ++i) longContext += "Once there was a sleepy owl. ";
    const std::vector<Question> one{{longContext + "He liked", {" pears.", " ice cream."}, 0}};

    const Trials trials = evaluate::trialsOf(one, *tokenizer, vocabulary, 16);

    for (std::size_t i = 0; i < 2; ++i) {
        const text::Sample& sequence = trials.samples.sequences[i];
        QCOMPARE(sequence.size(), 16u);
        QCOMPARE(tokenizer->decode({sequence.begin() + static_cast<std::ptrdiff_t>(trials.trials[i].first), sequence.end()}), one[0].choices[i]);
    }
}

/// Two trials a question; the loss of a context's tokens must not count.
void TrialsTest::theMostLikelyChoiceIsTheAnswer() {
    Trials trials;
    trials.trials = {{0, 0, 2, 1}, {0, 1, 2, 10}, {1, 0, 1, 4}, {1, 1, 1, 4}};
    Scores scores(4);
    scores[0].tokenLoss = {90, 1.0f};
    scores[1].tokenLoss = {0, 1.0f, 1.0f};   // less likely, but not by the byte
    scores[2].tokenLoss = {0.5f, 0.5f};
    scores[3].tokenLoss = {2.0f};
    for (evaluate::SequenceScore& score : scores) score.tokenOriginalLoss = score.tokenLoss;
    scores[2].tokenOriginalLoss = {3.0f, 3.0f};

    const evaluate::Answers now = evaluate::answersOf(questions, trials, scores, Whose::Evaluated);
    const evaluate::Answers before = evaluate::answersOf(questions, trials, scores, Whose::Original);

    QCOMPARE(now.right, (std::vector<bool>{false, true}));
    QCOMPARE(now.rightNormalized, (std::vector<bool>{true, true}));
    QCOMPARE(before.right, (std::vector<bool>{false, false}));
}

/// statsmodels: proportion_confint(8, 10, method="wilson")
void TrialsTest::accuracyHasWilsonsInterval() {
    std::vector<bool> right(10, true);
    right[3] = right[7] = false;

    const evaluate::Interval seen = evaluate::accuracyOf(right);

    QCOMPARE(seen.mean, 0.8);
    QVERIFY(std::abs(seen.low - 0.490162471536642) < 1e-12);
    QVERIFY(std::abs(seen.high - 0.943317848545625) < 1e-12);
    QVERIFY(evaluate::accuracyOf(std::vector<bool>(5, true)).high <= 1 + 1e-15);
}

/// scipy.stats.binomtest(2, 10).pvalue is 0.109375.
void TrialsTest::pairsAreTestedExactly() {
    std::vector<bool> before(30, true), now(30, true);
    for (int i = 0; i < 8; ++i) now[static_cast<std::size_t>(i)] = false;
    for (int i = 8; i < 10; ++i) before[static_cast<std::size_t>(i)] = false;

    const evaluate::Paired seen = evaluate::paired(before, now);

    QCOMPARE(seen.lost, 8);
    QCOMPARE(seen.gained, 2);
    QVERIFY(std::abs(seen.p - 0.109375) < 1e-12);
    QCOMPARE(evaluate::paired(before, before).p, 1.0);
}

void TrialsTest::refusesWhatCannotBeAsked() {
    const auto tokenizer = demoTokenizer();
    const std::vector<Question> tooLong{{"He liked", {" ice cream and pears and plum cake and ginger tea and fried fish.", " it."}, 0}};
    DQ_THROWS(evaluate::trialsOf(tooLong, *tokenizer, vocabulary, 4), "question 1", "choice 1", "window of 4");
    DQ_THROWS(evaluate::trialsOf(questions, *tokenizer, 3, 64), "vocabulary");
}

DQ_TEST(TrialsTest);
#include "trials_test.moc"
