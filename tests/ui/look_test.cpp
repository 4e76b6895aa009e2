#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableView>

#include "core/base/error.hpp"
#include "core/quality/loss_table.hpp"
#include "core/quality/peer_losses.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/front_options.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/views/table_card.hpp"
#include "ui/views/water_page.hpp"
#include "ui/views/water_view.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

QJsonObject answer(double mean, double low, double high) {
    const QJsonObject kl{{"mean", mean}, {"low", low}, {"high", high}};
    return {{"bytes", 2068664},   {"bits_per_weight", 4.5}, {"predicted", 0.0008}, {"kl", kl}, {"perplexity_ratio", kl},
            {"documents", 20},    {"tokens", 5120}};
}

int rowOf(const QTableView& table, const QString& name) {
    for (int row = 0; row < table.model()->rowCount(); ++row)
        if (table.model()->index(row, 0).data().toString() == name) return row;
    return -1;
}

}  // namespace

/// How the front is looked at, what is drawn beside it, and what the mouse is over.
class LookTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void lossCanBeReadAsWhatPerplexityGrowsBy() {
        test::ShownWindow shown;
        FrontPlot* plot = shown.window.workspace().frontPlot();
        shown.session().setBitsPerWeight(4.5);
        const double natsHeight = plot->handlePosition().y();

        QTest::mouseClick(shown.window.workspace().unitButton(), Qt::LeftButton);

        QVERIFY(shown.session().perplexity());
        QVERIFY(shown.window.workspace().unitButton()->text().contains("perplexity"));
        QTest::mouseMove(plot->canvas(), QPoint(qRound(plot->pixelOf(shown.session().budget())), 30));
        QVERIFY2(plot->crosshairText().contains('%'), qPrintable(plot->crosshairText()));
        QVERIFY(qAbs(plot->handlePosition().y() - natsHeight) < plot->height());
        QTest::keyClick(&shown.window, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!shown.session().perplexity());
        QCOMPARE(plot->handlePosition().y(), natsHeight);
    }

    void anotherMetricHasNoPerplexity() {
        test::OpenSession open;
        open.session.setPerplexity(true);
        Question question = open.session.question();
        question.metric = quality::Metric::Squared;
        open.session.ask(question);
        QTRY_VERIFY(!open.session.busy());

        QVERIFY(!open.session.perplexity());
    }

    void axesContextAndCardAreStepsOfTheHistory() {
        test::ShownWindow shown;
        Session& session = shown.session();
        FrontOptions* options = shown.window.workspace().frontOptions();
        options->context()->setFocus();
        options->context()->selectAll();
        QTest::keyClicks(options->context(), "32768");
        QTest::keyClick(options->context(), Qt::Key_Return);
        options->card()->selectAll();
        QTest::keyClicks(options->card(), "20");
        QTest::keyClick(options->card(), Qt::Key_Return);
        QTest::keyClick(&shown.window, Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(session.look(), (Look{.logLoss = false, .perplexity = false, .context = 32768, .card = 20}));
        QCOMPARE(session.history().undoText(), "linear loss");

        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(session.logLoss());
        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session.look().card, 0.0);
        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(options->context()->value(), static_cast<int>(usualContext));
        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(options->context()->value(), 32768);
    }

    void aCardOfOnesOwnStandsAmongTheOthers() {
        const auto rooms = cardRooms(nullptr, 0, 20);

        QCOMPARE(rooms.size(), std::size_t{8});
        QCOMPARE(rooms[3].label, "20 GB");
        QCOMPARE(rooms[3].room, Bytes{19} << 30);
        QCOMPARE(cardRooms(nullptr, 0, 24).size(), std::size_t{7});
    }

    void otherMetricsAreThinFrontsAboveOurs() {
        test::ShownWindow shown;
        QTest::mouseClick(shown.window.workspace().frontOptions()->metrics(), Qt::LeftButton);
        Comparison& comparison = shown.session().comparison();
        const std::vector<quality::Metric> all = quality::metrics();
        const auto known = std::ranges::count_if(all, [&](quality::Metric metric) { return quality::isKnown(*shown.session().table(), metric); });
        QVERIFY(known > 3 && known < std::ssize(all));  // other tools' scores were not gathered
        QTRY_COMPARE(std::ssize(comparison.metrics()), known - 1);
        QTRY_VERIFY(!comparison.busy());

        const allocate::Front& front = *shown.session().explored()->front;
        for (const Curve& curve : comparison.metrics())
            for (const allocate::Vertex& point : curve.points) {
                QVERIFY(point.loss >= front.boundAt(point.bytes) * (1 - 1e-9));
                QVERIFY(point.bytes <= shown.session().largest());
            }
        QTest::mouseClick(shown.window.workspace().frontOptions()->metrics(), Qt::LeftButton);
        QVERIFY(comparison.metrics().empty());
    }

    void whatTheMouseIsOverIsMarkedEverywhere() {
        test::ShownWindow shown;
        Workspace& work = shown.window.workspace();
        work.side()->showPage(1);
        QCoreApplication::processEvents();
        const int matrix = shown.session().map().at(0, 2);  // q of layer 2
        QTableView* table = work.tableCard()->table();
        const int row = rowOf(*table, "layers.2.self_attn.q_proj");
        const auto marked = [&] { return table->model()->index(row, 1).data(Qt::BackgroundRole).isValid(); };
        QVERIFY(!marked());

        QTest::mouseMove(work.heatmap(), work.heatmap()->cellRect(matrix).center().toPoint());
        QTRY_VERIFY(marked());
        QTest::mouseMove(work.heatmap(), QPoint(2, work.heatmap()->height() - 2));
        QTRY_VERIFY(!marked());

        const QImage before = work.heatmap()->grab().toImage();
        table->scrollTo(table->model()->index(row, 0));
        QTest::mouseMove(table->viewport(), table->visualRect(table->model()->index(row, 1)).center());
        QTRY_VERIFY(marked());
        QTRY_VERIFY(work.heatmap()->grab().toImage() != before);
        WaterView* water = work.waterPage()->view();
        QTest::mouseMove(water, water->columnRect(matrix).center().toPoint() + QPoint(0, 4));
        QTRY_VERIFY(marked());
    }

    void aHoveredRowLooksSo() {
        test::ShownWindow shown;
        shown.session().select(9);
        QTableView* table = shown.window.workspace().tableCard()->table();
        table->scrollToTop();
        const QRect rect = table->visualRect(table->model()->index(0, 3));
        QTest::mouseMove(table->viewport(), rect.center());
        QCoreApplication::processEvents();

        const QImage seen = table->viewport()->grab().toImage();
        QCOMPARE(seen.pixelColor(rect.left() + 2, rect.center().y()), theme().hover);
    }

    void aMeasuredPointSaysWhatItMeasured() {
        test::ShownWindow shown;
        Session& session = shown.session();
        const Evaluated point = evaluatedOf(answer(0.0011, 0.0010, 0.0012));
        session.takeEvaluation(session.table()->key.hex(), point);

        QCOMPARE(session.evaluations().size(), std::size_t{1});
        QVERIFY(point.words().contains("0.0011") && point.words().contains("5"));
        QVERIFY_EXCEPTION_THROWN(session.takeEvaluation("another", point), Error);
        session.close();
        QVERIFY(session.evaluations().empty());
    }

    void anAnswerThatIsNoneIsRefused() {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(evaluatedOf({})), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(evaluatedOf(answer(0.1, 0.3, 0.2))), Error);
        QJsonObject odd = answer(0.1, 0.05, 0.2);
        odd["bytes"] = -5;
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(evaluatedOf(odd)), Error);
        odd["bytes"] = 1e300;
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(evaluatedOf(odd)), Error);
    }
};

DQ_TEST(LookTest);
#include "look_test.moc"
