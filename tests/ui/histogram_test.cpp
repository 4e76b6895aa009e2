#include <algorithm>
#include <numeric>

#include "core/base/error.hpp"
#include "core/model/model.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/synthetic.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/session/growing_front.hpp"
#include "ui/session/histogram.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

WeightSource demoSource(const std::string& format) {
    static const auto model = model::Model::open(demoModel().toStdString());
    const model::WeightMatrix& matrix = model->matrices()[5];
    return {model->sharedCheckpoint(), model->tensor(matrix), matrix.name, format, matrix.rows, matrix.cols};
}

double sum(const std::vector<double>& shares) {
    return std::accumulate(shares.begin(), shares.end(), 0.0);
}

}  // namespace

/// What of weights and of half a measurement can be drawn.
class HistogramTest : public QObject {
    Q_OBJECT

private slots:
    void sharesAddUpToOne() {
        const WeightHistogram seen = histogramOf(demoSource("int4-g32"));

        QVERIFY(qAbs(sum(seen.weights) - 1) < 1e-9);
        QVERIFY(qAbs(sum(seen.levels) - 1) < 1e-9);
        QVERIFY(seen.seen > 10000);
    }

    void fourBitsHaveSixteenLevels() {
        const WeightHistogram seen = histogramOf(demoSource("int4-row"));
        const auto used = std::count_if(seen.levels.begin(), seen.levels.end(), [](double share) { return share > 0; });

        QVERIFY2(used >= 14 && used <= 32, qPrintable(QString::number(used)));  // a level may lie on a bin's edge
    }

    void onlySearchedScalesClip() {
        QCOMPARE(histogramOf(demoSource("int4-g32")).clipped, 0.0);
        QVERIFY(histogramOf(demoSource("int3-g128-mse")).clipped > 0);
        QCOMPARE(histogramOf(demoSource("bf16")).clipped, 0.0);
    }

    void formatsThatLookAtMoreAreShownPlainly() {
        QCOMPARE(histogramOf(demoSource("int4-g32-imx-gptq")).levels, histogramOf(demoSource("int4-g32-mse")).levels);
        QCOMPARE(histogramOf(demoSource("int4-g32-imx-gptq")).format, "int4-g32-imx-gptq");
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(histogramOf(demoSource("int99"))), Error);
    }

    void theGrowingFrontEndsAsTheWholeOne() {
        const auto table = test::syntheticTable({.layers = 2, .hidden = 128, .feedForward = 256, .vocabulary = 512, .seed = 3});
        GrowingFront growing;
        growing.setInterval(1);
        FrontPicture last;
        connect(&growing, &GrowingFront::grown, this, [&](const FrontPicture& picture) { last = picture; });
        growing.begin(matricesOf(*table));
        QStringList formats;
        for (const std::string& format : table->formats)
            formats << text(format);

        for (std::size_t m = 0; m < table->rows.size(); ++m) {
            WorkerRow row;
            row.matrix = text(table->rows[m].name);
            row.formats = formats;
            for (std::size_t f = 0; f < table->formats.size(); ++f) {
                row.bytes.push_back(table->rows[m].bytes[f]);
                row.loss.push_back(table->rows[m].errors[f].fisher);
            }
            growing.take(static_cast<int>(m), row);
        }

        const FrontPicture whole = explore(table, {})->picture;
        const double passed = static_cast<double>(table->passthroughBytes);
        QTRY_VERIFY(!last.bytes.empty() && last.bytes.back() == whole.bytes.back() - passed);
        QCOMPARE(last.loss.front(), whole.loss.front());
        growing.take(-1, {});
        WorkerRow foreign;
        foreign.formats = {"of another table"};
        foreign.bytes = {1};
        foreign.loss = {1};
        growing.take(1, foreign);
        QTest::qWait(50);
        QCOMPARE(last.bytes.back(), whole.bytes.back() - passed);
    }
};

DQ_TEST(HistogramTest);
#include "histogram_test.moc"
