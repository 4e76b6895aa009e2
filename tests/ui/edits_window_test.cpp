#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTableView>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/constraint_menu.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/table_card.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

struct Shown : test::ShownWindow {
    Heatmap* map() { return window.workspace().heatmap(); }
    QTableView* table() { return window.workspace().tableCard()->table(); }
    int cell(int role, int layer) { return session().map().at(role, layer); }
    QPoint pointOf(int matrix) { return map()->cellRect(matrix).center().toPoint(); }
    void click(int matrix, Qt::KeyboardModifiers keys = {}) {
        QTest::mouseClick(map(), Qt::LeftButton, keys, pointOf(matrix));
    }
    QString format(int matrix) {
        return session().explored()->formatName(session().states()[static_cast<std::size_t>(matrix)].format);
    }
};

QAction* actionIn(QMenu& menu, const QString& words) {
    for (QAction* action : menu.actions()) {
        if (action->text().remove('&') == words) return action;
        if (action->menu() && action->text() == words.section('/', 0, 0))
            return actionIn(*action->menu(), words.section('/', 1));
    }
    return nullptr;
}

}  // namespace

class EditsWindowTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void shiftSelectsARectangleAndCtrlOneMore() {
        Shown shown;
        shown.click(shown.cell(0, 2));
        shown.click(shown.cell(2, 4), Qt::ShiftModifier);
        QCOMPARE(shown.session().selection().size(), 9U);
        QCOMPARE(shown.session().selected(), shown.cell(2, 4));

        shown.click(shown.cell(6, 11), Qt::ControlModifier);
        QCOMPARE(shown.session().selection().size(), 10U);
        shown.click(shown.cell(0, 2), Qt::ControlModifier);
        QCOMPARE(shown.session().selection().size(), 9U);
        QCOMPARE(shown.table()->selectionModel()->selectedRows().size(), 9);

        shown.click(shown.cell(3, 3));
        QCOMPARE(shown.session().selection(), std::vector<int>{shown.cell(3, 3)});
    }

    void aRubberBandSelectsWhatItTouches() {
        Shown shown;
        const QPoint from = shown.pointOf(shown.cell(4, 5)), to = shown.pointOf(shown.cell(6, 8));

        QTest::mousePress(shown.map(), Qt::LeftButton, {}, from);
        for (int i = 1; i <= 4; ++i)
            QTest::mouseMove(shown.map(), from + (to - from) * i / 4);
        QTest::mouseRelease(shown.map(), Qt::LeftButton, {}, to);

        QCOMPARE(shown.session().selection().size(), 12U);
        QVERIFY(shown.session().selected() >= 0);
    }

    void keysExtendTheSelection() {
        Shown shown;
        shown.click(shown.cell(1, 1));
        QTest::keyClick(shown.map(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(shown.map(), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(shown.session().selection().size(), 4U);

        QTest::keyClick(shown.map(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(shown.session().selection().size(), shown.session().matrices().size());
    }

    void rowsOfTheTableAreSelectedInTheMap() {
        Shown shown;
        shown.session().select(3);
        shown.table()->setFocus();
        QTest::keyClick(shown.table(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(shown.table(), Qt::Key_Down, Qt::ShiftModifier);

        QCOMPARE(shown.session().selection(), (std::vector<int>{3, 4, 5}));
    }

    void theMenuPinsBansLimitsAndClears() {
        Shown shown;
        const int matrix = shown.cell(6, 4);
        shown.click(matrix);
        QMenu menu;
        const auto choose = [&](const QString& words) {
            fillConstraintMenu(menu, shown.session());
            QAction* action = actionIn(menu, words);
            QVERIFY2(action && action->isEnabled(), qPrintable(words));
            action->trigger();
        };

        choose("Pin to/int8-g32");
        QCOMPARE(shown.format(matrix), "int8-g32");
        choose("Clear their constraints");
        QVERIFY(shown.session().question().constraints.empty());
        choose("At least/6 bits");
        QVERIFY(shown.session().states()[static_cast<std::size_t>(matrix)].bits >= 6);
        choose("At least/no limit");
        choose("Never/" + shown.format(matrix));
        QCOMPARE(shown.session().explored()->wishes.size(), 1U);
        choose("Clear all constraints");
        QVERIFY(shown.session().question().constraints.empty());
    }

    void aRightClickOpensTheMenuOnTheCell() {
        Shown shown;
        const int matrix = shown.cell(2, 7);
        QContextMenuEvent event(QContextMenuEvent::Mouse, shown.pointOf(matrix),
                                shown.map()->mapToGlobal(shown.pointOf(matrix)));
        QCoreApplication::sendEvent(shown.map(), &event);

        QCOMPARE(shown.session().selected(), matrix);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QVERIFY(actionIn(*menu, "Pin to " + shown.format(matrix)));
        menu->close();
    }

    void aPinnedCellLooksPinned() {
        Shown shown;
        shown.session().select(0);
        const int matrix = shown.cell(3, 6);
        const QRect cell = shown.map()->cellRect(matrix).toRect();
        const QImage before = shown.map()->grab(cell).toImage();

        shown.session().pin({matrix});
        const QImage pinned = shown.map()->grab(cell).toImage();
        shown.session().clearConstraints();
        shown.session().setLeast({matrix}, 2);
        const QImage limited = shown.map()->grab(cell).toImage();

        QVERIFY(before != pinned);
        QVERIFY(limited != pinned);
        QVERIFY(shown.session().cellText(matrix).contains("at least 2 bits"));
    }

    void theChipCountsPricesAndClears() {
        Shown shown;
        QVERIFY(!shown.window.workspace().clearButton()->isVisible());
        shown.session().setBitsPerWeight(4);
        shown.session().pinTo({1, 2, 3}, "bf16");

        QTRY_VERIFY(shown.window.workspace().constraintsLabel()->text().endsWith("% loss"));
        QVERIFY(shown.window.workspace().constraintsLabel()->text().contains("3 matrices"));
        QTest::mouseClick(shown.window.workspace().clearButton(), Qt::LeftButton);

        QVERIFY(shown.session().question().constraints.empty());
        QCOMPARE(shown.window.workspace().constraintsLabel()->text(), "");
    }

    void aContradictionIsShownAndNothingChanges() {
        Shown shown;
        shown.session().pinTo({4}, "int8-g32");
        shown.session().setMost({4}, 3);

        QVERIFY(shown.window.banner().isVisible());
        QVERIFY(shown.window.banner().sentence().contains("leave no format"));
        QCOMPARE(shown.format(4), "int8-g32");
    }

    void ctrlZUndoesAndSaysWhat() {
        Shown shown;
        shown.click(shown.cell(0, 3));
        QTest::keyClick(&shown.window, Qt::Key_P, Qt::ControlModifier);
        QCOMPARE(shown.session().question().constraints.size(), 1U);
        const auto action = [&](const QString& begin) {
            for (QAction* one : shown.window.findChildren<QAction*>())
                if (one->text().startsWith(begin)) return one;
            return static_cast<QAction*>(nullptr);
        };
        QCOMPARE(action("Undo")->text(), "Undo pin layers.3.self_attn.q_proj");

        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(shown.session().question().constraints.empty());
        QVERIFY(!action("Undo")->isEnabled());
        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(shown.session().question().constraints.size(), 1U);
    }

    void everyGroupingCanBeAskedAndKeepsTheConstraints() {
        Shown shown;
        shown.session().pinTo({1}, "int8-g32");
        QComboBox* groups = nullptr;
        for (QComboBox* combo : shown.window.findChildren<QComboBox*>())
            if (combo->accessibleName() == "Groups") groups = combo;
        QCOMPARE(groups->count(), 6);
        for (int i = groups->count() - 1; i >= 0; --i) {
            QVERIFY(!groups->itemData(i, Qt::ToolTipRole).toString().isEmpty());
            groups->setCurrentIndex(i);
            emit groups->activated(i);
            QTRY_COMPARE(static_cast<int>(shown.session().question().grouping), groups->itemData(i).toInt());
            QCOMPARE(shown.session().question().constraints.size(), 1U);
        }
    }
};

DQ_TEST(EditsWindowTest);
#include "edits_window_test.moc"
