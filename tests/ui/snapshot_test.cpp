#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>

#include <cmath>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/models/snapshot_model.hpp"
#include "ui/views/cell_legend.hpp"
#include "ui/views/compare_page.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/views/table_card.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

struct Shown : test::ShownWindow {
    MapCard* map() { return window.workspace().mapCard(); }
    ComparePage* compare() { return window.workspace().comparePage(); }
    TableCard* table() { return window.workspace().tableCard(); }
    void take(double bits) {
        session().setBitsPerWeight(bits);
        QTest::keyClick(&window, Qt::Key_D, Qt::ControlModifier);
    }
};

/// The first matrix with another format than in the snapshot.
std::size_t firstOther(const Session& session) {
    const Difference* difference = session.difference();
    for (std::size_t m = 0; difference && m < difference->other.size(); ++m)
        if (difference->other[m]) return m;
    return 0;
}

}  // namespace

class SnapshotTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void namesAreLettersAndFree() {
        std::vector<Snapshot> taken;
        for (int i = 0; i < 28; ++i)
            taken.push_back({freeName(taken), {}, 0, {}});

        QCOMPARE(taken[0].name, "A");
        QCOMPARE(taken[25].name, "Z");
        QCOMPARE(taken[26].name, "AA");
        QCOMPARE(taken[27].name, "AB");
        taken.erase(taken.begin() + 1);
        QCOMPARE(freeName(taken), "B");
    }

    void theDifferenceIsThatOfTheSums() {
        test::OpenSession open;
        Session& session = open.session;
        session.setBitsPerWeight(4);
        const auto then = session.states();
        const allocate::Choice before = session.choice();
        session.takeSnapshot();
        QCOMPARE(session.snapshots().front().name, "A");
        QCOMPARE(session.difference()->changed(), 0);
        QVERIFY(session.differenceWords().contains("No matrix"));

        session.setBitsPerWeight(6);
        QVERIFY(session.difference());
        const Difference d = session.difference() ? *session.difference() : Difference{};

        QCOMPARE(d.bytes, before.bytes);
        QVERIFY(std::abs(d.loss / before.loss - 1) < 1e-9);
        int changed = 0;
        for (std::size_t m = 0; m < then.size(); ++m) {
            const bool other = then[m].format != session.states()[m].format;
            changed += other;
            QCOMPARE(static_cast<bool>(d.other[m]), other);
            QVERIFY(std::abs(d.change[m] - (session.states()[m].bits - then[m].bits)) < 1e-12);
        }
        QVERIFY(changed > 0);
        QCOMPARE(d.changed(), changed);
        QVERIFY(session.differenceWords().startsWith("Against A: +"));
    }

    /// Losses are those of the metric asked now, or they could not be compared.
    void anotherMetricJudgesTheSnapshotToo() {
        test::OpenSession open;
        Session& session = open.session;
        session.setBitsPerWeight(4);
        session.takeSnapshot();
        Question question = session.question();
        question.metric = quality::Metric::Squared;
        session.ask(question);
        QTRY_VERIFY(!session.busy());

        double loss = 0;
        for (std::size_t m = 0; m < session.states().size(); ++m)
            loss += session.explored()->losses->loss[m][static_cast<std::size_t>(
                session.snapshots().front().columns[m])];
        QVERIFY(std::abs(session.difference()->loss / loss - 1) < 1e-9);
    }

    void goingBackIsAStepOfTheHistory() {
        test::OpenSession open;
        Session& session = open.session;
        session.setBitsPerWeight(4);
        const Bytes then = session.budget();
        session.takeSnapshot("first");
        session.setBitsPerWeight(6);
        session.pin({2});
        const Bytes later = session.budget();

        session.returnTo(0);
        QCOMPARE(session.budget(), then);
        QVERIFY(session.question().constraints.empty());
        QCOMPARE(session.difference()->changed(), 0);
        QCOMPARE(session.history().undoText(), "back to first");
        session.history().undo();
        QCOMPARE(session.budget(), later);
        QCOMPARE(session.question().constraints.size(), 1U);
        session.returnTo(7);
        session.compareWith(7);
        session.dropSnapshot(-1);
        QCOMPARE(session.budget(), later);
    }

    void anotherModelForgetsThem() {
        test::OpenSession open;
        open.session.takeSnapshot();
        open.session.close();
        QVERIFY(open.session.snapshots().empty());
        QVERIFY(!open.session.difference());
        open.session.takeSnapshot();
        QVERIFY(open.session.snapshots().empty());
    }

    void theTableOfSnapshotsIsAWellBehavedModel() {
        SnapshotModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.reset({{"A", 1024, 4.25, 0.5}, {"B", 2048, 8, 0}}, "nats");

        QCOMPARE(model.index(0, SnapshotModel::Bits).data().toString(), "4.25");
        QString asked;
        connect(&model, &SnapshotModel::renamed, this, [&](int row, const QString& name) { asked = QString::number(row) + name; });
        QVERIFY(model.setData(model.index(1, 0), " Paris ", Qt::EditRole));
        QCOMPARE(asked, "1Paris");
        QVERIFY(!model.setData(model.index(1, 0), "  ", Qt::EditRole));
        QVERIFY(!model.setData(model.index(1, 1), "x", Qt::EditRole));
        model.reset({}, "");
        QCOMPARE(model.rowCount(), 0);
    }

    void takingOneShowsWhatBecameOther() {
        Shown shown;
        shown.take(4);
        QCOMPARE(shown.session().snapshots().size(), 1U);
        QCOMPARE(shown.window.workspace().side()->page(), 2);
        QVERIFY(shown.table()->changedBox()->isVisible());

        shown.session().setBitsPerWeight(4.4);
        const int changed = shown.session().difference()->changed();
        QVERIFY(changed > 0 && changed < 86);
        QVERIFY(shown.compare()->words().contains(QString::number(changed)));
        QTest::mouseClick(shown.table()->changedBox(), Qt::LeftButton, {}, QPoint(8, 8));
        QCOMPARE(shown.table()->table()->model()->rowCount(), changed);
        QCOMPARE(shown.table()->filterLine()->text(), "changed");

        shown.take(6);
        QCOMPARE(shown.session().compared(), 1);
        QCOMPARE(shown.compare()->table()->model()->rowCount(), 2);
        const QRect first = shown.compare()->table()->visualRect(shown.compare()->table()->model()->index(0, 0));
        QTest::mouseClick(shown.compare()->table()->viewport(), Qt::LeftButton, {}, first.center());
        QCOMPARE(shown.session().compared(), 0);
        QTest::mouseClick(shown.compare()->backButton(), Qt::LeftButton);
        QCOMPARE(shown.session().difference()->changed(), 0);
        QTest::mouseClick(shown.compare()->dropButton(), Qt::LeftButton);
        QCOMPARE(shown.session().snapshots().size(), 1U);
        QTest::mouseClick(shown.compare()->dropButton(), Qt::LeftButton);
        QVERIFY(!shown.table()->changedBox()->isVisible());
        QCOMPARE(shown.table()->table()->model()->rowCount(), 86);
    }

    void theMapIsColouredByWhatIsAsked() {
        Shown shown;
        const Heatmap* map = shown.map()->heatmap();
        shown.take(3);
        shown.session().setBitsPerWeight(5);
        const Explored& explored = *shown.session().explored();
        const int dear = explored.water->columns.front().matrix, cheap = explored.water->columns.back().matrix;

        shown.map()->showMode(CellMode::Sensitivity);
        QCOMPARE(map->colorOf(dear), viridis(1));
        QCOMPARE(map->colorOf(cheap), viridis(0));
        QVERIFY(shown.map()->legend()->text().contains("nats"));
        const QColor before = map->colorOf(5);
        shown.session().setBitsPerWeight(5.5);
        QCOMPARE(map->colorOf(5), before);  // does not follow the budget

        shown.map()->showMode(CellMode::Difference);
        const std::size_t changed = firstOther(shown.session());
        QVERIFY(map->colorOf(static_cast<int>(changed)) != theme().kept);
        QVERIFY(shown.session().cellText(static_cast<int>(changed)).contains("in A"));
        shown.session().returnTo(0);
        QCOMPARE(map->colorOf(static_cast<int>(changed)), theme().kept);

        shown.map()->showMode(CellMode::Gain);
        shown.session().toLargest();
        QCOMPARE(map->colorOf(cheap), theme().kept);  // nothing more to gain
        shown.map()->showMode(CellMode::Loss);
        shown.session().setBitsPerWeight(4);
        QVERIFY(map->colorOf(dear) != map->colorOf(cheap) || dear == cheap);
        shown.map()->showMode(CellMode::Bits);
        QCOMPARE(map->colorOf(3), bitsColor(shown.session().states()[3].bits));
        for (const CellMode mode : cellModes())
            QCOMPARE(cellModeOf(cellModeName(mode)), mode);
        QCOMPARE(cellModeOf("gibberish"), CellMode::Bits);
    }

    /// Without the snapshot there is no difference to colour by.
    void removingTheSnapshotGoesBackToBits() {
        Shown shown;
        shown.take(3);
        shown.map()->showMode(CellMode::Difference);
        shown.session().dropSnapshot(0);

        QCOMPARE(shown.map()->mode(), CellMode::Bits);
    }

    void expertsAreOpenedByADoubleClick() {
        test::ShownWindow shown(test::mixture());
        MapCard* card = shown.window.workspace().mapCard();
        Heatmap* map = card->heatmap();
        QVERIFY(card->expertButton()->isVisible());
        const int cell = map->map().at(static_cast<int>(map->map().rows.indexOf("expert_up")), 1);
        QVERIFY(map->map().isCrowd(cell));

        QTest::mouseClick(map, Qt::LeftButton, {}, map->cellRect(cell).center().toPoint());
        QCOMPARE(shown.session().selection().size(), 16U);
        QVERIFY(shown.session().crowdText(shown.session().selection()).contains("16 × expert_up of layer 1"));
        QTest::mouseDClick(map, Qt::LeftButton, {}, map->cellRect(cell).center().toPoint());
        QCOMPARE(card->experts(), "expert_up");
        QCOMPARE(map->map().columns, 16);
        QCOMPARE(map->map().rows.size(), 3);
        QVERIFY(map->cellRect(cell).isValid());
        QTest::mouseClick(map, Qt::LeftButton, {}, map->cellRect(cell).center().toPoint());
        QCOMPARE(shown.session().selection(), std::vector<int>{cell});
        shown.session().setBitsPerWeight(3);
        QCOMPARE(map->colorOf(cell), bitsColor(shown.session().states()[static_cast<std::size_t>(cell)].bits));
        QTest::keyClick(map, Qt::Key_Escape);
        QCOMPARE(card->experts(), "");
        QTest::keyClick(map, Qt::Key_Return);
        QCOMPARE(card->experts(), "expert_up");
    }
};

DQ_TEST(SnapshotTest);
#include "snapshot_test.moc"
