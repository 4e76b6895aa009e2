#include "core/quality/loss_table.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using quality::Metric;

namespace {

measure::Measurements table() {
    measure::MatrixRow row;
    row.name = "model.layers.0.mlp.up_proj";
    row.rows = 4;
    row.cols = 8;
    row.fisherTrace = 10;
    row.squared = 6.4;
    row.outlierRatio = 3;
    row.bytes = {18, 64};
    row.errors = {{.squared = 1.6, .fisher = 0.25, .activation = 3.5, .largest = 0.5}, {}};
    measure::Measurements all;
    all.formats = {"int4-g32", "bf16"};
    all.rows = {row};
    return all;
}

}  // namespace

class LossTableTest : public QObject {
    Q_OBJECT

private slots:
    void everyMetricReadsItsOwnSum_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("loss");
        QTest::newRow("diagonal") << "fisher-diagonal" << 0.25;
        QTest::newRow("trace") << "fisher-trace" << 0.5 * 10 * (1.6 / 32);
        QTest::newRow("activation") << "activation" << 3.5;
        QTest::newRow("squared") << "squared" << 1.6;
        QTest::newRow("relative") << "relative" << 1.6 / 6.4;
        QTest::newRow("outlier") << "outlier" << 3 * 1.6;
    }

    void everyMetricReadsItsOwnSum() {
        QFETCH(QString, name);
        QFETCH(double, loss);

        const auto losses = quality::lossTable(table(), quality::metricOf(name.toStdString()));

        QCOMPARE(losses.loss.size(), std::size_t{1});
        QCOMPARE(losses.loss[0], (std::vector<double>{loss, 0}));
    }

    void namesGoThereAndBack() {
        QCOMPARE(quality::metrics().size(), std::size_t{15});
        for (const Metric metric : quality::metrics()) {
            QCOMPARE(quality::metricOf(quality::metricName(metric)), metric);
            QVERIFY(!quality::metricSentence(metric).empty());
        }
        QCOMPARE(quality::metricUnit(Metric::FisherDiagonal), std::string_view("nats/token"));
        QCOMPARE(quality::metricUnit(Metric::Squared), std::string_view(""));
    }

    void anUnknownNameListsTheKnownOnes() {
        DQ_THROWS(quality::metricOf("fischer"), "fischer",
                  "fisher-diagonal, fisher-trace, activation, squared, relative, outlier, dynaquant-v1");
    }

    void refusesNumbersNoSumCanHave() {
        for (const double wrong : {-1e-9, std::nan(""), double{INFINITY}}) {
            measure::Measurements all = table();
            all.rows[0].errors[1].fisher = wrong;
            DQ_THROWS(quality::lossTable(all, Metric::FisherDiagonal), "model.layers.0.mlp.up_proj", "bf16");
            QCOMPARE(quality::lossTable(all, Metric::Squared).loss[0][0], 1.6);
        }
        measure::Measurements flat = table();
        flat.rows[0].cols = 0;
        DQ_THROWS(quality::lossTable(flat, Metric::FisherTrace), "[4, 0]");
        measure::Measurements few = table();
        few.rows[0].errors.pop_back();
        DQ_THROWS(quality::lossTable(few, Metric::FisherTrace), "errors of 1", "2");
    }
};

DQ_TEST(LossTableTest);
#include "loss_table_test.moc"
