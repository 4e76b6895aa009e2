#include "core/quality/peer_losses.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using quality::Metric;

namespace {

measure::MatrixRow row(double alpha, double kurtosis, double size) {
    measure::MatrixRow row;
    row.name = "m" + std::to_string(static_cast<int>(alpha));
    row.rows = 4;
    row.cols = 8;
    row.squared = 6.4;
    row.kurtosis = kurtosis;
    row.bytes = {18, 18, 64};
    row.errors = {{.squared = 1.6, .fisher = 0.25}, {.squared = 0.8, .fisher = 0.125}, {}};
    row.peers = {{.outputError = 1, .cosine = 2, .output = 3, .firstOrder = 4, .pivots = 5}, {.outputError = 0.5}, {}};
    row.peer = {.sequenceTrace = 10, .alphaHill = alpha, .spectralSize = size, .noiseGain = 0.5};
    return row;
}

measure::Measurements table() {
    measure::Measurements all;
    all.modelName = "tiny";
    all.key.peers = true;
    all.formats = {"int4-g32", "q3_k", "bf16"};
    all.rows = {row(2, 3, 10), row(4, 5, 30), row(8, 9, 20)};
    return all;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

class PeerLossesTest : public QObject {
    Q_OBJECT

private slots:
    void everyMetricIsItsFormula_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("first");   // the first matrix in int4-g32
        QTest::addColumn<double>("second");  // in q3_k
        const double s = 10 * 6.4 / 32;
        QTest::newRow("v1") << "dynaquant-v1" << s * 0.0204081632653 << s * 0.1111111111111;
        QTest::newRow("eoe") << "eoe-mse" << 1.0 << 0.5;
        QTest::newRow("cosine") << "weighted-cosine" << 2.0 << 0.0;
        QTest::newRow("modelopt") << "modelopt" << 3.0 << 0.0;
        QTest::newRow("autoscheme") << "autoscheme" << 4.0 << 0.0;
        QTest::newRow("gptq") << "gptq-diagonal" << 5.0 << 0.0;
        QTest::newRow("higgs") << "higgs" << 0.5 * 0.25 << 0.5 * 0.125;
        QTest::newRow("alphaq") << "alphaq" << 4.0 / 2 * 1.6 / 32 << 4.0 / 2 * 0.8 / 32;
        // kurtoses 3, 5, 9: median 5, deviations 2, 0, 4, MAD 2; sizes 10, 30, 20: median 20, MAD 10
        const double nsds = 1 - (1 - sigmoid(-1 / 1.4826)) * (1 - sigmoid(-1 / 1.4826));
        QTest::newRow("nsds") << "nsds" << nsds * 0.25 << nsds * 0.125;
    }

    void everyMetricIsItsFormula() {
        QFETCH(QString, name);
        QFETCH(double, first);
        QFETCH(double, second);

        const auto losses = quality::lossTable(table(), quality::metricOf(name.toStdString()));

        QVERIFY2(std::abs(losses.loss[0][0] - first) < 1e-9, qPrintable(QString::number(losses.loss[0][0], 'g', 12)));
        QVERIFY2(std::abs(losses.loss[0][1] - second) < 1e-9, qPrintable(QString::number(losses.loss[0][1], 'g', 12)));
        QCOMPARE(losses.loss[0][2], 0.0);
    }

    void noiseFallsWithTheBits() {
        const std::pair<int, double> known[] = {{1, 4}, {2, 1}, {3, .1111111}, {4, .0204082}, {5, .00444444}, {6, .00104058}, {7, 2.51953e-4}, {8, 6.20001e-5}, {16, 0}};
        for (const auto& [bits, noise] : known) QVERIFY(std::abs(quality::noiseVariance(bits) - noise) <= 1e-5 * noise);
    }

    void aTableWithoutThemSaysWhatToRun() {
        measure::Measurements plain = table();
        plain.key.peers = false;
        measure::Measurements quiet = table();
        for (measure::MatrixRow& one : quiet.rows) one.peer.noiseGain = 0;

        for (const Metric metric : quality::metrics()) {
            QCOMPARE(quality::holds(plain, metric), !quality::isPeerMetric(metric));
            QCOMPARE(quality::holds(quiet, metric), metric != Metric::Higgs);
            if (quality::isPeerMetric(metric))
                DQ_THROWS(quality::lossTable(plain, metric), "tiny", "--peer-metrics", std::string(quality::metricName(metric)));
        }
        DQ_THROWS(quality::lossTable(quiet, Metric::Higgs), "noise", "--peer-metrics");
    }

    void damagedMatricesLoseNothingTheyCouldTellOf() {
        measure::Measurements all = table();
        all.rows[1].notFinite = 3;
        all.rows[1].peers.clear();

        for (const Metric metric : quality::metrics())
            if (quality::isPeerMetric(metric)) QCOMPARE(quality::lossTable(all, metric).loss[1][0], 0.0);
    }

    void refusesNumbersNoSumCanHave() {
        measure::Measurements all = table();
        all.rows[2].peers[1].output = std::nan("");
        DQ_THROWS(quality::lossTable(all, Metric::ModelOpt), "m8", "q3_k", "modelopt");
    }
};

DQ_TEST(PeerLossesTest);
#include "peer_losses_test.moc"
