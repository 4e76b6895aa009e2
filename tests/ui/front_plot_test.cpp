#include <QCheckBox>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/budget_bar.hpp"
#include "ui/views/front_options.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

struct Shown : test::ShownWindow {
    explicit Shown(const test::SyntheticShape& shape = {
                       .layers = 6, .hidden = 128, .feedForward = 256, .vocabulary = 512, .seed = 5})
        : ShownWindow(test::syntheticTable(shape)) {}

    FrontPlot* plot() { return window.workspace().frontPlot(); }
    FrontOptions* options() { return window.workspace().frontOptions(); }
    Bytes middle() { return (session().smallest() + session().largest()) / 2; }

    void wheel(const QPoint& at, int notches) {
        QWheelEvent event(at, plot()->canvas()->mapToGlobal(at), {}, QPoint(0, 120 * notches), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot()->canvas(), &event);
    }
};

}  // namespace

class FrontPlotTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void theWheelZoomsAboutTheCursorAndADoubleClickShowsAll() {
        Shown shown;
        const double before = shown.plot()->bytesAt(400), wide = shown.plot()->bytesAt(500) - before;
        const Bytes budget = shown.session().budget();

        shown.wheel({400, 80}, 3);

        QVERIFY(shown.plot()->zoomed());
        QVERIFY(qAbs(shown.plot()->bytesAt(400) - before) < wide * 0.01);
        QVERIFY(shown.plot()->bytesAt(500) - shown.plot()->bytesAt(400) < wide * 0.6);
        QTest::mouseDClick(shown.plot()->canvas(), Qt::LeftButton, {}, {300, 80});
        QVERIFY(!shown.plot()->zoomed());
        QVERIFY(qAbs(shown.plot()->bytesAt(400) - before) < 1);
        QCOMPARE(shown.session().budget(), budget);
    }

    void measuredPointsStandWithTheirIntervals() {
        Shown shown;
        const Explored& explored = *shown.session().explored();
        const Bytes at = shown.middle();
        const double loss = explored.picture.loss.front();
        FrontPlot plot;
        plot.resize(700, 400);
        FrontPlot::Scene scene{.picture = &explored.picture,
                               .unit = shown.session().sizeUnit(),
                               .lossUnit = explored.lossUnit,
                               .logLoss = false};
        const auto measuredPixels = [&] {
            plot.show(scene);
            const QImage image = plot.grab().toImage();
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                count += image.pixelColor(qRound(plot.pixelOf(at)), y) == theme().measured;
            return count;
        };
        QCOMPARE(measuredPixels(), 0);
        scene.measured = {{at, loss / 2, loss / 2, loss / 2, {}}};
        const int alone = measuredPixels();
        scene.measured = {{at, loss / 2, loss / 4, loss * 3 / 4, {}}};
        const int whiskers = measuredPixels();

        QVERIFY2(alone >= 4 && alone <= 9, qPrintable(QString::number(alone)));
        QVERIFY2(whiskers > alone + 60, qPrintable(QString::number(whiskers)));
    }

    void zoomingOutStopsAtTheWhole() {
        Shown shown;
        const double left = shown.plot()->bytesAt(100);
        for (int i = 0; i < 40; ++i)
            shown.wheel({400, 80}, 3);
        QVERIFY(shown.plot()->bytesAt(101) > shown.plot()->bytesAt(100));
        for (int i = 0; i < 60; ++i)
            shown.wheel({420, 90}, i == 0 ? -900 : -3);

        QVERIFY(!shown.plot()->zoomed());
        QVERIFY(qAbs(shown.plot()->bytesAt(100) - left) < 1);
    }

    void aDragOnAZoomedPlotPansAndLeavesTheBudget() {
        Shown shown;
        shown.session().toSmallest();
        const Bytes budget = shown.session().budget();
        shown.wheel({500, 60}, 4);
        const double under = shown.plot()->bytesAt(500);

        QTest::mousePress(shown.plot()->canvas(), Qt::LeftButton, {}, {500, 60});
        QTest::mouseMove(shown.plot()->canvas(), {440, 60});
        QTest::mouseMove(shown.plot()->canvas(), {400, 60});
        QTest::mouseRelease(shown.plot()->canvas(), Qt::LeftButton, {}, {400, 60});

        QVERIFY(qAbs(shown.plot()->bytesAt(400) - under) < qAbs(under) * 1e-3);
        QCOMPARE(shown.session().budget(), budget);
        QTest::mouseClick(shown.plot()->canvas(), Qt::LeftButton, {}, {420, 60});
        QVERIFY(qAbs(shown.session().budget() - static_cast<Bytes>(shown.plot()->bytesAt(420))) <= 2);
    }

    void keysZoomToo() {
        Shown shown;
        shown.plot()->setFocus();
        QTest::keyClick(shown.plot(), Qt::Key_Plus);
        QVERIFY(shown.plot()->zoomed());
        QTest::keyClick(shown.plot(), Qt::Key_0);
        QVERIFY(!shown.plot()->zoomed());
        QTest::keyClick(&shown.window, Qt::Key_Equal, Qt::ControlModifier);
        QVERIFY(shown.plot()->zoomed());
        QTest::keyClick(&shown.window, Qt::Key_0, Qt::ControlModifier);
        QVERIFY(!shown.plot()->zoomed());
    }

    void theZoomSurvivesAnEdit() {
        Shown shown;
        shown.wheel({400, 80}, 3);
        const double left = shown.plot()->bytesAt(100);
        shown.session().pinTo({2}, "int8-g32");

        QVERIFY(shown.plot()->zoomed());
        QVERIFY(qAbs(shown.plot()->bytesAt(100) - left) < qAbs(left) * 0.01);
    }

    void takingHoldOfTheHandleOffItsMiddleDoesNotMoveIt() {
        Shown shown;
        const Bytes budget = shown.session().budget();
        QTest::mouseClick(shown.plot()->canvas(), Qt::LeftButton, {},
                          shown.plot()->handlePosition().toPoint() + QPoint(6, 3));

        QCOMPARE(shown.session().budget(), budget);
    }

    void theCrosshairReadsTheFront() {
        Shown shown;
        shown.session().toSmallest();
        const QPoint at(qRound(shown.plot()->pixelOf(shown.middle())), 30);
        QTest::mouseMove(shown.plot()->canvas(), at);

        const QString words = shown.plot()->crosshairText();
        QVERIFY2(words.contains("b/w"), qPrintable(words));
        const auto& front = *shown.session().explored()->front;
        const double loss = words.section(" · ", 2).toDouble();
        const double exact =
            front.vertices()[front.vertexBelow(static_cast<Bytes>(shown.plot()->bytesAt(at.x())))].loss;
        QVERIFY2(qAbs(loss - exact) <= 0.1 * exact, qPrintable(words));
    }

    void otherAllocatorsAndTheFloorAreDrawnWhereAskedFor() {
        Shown shown({.layers = 2, .hidden = 64, .feedForward = 128, .vocabulary = 128, .seed = 5});
        const QImage plain = shown.plot()->grab().toImage();
        QTest::mouseClick(shown.options()->floor(), Qt::LeftButton, {}, {8, 8});
        QTRY_VERIFY(!shown.session().comparison().floor().points.empty());
        const QImage floor = shown.plot()->grab().toImage();
        QVERIFY(floor != plain);

        QTest::mouseClick(shown.options()->peers(), Qt::LeftButton, {}, {8, 8});
        QTRY_VERIFY_WITH_TIMEOUT(!shown.session().comparison().busy(), 60000);
        QVERIFY(shown.session().comparison().peers().size() > 5);
        QVERIFY(shown.plot()->grab().toImage() != floor);
        const auto& front = *shown.session().explored()->front;
        for (const Curve& curve : shown.session().comparison().peers())
            for (const auto& point : curve.points)
                if (point.bytes >= shown.session().smallest())
                    QVERIFY(point.loss >= front.boundAt(point.bytes) * (1 - 1e-9));

        QTest::mouseClick(shown.options()->peers(), Qt::LeftButton, {}, {8, 8});
        QVERIFY(shown.session().comparison().peers().empty());
    }

    void closingWhileComparingIsSafe() {
        Shown shown;
        shown.session().comparison().showPeers(true);
        shown.session().close();
        QVERIFY(shown.session().comparison().peers().empty());
    }

    void whatMixingSavesIsSaidAtOnce() {
        Shown shown;
        const QString words = shown.options()->gain()->text();
        QVERIFY2(words.contains("mixing saves"), qPrintable(words));
        QVERIFY(shown.window.statusLine().choiceText().contains("coding gain"));
    }

    void cardsLeaveLessForWeightsTheLongerTheContext() {
        model::Architecture architecture;
        architecture.blocks = 36;
        architecture.kvHeads = 8;
        architecture.headDim = 128;
        const auto shortOne = cardRooms(&architecture, 8192), longOne = cardRooms(&architecture, 65536);

        QCOMPARE(shortOne.size(), 7U);
        QCOMPARE(shortOne[0].cached, Bytes{2} * 36 * 8 * 128 * 8192 * 2);
        QCOMPARE(shortOne[0].room, 8_GiB - 1_GiB - shortOne[0].cached);
        QCOMPARE(longOne[0].room, 0);  // the cache alone is 9 GiB
        QVERIFY(longOne[3].room < shortOne[3].room);
        QCOMPARE(shortOne[3].label, "24 GB");
        QCOMPARE(cardRooms(nullptr, 8192)[0].cached, 0);
    }

    void aCardCanBeTheBudget() {
        Shown shown;
        QMenu menu;
        shown.window.workspace().budgetBar()->fillCardMenu(menu);

        QCOMPARE(menu.actions().size(), 7);
        QVERIFY(menu.actions().front()->text().startsWith("8 GB card: "));
        menu.actions().front()->trigger();
        QCOMPARE(shown.session().budget(), shown.session().largest());
    }

    void pictureAndDataAreSavedWhole() {
        Shown shown;
        const auto begins = [&](const QString& kind, const QByteArray& with) {
            const QByteArray bytes = shown.plot()->picture(kind);
            QVERIFY2(bytes.size() > 2000 && bytes.left(400).contains(with), qPrintable(kind));
        };
        begins("png", "PNG");
        begins("SVG", "<svg");
        begins("pdf", "%PDF");

        const QString csv = shown.folder.filePath("front.csv");
        shown.window.saveData(csv);
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readLine().trimmed(), "bytes,bits_per_weight,loss,price,point");
        QCOMPARE(file.readAll().count("front"), shown.session().explored()->front->vertices().size());
        shown.window.savePicture(shown.folder.filePath("front.bmp"));
        QVERIFY(shown.window.banner().sentence().contains(".svg"));
        shown.window.savePicture(shown.folder.filePath("no/such/front.png"));
        QVERIFY(shown.window.banner().sentence().contains("no/such"));
    }
};

DQ_TEST(FrontPlotTest);
#include "front_plot_test.moc"
