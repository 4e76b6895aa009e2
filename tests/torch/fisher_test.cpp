#include "core/torch/labels.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "tests/support/runner.hpp"
#include "tests/torch/record.hpp"
#include "tests/torch/reference.hpp"

using namespace dq;
using dq::test::Record;
using dq::test::recorded;
using dq::test::Reference;
using dq::test::TinyConfig;
using dq::test::TinyModel;

namespace {

/// The largest |ours - truth| in parts of the largest |truth|.
double deviation(const std::vector<float>& ours, const std::vector<double>& truth) {
    if (ours.size() != truth.size()) return INFINITY;
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(ours[i]) - truth[i]));
        largest = std::max(largest, std::abs(truth[i]));
    }
    return worst / largest;
}

const std::vector<std::size_t> Lengths{7, 12, 1, 5, 12};

std::vector<TinyConfig> variants() {
    return {{},
            {.tied = true},
            {.kvHeads = 4, .attentionBias = true},
            {.kvHeads = 1, .mlpBias = true, .seed = 9}};
}

}  // namespace

class FisherTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithOneBackwardPassPerPositionsOwnWeights_data();
    void agreesWithOneBackwardPassPerPositionsOwnWeights();
    void hessiansAreThoseOfWhatTheMatricesRead();
    void drawsTheLabelsItSays();
    void resumesBitForBit_data();
    void resumesBitForBit();
    void doesNotDependOnTheNumberOfThreads();
    void addsUpOverSequences();
    void reportsAndCanBeStopped();
    void damagedWeightsCountAsZero();
    void refusesWhatIsNotFinite();
    void refusesTokensOutsideTheVocabulary();
    void refusesAForeignBoundary();
};

void FisherTest::agreesWithOneBackwardPassPerPositionsOwnWeights_data() {
    QTest::addColumn<int>("variant");
    const char* const names[] = {"untied", "tied", "attention bias, no groups", "mlp bias, one kv head"};
    for (int i = 0; i < 4; ++i)
        QTest::newRow(names[i]) << i;
}

void FisherTest::agreesWithOneBackwardPassPerPositionsOwnWeights() {
    QFETCH(int, variant);
    const TinyModel tiny(variants()[static_cast<std::size_t>(variant)]);
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);

    const Record ours = recorded(*model, samples, {.sampledLabels = false});
    const Reference truth = test::referenceOf(tiny, samples);

    QCOMPARE(ours.fisher.size(), model->matrices().size());
    for (const auto& [place, h] : ours.fisher) {
        const model::WeightMatrix& matrix = model->matrices()[place];
        const double worst = deviation(h, truth.fisher.at(matrix.name));
        QVERIFY2(worst < 1e-4, qPrintable(QString("%1: %2").arg(matrix.name.c_str()).arg(worst)));
        QCOMPARE(ours.weights.at(place), tiny.tensors().at(matrix.tensor).values);
        if (matrix.role == model::Role::Embedding) continue;
        QVERIFY2(deviation(ours.inputMoment.at(place), truth.inputMoment.at(matrix.name)) < 1e-5,
                 matrix.name.c_str());
    }
    const std::vector<float>& one = ours.inputMoment.at(0);  // the embedding: 1, and a tied head's own input
    for (std::size_t j = 0; j < one.size(); ++j) {
        const double head = tiny.config().tied ? truth.inputMoment.at("model.embed_tokens")[j] : 0;
        QVERIFY(std::abs(static_cast<double>(one[j]) - 1 - head) < 1e-5);
    }
    QVERIFY(deviation(ours.boundaries.back(), truth.bottom) < 1e-4);  // float through two blocks
    QVERIFY(std::abs(ours.mean - truth.loss) < 1e-5);
}

void FisherTest::hessiansAreThoseOfWhatTheMatricesRead() {
    const TinyModel tiny(variants()[0]);
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);

    const Record with = recorded(*model, samples, {.hessians = true}), without = recorded(*model, samples, {});
    const Reference truth = test::referenceOf(tiny, samples);

    for (const auto& [place, hessian] : with.hessian) {
        const model::WeightMatrix& matrix = model->matrices()[place];
        QVERIFY(without.hessian.at(place).empty());
        QCOMPARE(with.fisher.at(place), without.fisher.at(place));
        QCOMPARE(hessian.empty(), matrix.block < 0);
        if (hessian.empty()) continue;
        QVERIFY2(deviation(hessian, truth.hessian.at(matrix.name)) < 1e-5, matrix.name.c_str());
        const bool shares = matrix.role == model::Role::K || matrix.role == model::Role::V || matrix.role == model::Role::Up;
        QCOMPARE(with.input.at(place) == matrix.name, !shares);
    }
}

void FisherTest::drawsTheLabelsItSays() {
    const TinyModel tiny({.seed = 4});
    const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);
    std::vector<int> seen(3, 0);  // labels that differ from the text's: sampling must do something
    const auto choose = [&](std::size_t sequence, std::size_t position,
                            const std::vector<double>& logSoftmax) {
        std::vector<float> weights;
        for (const double value : logSoftmax)
            weights.push_back(static_cast<float>(std::exp(value)));
        const std::int64_t label =
            torch_worker::drawn(weights, torch_worker::uniformAt(77, sequence, position));
        ++seen[label == samples.sequences[sequence][position + 1] ? 0 : 1];
        return label;
    };

    const Record ours = recorded(*tiny.open(), samples, {.sampledLabels = true, .seed = 77});
    const Reference truth = test::referenceOf(tiny, samples, choose);

    QVERIFY(seen[1] > seen[0]);
    QVERIFY(deviation(ours.boundaries.back(), truth.bottom) < 1e-4);  // float through two blocks
    QVERIFY(std::abs(ours.mean - truth.loss) < 1e-5);  // the loss is the text's, whatever the labels
}

void FisherTest::resumesBitForBit_data() {
    QTest::addColumn<bool>("tied");
    QTest::newRow("untied") << false;
    QTest::newRow("tied") << true;
}

void FisherTest::resumesBitForBit() {
    QFETCH(bool, tied);
    const TinyModel tiny({.blocks = 3, .tied = tied});
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);
    const measure::FisherOptions options{.sampledLabels = true, .seed = 5};
    Record whole = recorded(*model, samples, options);
    const std::vector<std::string> expected{"head", "layers.2", "layers.1", "layers.0", "embedding"};
    QCOMPARE(whole.units, expected);

    for (whole.claimed = 0; whole.claimed <= whole.units.size(); ++whole.claimed) {
        const Record rest = recorded(*model, samples, options, whole);
        QCOMPARE(rest.units.size(), whole.units.size() - whole.claimed);
        for (const auto& [place, h] : rest.fisher) {
            QCOMPARE(h, whole.fisher.at(place));
            QCOMPARE(rest.inputMoment.at(place), whole.inputMoment.at(place));
        }
        for (std::size_t i = 0; i < rest.units.size(); ++i)
            QCOMPARE(rest.boundaries[i], whole.boundaries[whole.claimed + i]);
        if (!rest.units.empty()) QCOMPARE(rest.mean, whole.mean);
    }
}

void FisherTest::doesNotDependOnTheNumberOfThreads() {
    const TinyModel tiny({.tied = true});
    const auto model = tiny.open();
    const text::Samples samples =
        test::randomSamples(std::vector<std::size_t>(60, 64), tiny.config().vocabulary);
    limitThreads(3);
    const Record three = recorded(*model, samples, {.hessians = true});
    limitThreads(1);
    const Record one = recorded(*model, samples, {.hessians = true});
    limitThreads(0);

    for (const auto& [place, h] : three.fisher)
        QCOMPARE(one.fisher.at(place), h);
    QCOMPARE(one.hessian, three.hessian);
    QCOMPARE(one.boundaries, three.boundaries);
    QCOMPARE(one.mean, three.mean);
}

/// Padding in a batch must change nothing: three sequences together are the weighted mean of each alone.
void FisherTest::addsUpOverSequences() {
    const TinyModel tiny({.attentionBias = true});
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples({9, 4, 15}, tiny.config().vocabulary);
    const Record together = recorded(*model, samples, {.sampledLabels = false});

    std::map<std::size_t, std::vector<double>> sum;
    for (const text::Sample& sequence : samples.sequences) {
        text::Samples one;
        one.sequences = {sequence};
        for (const auto& [place, h] : recorded(*model, one, {.sampledLabels = false}).fisher) {
            sum[place].resize(h.size());
            for (std::size_t i = 0; i < h.size(); ++i)
                sum[place][i] += static_cast<double>(h[i]) * static_cast<double>(sequence.size() - 1) / 25;
        }
    }

    for (const auto& [place, h] : together.fisher)
        QVERIFY(deviation(h, sum.at(place)) < 1e-5);
}

void FisherTest::reportsAndCanBeStopped() {
    const TinyModel tiny({});
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);
    std::map<std::string, std::int64_t> last;
    bool sound = true;
    const Progress watched([&](const Step& step) {
        std::int64_t& before = last[std::string(step.phase)];
        sound = sound && step.done > before && step.done <= step.total && !step.unit.empty();
        before = step.done;
    });
    recorded(*model, samples, {}, Record(), watched);
    QVERIFY(sound);
    QCOMPARE(last.at("forward"), 37 * 2);
    QCOMPARE(last.at("backward"), 37 * 4);

    std::atomic<bool> stop{true};
    bool cancelled = false;
    try {
        recorded(*model, samples, {}, Record(), Progress({}, &stop));
    } catch (const Cancelled&) {
        cancelled = true;
    }
    QVERIFY(cancelled);
}

/// A matrix with NaN or infinity in it is not quantized; the rest is measured with 0 in their place.
void FisherTest::damagedWeightsCountAsZero() {
    const text::Samples samples = test::randomSamples(Lengths, TinyModel({}).config().vocabulary);
    for (const char* const name : {"model.layers.1.mlp.up_proj.weight", "lm_head.weight", "model.embed_tokens.weight"}) {
        TinyModel damaged({}), zero({});
        damaged.change().at(name).values[5] = INFINITY;
        damaged.change().at(name).values[9] = NAN;
        zero.change().at(name).values[5] = 0;
        zero.change().at(name).values[9] = 0;
        const Record found = recorded(*damaged.open(), samples, {}), expected = recorded(*zero.open(), samples, {});
        QCOMPARE(found.mean, expected.mean);
        QVERIFY(found.fisher == expected.fisher);
    }
}

void FisherTest::refusesWhatIsNotFinite() {
    TinyModel tiny({});
    const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);
    tiny.change().at("model.layers.1.post_attention_layernorm.weight").values[5] = INFINITY;
    DQ_THROWS(recorded(*tiny.open(), samples, {}), "layers.1", "not finite");

    TinyModel head({});
    head.change().at("model.norm.weight").values[5] = NAN;
    DQ_THROWS(recorded(*head.open(), samples, {}), "head", "loss");

    TinyModel huge({});  // finite forward, but 1/scale^2 of the backward pass overflows in gy^2
    for (float& value : huge.change().at("model.layers.0.input_layernorm.weight").values)
        value *= 1e30f;
    DQ_THROWS(recorded(*huge.open(), samples, {}), "layers.0", "not finite");
}

void FisherTest::refusesTokensOutsideTheVocabulary() {
    const TinyModel tiny({});
    const auto model = tiny.open();
    text::Samples samples = test::randomSamples({4, 4}, tiny.config().vocabulary);
    samples.sequences[1][2] = 29;
    DQ_THROWS(recorded(*model, samples, {}), "sequence 1, position 2", "29");
    samples.sequences = {{3}, {}};
    DQ_THROWS(recorded(*model, samples, {}), "nothing to predict");
}

void FisherTest::refusesAForeignBoundary() {
    const TinyModel tiny({});
    const auto model = tiny.open();
    const text::Samples samples = test::randomSamples({4, 4}, tiny.config().vocabulary);
    Record other = recorded(*model, samples, {});
    other.claimed = 1;
    other.boundaries[0].pop_back();
    DQ_THROWS(recorded(*model, samples, {}, other), "127", "128");
}

DQ_TEST(FisherTest);
#include "fisher_test.moc"
