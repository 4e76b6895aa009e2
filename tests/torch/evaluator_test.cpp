#include <atomic>
#include <cmath>

#include "core/base/error.hpp"
#include "core/evaluate/evaluation.hpp"
#include "core/torch/worker.hpp"
#include "tests/support/runner.hpp"
#include "tests/torch/reference.hpp"

using namespace dq;
using dq::test::Reference;
using dq::test::TinyModel;
using evaluate::SequenceScore;
using evaluate::WeightSource;

namespace {

/// Every third weight of a matrix, a little off.
float moved(std::size_t i, float weight) {
    return i % 3 == 0 ? weight * 1.3f + 0.02f : weight;
}

bool isMoved(const model::WeightMatrix& matrix) {
    return matrix.role == model::Role::Embedding || matrix.role == model::Role::Down ||
           matrix.role == model::Role::K;
}

std::size_t top(const std::vector<double>& row) {
    return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

}  // namespace

class EvaluatorTest : public QObject {
    Q_OBJECT

private slots:
    void runsTheOriginalAlone();
    void findsNoDifferenceWhereThereIsNone();
    void agreesWithDoubleArithmetic_data();
    void agreesWithDoubleArithmetic();
    void namesTheBlockThatOverflows();
    void canBeStopped();
    void severalSourcesGetTheAnswersOfEachAlone();
    void whatTheOriginalGaveIsNotComputedAgain();
};

void EvaluatorTest::runsTheOriginalAlone() {
    const TinyModel tiny({});
    const text::Samples samples = test::randomSamples({6, 1, 11}, tiny.config().vocabulary);

    const auto scores = torch_worker::makeEvaluator()->scores(*tiny.open(), samples, nullptr, {});
    const Reference truth = test::referenceOf(tiny, samples);

    QCOMPARE(scores.size(), 3u);
    QCOMPARE(scores[0].tokens, 5);
    QCOMPARE(scores[1].tokens, 0);
    QCOMPARE(scores[2].sameTop, 10);
    QVERIFY(std::abs((scores[0].loss + scores[2].loss) / 15 - truth.loss) < 1e-5);
    QCOMPARE(scores[2].loss, scores[2].originalLoss);
    QCOMPARE(scores[2].kl, 0.0);
}

void EvaluatorTest::findsNoDifferenceWhereThereIsNone() {
    const TinyModel tiny({.tied = true});
    const text::Samples samples = test::randomSamples({6, 11}, tiny.config().vocabulary);
    int asked = 0;
    const WeightSource same = [&](const model::WeightMatrix&, std::span<const float> from,
                                  std::span<float> to) {
        std::copy(from.begin(), from.end(), to.begin());
        return ++asked % 2 == 0;
    };

    const auto scores = torch_worker::makeEvaluator()->scores(*tiny.open(), samples, &same, {});

    for (const SequenceScore& score : scores) {
        QCOMPARE(score.kl, 0.0);
        QCOMPARE(score.loss, score.originalLoss);
        QCOMPARE(score.sameTop, score.tokens);
    }
    QVERIFY(asked >= 15);
}

void EvaluatorTest::agreesWithDoubleArithmetic_data() {
    QTest::addColumn<bool>("tied");
    QTest::newRow("untied") << false;
    QTest::newRow("tied") << true;
}

/// A tied matrix is replaced in both its places: the reference has it once.
void EvaluatorTest::agreesWithDoubleArithmetic() {
    QFETCH(bool, tied);
    const TinyModel tiny({.tied = tied, .attentionBias = true});
    TinyModel other({.tied = tied, .attentionBias = true});
    const auto model = tiny.open();
    for (const model::WeightMatrix& matrix : model->matrices()) {
        if (!isMoved(matrix)) continue;
        auto& values = other.change().at(matrix.tensor).values;
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = moved(i, values[i]);
    }
    const WeightSource source = [](const model::WeightMatrix& matrix, std::span<const float> from,
                                   std::span<float> to) {
        for (std::size_t i = 0; i < from.size(); ++i)
            to[i] = moved(i, from[i]);
        return isMoved(matrix);
    };
    const text::Samples samples = test::randomSamples({9, 30, 4}, tiny.config().vocabulary);

    const auto scores = torch_worker::makeEvaluator()->scores(*model, samples, &source, {});
    const Reference p = test::referenceOf(tiny, samples), q = test::referenceOf(other, samples);

    std::size_t t = 0;
    for (std::size_t s = 0; s < scores.size(); ++s) {
        SequenceScore truth;
        for (std::size_t i = 0; i + 1 < samples.sequences[s].size(); ++i, ++t) {
            const auto next = static_cast<std::size_t>(samples.sequences[s][i + 1]);
            truth.loss -= q.logSoftmax[t][next];
            truth.originalLoss -= p.logSoftmax[t][next];
            for (std::size_t v = 0; v < p.logSoftmax[t].size(); ++v)
                truth.kl += std::exp(p.logSoftmax[t][v]) * (p.logSoftmax[t][v] - q.logSoftmax[t][v]);
            truth.sameTop += top(p.logSoftmax[t]) == top(q.logSoftmax[t]);
        }
        QVERIFY(truth.kl > 0.01);
        QVERIFY(std::abs(scores[s].loss - truth.loss) < 1e-4 * truth.loss);
        QVERIFY(std::abs(scores[s].originalLoss - truth.originalLoss) < 1e-4 * truth.originalLoss);
        QVERIFY(std::abs(scores[s].kl - truth.kl) < 1e-4 * truth.kl);
        QCOMPARE(scores[s].sameTop, truth.sameTop);
    }
}

void EvaluatorTest::namesTheBlockThatOverflows() {
    const TinyModel tiny({});
    const text::Samples samples = test::randomSamples({9}, tiny.config().vocabulary);
    const WeightSource damaged = [](const model::WeightMatrix& matrix, std::span<const float>,
                                    std::span<float> to) {
        std::fill(to.begin(), to.end(), 1e38f);
        return matrix.block == 1;
    };
    DQ_THROWS(torch_worker::makeEvaluator()->scores(*tiny.open(), samples, &damaged, {}), "layers.1",
              "not finite");
}

void EvaluatorTest::canBeStopped() {
    const TinyModel tiny({});
    const std::atomic<bool> stop{true};
    bool cancelled = false;
    try {
        torch_worker::makeEvaluator()->scores(*tiny.open(), test::randomSamples({9}, 29), nullptr,
                                              Progress({}, &stop));
    } catch (const Cancelled&) {
        cancelled = true;
    }
    QVERIFY(cancelled);
}

void EvaluatorTest::severalSourcesGetTheAnswersOfEachAlone() {
    const TinyModel tiny({});
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples({6, 1, 11}, tiny.config().vocabulary);
    std::vector<WeightSource> sources;
    for (const float factor : {0.9f, 1.2f, 1.0f})
        sources.push_back([factor](const model::WeightMatrix&, std::span<const float> from, std::span<float> to) {
            std::transform(from.begin(), from.end(), to.begin(), [factor](float weight) { return factor * weight; });
            return true;
        });
    const auto evaluator = torch_worker::makeEvaluator();

    const auto together = evaluator->scores(*model, samples, sources, nullptr, {});

    QCOMPARE(together.size(), 3u);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const evaluate::Scores alone = evaluator->scores(*model, samples, &sources[i], {});
        QCOMPARE(alone.size(), together[i].size());
        for (std::size_t s = 0; s < alone.size(); ++s) {
            QCOMPARE(together[i][s].loss, alone[s].loss);
            QCOMPARE(together[i][s].kl, alone[s].kl);
            QCOMPARE(together[i][s].tokenKl, alone[s].tokenKl);
            QCOMPARE(together[i][s].tokenLoss.size(), static_cast<std::size_t>(alone[s].tokens));
        }
    }
    QVERIFY(together[0][0].kl > 1e-6);
    QVERIFY(together[0][0].kl != together[1][0].kl);
    QCOMPARE(together[2][0].kl, 0.0);
}

void EvaluatorTest::whatTheOriginalGaveIsNotComputedAgain() {
    const TinyModel tiny({});
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples({6, 11}, tiny.config().vocabulary);
    int asked = 0;
    const WeightSource halved = [&](const model::WeightMatrix&, std::span<const float> from, std::span<float> to) {
        std::transform(from.begin(), from.end(), to.begin(), [](float weight) { return weight / 2; });
        return ++asked > 0;
    };
    std::vector<float> kept;
    std::int64_t wanted = 0;
    const evaluate::Keepsake keepsake{
        [&](std::int64_t count) {
            wanted = count;
            return kept.empty() ? std::nullopt : std::optional(kept);
        },
        [&](std::span<const float> states) { kept.assign(states.begin(), states.end()); }};
    const auto evaluator = torch_worker::makeEvaluator();

    const auto first = evaluator->scores(*model, samples, std::span(&halved, 1), &keepsake, {});
    QCOMPARE(kept.size(), static_cast<std::size_t>(wanted));
    QCOMPARE(wanted, 17 * tiny.config().hidden);
    const auto again = evaluator->scores(*model, samples, std::span(&halved, 1), &keepsake, {});
    QCOMPARE(again[0][1].kl, first[0][1].kl);
    QCOMPARE(again[0][1].originalLoss, first[0][1].originalLoss);

    std::fill(kept.begin(), kept.end(), 0.0f);  // what is kept is believed
    const auto other = evaluator->scores(*model, samples, std::span(&halved, 1), &keepsake, {});
    QVERIFY(other[0][1].originalLoss != first[0][1].originalLoss);
    QCOMPARE(other[0][1].loss, first[0][1].loss);
}

DQ_TEST(EvaluatorTest);
#include "evaluator_test.moc"
