#include <QSettings>
#include <QSignalSpy>
#include <QToolTip>

#include <cmath>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/views/table_card.hpp"
#include "ui/views/water_page.hpp"
#include "ui/views/water_view.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

/// Two matrices of 8 weights, sixteenfold apart in what they lose; four-fold less a bit. Formats of 2, 4 and 6 bits.
std::shared_ptr<const allocate::Front> twoGroups() {
    allocate::Problem problem;
    problem.formats = {"two", "four", "six"};
    problem.weights = 16;
    problem.matrices = 2;
    for (int m = 0; m < 2; ++m) {
        allocate::Class one;
        one.name = m == 0 ? "meek" : "touchy";
        one.matrices = {m};
        one.weights = 8;
        const double care = m == 0 ? 1 : 16;
        for (int f = 0; f < 3; ++f)
            one.options.push_back({2 * (f + 1), care * std::pow(4.0, -2.0 * (f + 1)), f});
        problem.classes.push_back(one);
    }
    return allocate::Front::of(std::make_shared<allocate::Problem>(problem));
}

struct Shown : test::ShownWindow {
    Shown() {
        window.workspace().side()->showPage(window.workspace().waterPage());
        QCoreApplication::processEvents();
    }
    WaterView* water() { return window.workspace().waterPage()->view(); }
    QPoint surfacePoint(int x = 60) { return {x, qRound(water()->surface())}; }
};

}  // namespace

class WaterTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void aColumnIsHalfTheLogarithmOfSensitivityOverWeights() {
        const Water water = waterOf(*twoGroups());

        QCOMPARE(water.columns.size(), 2U);
        QCOMPARE(water.columns[0].matrix, 1);
        QCOMPARE(water.columns[0].height, 0.5 * std::log2(16.0 / 8));
        QCOMPARE(water.columns[1].height, 0.5 * std::log2(1.0 / 8));
        QCOMPARE(water.columnOf, (std::vector<int>{1, 0}));
        QCOMPARE(water.silent, 0);
    }

    /// Sixteenfold the sensitivity is two bits more: at a price where the meek one has b bits, the other has b + 2.
    void theSurfaceIsThePriceOfAByte() {
        // The last byte of 8 weights at b bits saves 16 ln 2 / 8 * 4^-b of a sensitivity of 1.
        const double price = 16 * std::log(2.0) / 8 * std::pow(4.0, -3.0);
        const Water water = waterOf(*twoGroups());

        QVERIFY(std::abs(water.columns[1].height - waterLevel(price) - 3) < 1e-12);
        QVERIFY(std::abs(water.columns[0].height - waterLevel(price) - 5) < 1e-12);
        QVERIFY(std::abs(priceOfLevel(waterLevel(price)) / price - 1) < 1e-12);
        QVERIFY(std::isinf(waterLevel(0)));
        QCOMPARE(water.covered(waterLevel(price)), 0);
        QCOMPARE(water.covered(0), 1);
        QCOMPARE(water.covered(10), 2);
    }

    void aPriceIsTheSmallestSizeAfterWhichNothingSavesMore() {
        const auto front = twoGroups();

        for (std::size_t v = 0; v + 1 < front->vertices().size(); ++v) {
            const Bytes at = sizeAtPrice(*front, front->price(v));
            QVERIFY(at <= front->vertices()[v].bytes);
            QCOMPARE(front->price(front->vertexBelow(at)), front->price(v));
        }
        QCOMPARE(sizeAtPrice(*front, 1e9), front->vertices().front().bytes);
        QCOMPARE(sizeAtPrice(*front, 0), front->vertices().back().bytes);
    }

    void groupsThatLoseNothingHaveNoColumn() {
        allocate::Problem problem = twoGroups()->problem();
        for (allocate::Option& option : problem.classes[1].options)
            option.loss = 0;
        problem.classes[0].weights = 0;
        const Water water = waterOf(*allocate::Front::of(std::make_shared<allocate::Problem>(problem)));

        QVERIFY(water.columns.empty());
        QCOMPARE(water.silent, 2);
        WaterView view;
        view.setWater(std::make_shared<Water>(water));
        QVERIFY(view.emptyText().contains("nothing to fill"));
        view.resize(300, 300);
        view.grab();
        QTest::mouseClick(&view, Qt::LeftButton, {}, {100, 100});
        QTest::keyClick(&view, Qt::Key_Left);
        view.setWater(nullptr);
        QVERIFY(view.emptyText().contains("Measure"));
    }

    void draggingTheSurfaceMovesTheBudget() {
        Shown shown;
        shown.session().setBitsPerWeight(4.5);
        QCoreApplication::processEvents();
        const Bytes before = shown.session().budget();
        const QPoint from = shown.surfacePoint();

        QTest::mousePress(shown.water(), Qt::LeftButton, {}, from);
        for (int dy = 4; dy <= 40; dy += 4)
            QTest::mouseMove(shown.water(), from + QPoint(0, dy));
        QTest::mouseRelease(shown.water(), Qt::LeftButton, {}, from + QPoint(0, 40));

        QVERIFY(shown.session().budget() > before);  // water that sinks leaves more bits
        QVERIFY(std::abs(shown.water()->surface() - from.y() - 40) < 8);
        const Bytes lower = shown.session().budget();
        shown.session().setBitsPerWeight(3);
        QCoreApplication::processEvents();
        QVERIFY(shown.session().budget() < lower);
        QVERIFY(shown.water()->surface() < from.y());
    }

    void pulledUnderTheFootItIsTheWholeBudget() {
        Shown shown;
        const QPoint from = shown.surfacePoint();
        QTest::mousePress(shown.water(), Qt::LeftButton, {}, from);
        QTest::mouseMove(shown.water(), QPoint(from.x(), shown.water()->height() + 50));
        QTest::mouseRelease(shown.water(), Qt::LeftButton, {}, from);

        QCOMPARE(shown.session().budget(), shown.session().largest());
        QVERIFY(shown.window.workspace().waterPage()->sentence().contains("No water left"));
        QVERIFY(shown.session().waterText(3).contains("no price"));
        shown.session().toSmallest();
        QVERIFY(!shown.window.workspace().waterPage()->sentence().contains("No water left"));
    }

    void keysMoveTheSurfaceAndWalkTheColumns() {
        Shown shown;
        shown.session().toSmallest();
        const auto vertices = shown.session().explored()->front->vertices();
        shown.water()->setFocus();

        QTest::keyClick(shown.water(), Qt::Key_Down);
        QCOMPARE(shown.session().budget(), vertices[1].bytes);
        QTest::keyClick(shown.water(), Qt::Key_PageDown);
        QCOMPARE(shown.session().budget(), vertices[11].bytes);
        QTest::keyClick(shown.water(), Qt::Key_Up);
        QCOMPARE(shown.session().budget(), vertices[10].bytes);

        const Water& water = *shown.session().explored()->water;
        shown.session().select(water.columns[3].matrix);
        QTest::keyClick(shown.water(), Qt::Key_Right);
        QCOMPARE(shown.session().selected(), water.columns[4].matrix);
        QTest::keyClick(shown.water(), Qt::Key_Left);
        QCOMPARE(shown.session().selected(), water.columns[3].matrix);
    }

    void aClickedColumnIsSelectedEverywhere() {
        Shown shown;
        const int matrix = shown.session().explored()->water->columns[20].matrix;
        const QPoint at = shown.water()->columnRect(matrix).center().toPoint();
        QVERIFY(std::abs(at.y() - shown.water()->surface()) > 8);

        QTest::mouseClick(shown.water(), Qt::LeftButton, {}, at);

        QCOMPARE(shown.session().selected(), matrix);
        QCOMPARE(shown.water()->matrixAt(at), matrix);
    }

    void hoverIsInStepWithTheMap() {
        Shown shown;
        Heatmap* map = shown.window.workspace().heatmap();
        QSignalSpy fromWater(shown.water(), &WaterView::hovered), fromMap(map, &Heatmap::hovered);
        const int matrix = shown.session().explored()->water->columns[7].matrix;

        QTest::mouseMove(shown.water(), shown.water()->columnRect(matrix).center().toPoint());
        QTRY_VERIFY(fromWater.count() > 0);
        QCOMPARE(fromWater.back().front().toInt(), matrix);
        QTest::mouseMove(map, map->cellRect(matrix).center().toPoint());
        QTRY_VERIFY(fromMap.count() > 0);
        QCOMPARE(fromMap.back().front().toInt(), matrix);
    }

    void itSaysInWordsWhatStandsOut() {
        Shown shown;
        shown.session().setBitsPerWeight(5);
        const Water& water = *shown.session().explored()->water;
        const int matrix = water.columns.front().matrix;
        const double out = water.columns.front().height - waterLevel(shown.session().choice().price);

        const QString words = shown.session().waterText(matrix);

        QVERIFY(words.contains(QString::number(out, 'f', 2) + " bits out of the water"));
        QVERIFY(words.contains("bits per weight"));
        QVERIFY(shown.session().priceWords().startsWith("price of a byte"));
        QCOMPARE(shown.session().waterText(-1), QString());
        QCOMPARE(shown.session().waterText(1 << 20), QString());
    }

    /// What stands out is what the columns get, but for the steps between formats.
    void bitsOutOfTheWaterAreNearTheBitsGiven() {
        Shown shown;
        shown.session().setBitsPerWeight(5);
        const Water& water = *shown.session().explored()->water;
        const double level = waterLevel(shown.session().choice().price);
        double off = 0;
        for (const Water::Column& column : water.columns)
            off += std::abs(column.height - level -
                            shown.session().states()[static_cast<std::size_t>(column.matrix)].bits);

        QVERIFY2(off / static_cast<double>(water.columns.size()) < 1.0, qPrintable(QString::number(off)));
    }

    void whatSharesAFormatIsOneColumn() {
        Shown shown;
        Question question = shown.session().question();
        question.grouping = allocate::Grouping::Block;
        shown.session().ask(question);
        QTRY_VERIFY(!shown.session().busy());

        const Water& water = *shown.session().explored()->water;
        QCOMPARE(water.columns.size(), 14U);  // twelve layers, embedding, head
        const int matrix = water.columns.front().matrix;
        shown.session().selectGroup(matrix);
        QCOMPARE(shown.session().selection(),
                 shown.session()
                     .explored()
                     ->problem()
                     .classes[static_cast<std::size_t>(
                         shown.session().explored()->classOf[static_cast<std::size_t>(matrix)])]
                     .matrices);
    }
};

DQ_TEST(WaterTest);
#include "water_test.moc"
