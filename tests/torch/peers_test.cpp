#include "core/torch/peers.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"
#include "tests/torch/record.hpp"
#include "tests/torch/reference.hpp"

using namespace dq;
using dq::test::Record;
using dq::test::recorded;
using dq::test::Reference;
using dq::test::TinyModel;

namespace {

const std::vector<std::size_t> Lengths{7, 12, 1, 5, 12};

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

std::vector<double> sumOf(const std::vector<Reference::Position>& positions, std::size_t sequence, bool all) {
    std::vector<double> sum(positions.front().gradient.size());
    for (const Reference::Position& one : positions)
        for (std::size_t i = 0; i < sum.size() && (all || one.sequence == sequence); ++i) sum[i] += one.gradient[i];
    return sum;
}

double predicted(const std::vector<std::size_t>& lengths) {
    double sum = 0;
    for (const std::size_t length : lengths) sum += static_cast<double>(length - 1);
    return sum;
}

/// Mean over sequences of the squared gradient of their mean loss.
double traceOf(const std::vector<Reference::Position>& positions) {
    double trace = 0;
    for (std::size_t s = 0; s < Lengths.size(); ++s) {
        if (Lengths[s] < 2) continue;
        double own = 0;
        for (const double one : sumOf(positions, s, false)) own += one * one;
        trace += own / std::pow(static_cast<double>(Lengths[s] - 1), 2);
    }
    return trace / static_cast<double>(Lengths.size());
}

/// Something like a rounding error.
std::vector<double> errorOf(std::size_t count) {
    std::vector<double> error(count);
    for (std::size_t i = 0; i < count; ++i) error[i] = std::sin(7.0 * static_cast<double>(i) + 0.3 * static_cast<double>(i * i % 11));
    return error;
}

/// sum over i of (D_i . G_i)^2.
double along(const std::vector<double>& error, const auto& gradient, std::size_t from, std::int64_t rows, std::int64_t cols) {
    double sum = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
        double product = 0;
        for (std::int64_t j = 0; j < cols; ++j) {
            const auto at = static_cast<std::size_t>(i * cols + j);
            product += error[at] * static_cast<double>(gradient[from + at]);
        }
        sum += product * product;
    }
    return sum;
}

}  // namespace

class PeersTest : public QObject {
    Q_OBJECT

private slots:
    void gradientsAndTracesAreThoseOfEachPositionsOwnWeights() {
        const TinyModel tiny({});
        const auto model = tiny.open();
        const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);

        const Record ours = recorded(*model, samples, {.sampledLabels = false, .peers = true});
        const Reference truth = test::referenceOf(tiny, samples);

        QCOMPARE(ours.gradient.size(), model->matrices().size());
        for (const auto& [place, gradient] : ours.gradient) {
            const std::string& name = model->matrices()[place].name;
            const auto& positions = truth.positions.at(name);
            std::vector<double> whole = sumOf(positions, 0, true);
            for (double& one : whole) one /= predicted(Lengths);
            QVERIFY2(deviation(gradient, whole) < 1e-4, name.c_str());
            const double trace = traceOf(positions);
            QVERIFY2(std::abs(ours.sequenceTrace.at(place) - trace) < 1e-4 * trace, name.c_str());
            QVERIFY2(deviation(ours.fisher.at(place), truth.fisher.at(name)) < 1e-4, name.c_str());
        }
    }

    void probesGiveTheOutputsErrorOnAverage() {
        const TinyModel tiny({});
        const auto model = tiny.open();
        const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);

        const Record ours = recorded(*model, samples, {.sampledLabels = false, .peers = true});
        const Reference truth = test::referenceOf(tiny, samples);

        double logarithms = 0, count = 0;
        for (const auto& [place, probes] : ours.probes) {
            const model::WeightMatrix& matrix = model->matrices()[place];
            if (matrix.role == model::Role::Embedding) {
                QVERIFY(probes.empty());
                continue;
            }
            const auto size = static_cast<std::size_t>(matrix.weights());
            const std::vector<double> error = errorOf(size);
            double exact = 0, estimate = 0;
            for (const Reference::Position& one : truth.positions.at(matrix.name))
                exact += along(error, one.gradient, 0, matrix.rows, matrix.cols) / predicted(Lengths);
            QCOMPARE(probes.size(), size * static_cast<std::size_t>(measure::probesFor(matrix.rows)));
            for (std::size_t from = 0; from < probes.size(); from += size)
                estimate += along(error, probes, from, matrix.rows, matrix.cols) * static_cast<double>(size) / static_cast<double>(probes.size());
            // 64 probes of 12 to 29 rows: some 7 % each; the average over all matrices is closer
            QVERIFY2(std::abs(estimate / exact - 1) < 0.35, qPrintable(QString("%1: %2").arg(matrix.name.c_str()).arg(estimate / exact)));
            logarithms += std::log(estimate / exact);
            ++count;
        }
        QVERIFY2(std::abs(logarithms / count) < 0.06, qPrintable(QString::number(logarithms / count)));
    }

    void meansAreThoseOfTheInputs() {
        const TinyModel tiny({});
        const auto model = tiny.open();
        const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);

        const Record ours = recorded(*model, samples, {.peers = true});
        const Reference truth = test::referenceOf(tiny, samples);

        for (const auto& [place, mean] : ours.inputMean) {
            const model::WeightMatrix& matrix = model->matrices()[place];
            if (matrix.block < 0) continue;
            std::vector<double> sum(static_cast<std::size_t>(matrix.cols));
            for (const Reference::Position& one : truth.positions.at(matrix.name))
                for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += one.input[j] / 37;
            QVERIFY2(deviation(mean, sum) < 1e-5, matrix.name.c_str());
        }
    }

    void aTiedHeadAddsItsGradient() {
        const TinyModel tiny({.tied = true});
        const auto model = tiny.open();
        const text::Samples samples = test::randomSamples(Lengths, tiny.config().vocabulary);

        const Record ours = recorded(*model, samples, {.sampledLabels = false, .peers = true});
        const Reference truth = test::referenceOf(tiny, samples);

        std::vector<double> whole = sumOf(truth.positions.at("model.embed_tokens"), 0, true);
        for (double& one : whole) one /= predicted(Lengths);
        QVERIFY(deviation(ours.gradient.at(0), whole) < 1e-4);
        QVERIFY(ours.probes.at(0).empty());
    }

    void expertsAddUpToTheirTokens() {
        const auto model = model::Model::open(DQ_SOURCE_DIR "/tests/fixtures/torch/qwen3_moe");
        const auto samples = test::randomSamples({5, 12, 9}, model->architecture().vocabulary);

        const Record with = recorded(*model, samples, {.peers = true}), without = recorded(*model, samples, {});

        QCOMPARE(with.fisher, without.fisher);
        bool met = false;
        for (const auto& [place, gradient] : with.gradient) {
            const model::WeightMatrix& matrix = model->matrices()[place];
            if (with.tokens.at(place) == 0) {
                QVERIFY(gradient.empty() && with.sequenceTrace.at(place) > 0);
                continue;
            }
            met = met || matrix.expert >= 0;
            QCOMPARE(std::ssize(gradient), matrix.weights());
            // ||sum g||^2 <= n sum ||g||^2 over n <= 26 positions, of which 23 are predicted
            double own = 0, trace = 0;
            for (const float one : gradient) own += double{one} * double{one};
            for (const float one : with.fisher.at(place)) trace += double{one};
            QVERIFY2(own <= trace * (26.0 / 23 + 1e-5), matrix.name.c_str());
        }
        QVERIFY(met);
    }

    /// A vocabulary so large that only some rows are looked at, in slabs: the same as in one.
    void someRowsOfALargeHead() {
        const TinyModel tiny({.hidden = 4, .intermediate = 8, .blocks = 1, .heads = 1, .kvHeads = 1, .headDim = 4, .vocabulary = 9001});
        const auto model = tiny.open();
        const text::Samples samples = test::randomSamples({6, 4}, tiny.config().vocabulary);

        const Record ours = recorded(*model, samples, {.sampledLabels = false, .peers = true});
        const Reference truth = test::referenceOf(tiny, samples);

        for (const std::string name : {"lm_head", "model.embed_tokens"}) {
            const std::vector<double> whole = sumOf(truth.positions.at(name), 0, true);
            std::vector<double> sampled;
            for (std::size_t row = 0; row < 9001; row += 3)
                for (std::size_t j = 0; j < 4; ++j) sampled.push_back(whole[row * 4 + j] / 8);
            QVERIFY2(deviation(ours.gradient.at(model->indexOf(name).value()), sampled) < 1e-4, name.c_str());
        }
    }
};

DQ_TEST(PeersTest);
#include "peers_test.moc"
