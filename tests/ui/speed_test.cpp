#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>

#include "core/base/atomic_file.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/session/saved_view.hpp"
#include "ui/views/budget_bar.hpp"
#include "ui/views/quantity_box.hpp"
#include "ui/views/speed_dialog.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

const Speed anySpeed{1, 1e-3};

/// Tokens a second that a memory of 1 GB/s gives the choice in hand.
double speedOf(const Session& session) {
    const allocate::Pace pace{.bytesPerSecond = 1e9, .secondsPerToken = 1};
    const allocate::Traffic traffic = allocate::trafficOf(session.explored()->problem(), *session.table(), pace);
    return 1 / allocate::secondsOf(session.explored()->problem(), traffic, session.choice());
}

void ask(Session& session, const std::optional<Speed>& speed) {
    session.setSpeed(speed);
    QTRY_VERIFY(!session.busy());
}

}  // namespace

class SpeedTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void budgetsThatMoveAndRestKeepTheSpeed() {
        test::OpenSession open;
        Session& session = open.session;
        session.toLargest();
        const double slowest = speedOf(session), largestLoss = session.choice().loss;

        ask(session, Speed{1, 2.5 * slowest});

        QVERIFY(speedOf(session) >= 2.5 * slowest);
        QVERIFY(session.choice().loss > largestLoss);
        for (const double part : {0.2, 0.5, 0.8}) {
            session.setBudget(session.smallest() + static_cast<Bytes>(part * static_cast<double>(session.largest() - session.smallest())));
            const double moving = session.choice().loss;
            QVERIFY(speedOf(session) >= 2.5 * slowest);
            QTRY_VERIFY(!session.finishing());
            QVERIFY(speedOf(session) >= 2.5 * slowest);
            QVERIFY(session.choice().loss <= moving);
        }
        session.toLargest();
        QTRY_VERIFY(session.certificate() && session.certificate()->speedPrice);
        QVERIFY(session.status().contains("a second"));
        QVERIFY2(session.status().contains("% loss"), qPrintable(session.status()));
    }

    void aSpeedIsAStepOfTheHistory() {
        test::OpenSession open;
        Session& session = open.session;
        session.toLargest();
        const auto before = session.choice().formats;
        ask(session, Speed{1, 3 * speedOf(session)});
        QVERIFY(session.choice().formats != before);
        QCOMPARE(session.history().undoText().left(8), QString("speed of"));

        session.history().undo();
        QTRY_VERIFY(!session.busy());

        QVERIFY(!session.speed());
        QCOMPARE(session.choice().formats, before);
        session.history().redo();
        QTRY_VERIFY(!session.busy());
        QVERIFY(session.speed());
    }

    void formatsMayHaveMeasuredRates() {
        test::OpenSession open;
        Session& session = open.session;
        allocate::Costs costs{"a test", "", 1e9, 0, {}};
        for (const std::string& format : session.explored()->problem().formats)
            costs.efficiency[format] = 0.5;
        session.toLargest();
        const double slowest = speedOf(session);

        ask(session, Speed{1, 2 * slowest, costs});

        QVERIFY(speedOf(session) >= 3.5 * slowest);  // what takes twice as long must be half as large; norms are as they were
        QCOMPARE(session.speed()->costs, costs);
        const auto again = savedViewOf(toJson(session.saved()));
        QVERIFY(again && again->question.pace == session.question().pace);
    }

    void theDialogReadsCosts() {
        test::OpenSession open;
        SpeedDialog dialog(open.session);
        QTemporaryDir folder;
        const QString file = folder.filePath("costs.json");
        dialog.takeCosts(file);
        QVERIFY2(dialog.range()->text().contains("costs.json"), qPrintable(dialog.range()->text()));
        writeFile(utf8(file), allocate::toJson({"a test", "", 5e9, 0, {{"bf16", 0.5}}}));
        dialog.takeCosts(file);
        QCOMPARE(dialog.bandwidth()->value(), 5.0);
        QVERIFY(dialog.measured()->text().contains("a test"));
        QVERIFY(dialog.range()->text().contains("tokens a second"));
    }

    void constraintsKeepTheSpeed() {
        test::OpenSession open;
        Session& session = open.session;
        session.toLargest();
        const double wanted = 2 * speedOf(session);
        ask(session, Speed{1, wanted});

        session.pinTo({1}, "int8-g32");

        QVERIFY(session.speed() && speedOf(session) >= wanted);
        QCOMPARE(session.explored()->formatName(session.states()[1].format), QString("int8-g32"));
    }

    void whatNothingReachesIsRefusedWithTheRange() {
        test::OpenSession open;
        QSignalSpy failed(&open.session, &Session::failed);

        ask(open.session, Speed{1, 1e6});

        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().value<Failure>().sentence.contains("too fast"));
        QVERIFY(!open.session.speed());
        ask(open.session, Speed{1, -1});
        QCOMPARE(failed.count(), 2);
    }

    void itIsSavedAndRead() {
        test::OpenSession open;
        ask(open.session, anySpeed);

        const auto view = savedViewOf(toJson(open.session.saved()));

        QVERIFY(view && view->question.pace);
        QCOMPARE(*view->question.pace, *open.session.question().pace);
        QJsonObject nonsense = toJson(open.session.saved());
        nonsense["pace"] = QJsonObject{{"bytes_per_second", -3}, {"seconds_per_token", 1}, {"cached", 0}, {"active_experts", 1}};
        QVERIFY(savedViewOf(nonsense) && !savedViewOf(nonsense)->question.pace);
    }

    void theBarAsksAndTheDialogSets() {
        QSettings().setValue("speed/bandwidth", 89.6);
        test::ShownWindow shown;
        Session& session = shown.session();
        session.toLargest();
        const double wanted = std::ceil(89.6 * 2 * speedOf(session));
        QString said;
        QTimer::singleShot(0, [&] {
            auto* dialog = qobject_cast<SpeedDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            QCOMPARE(dialog->memories()->currentText(), QString("two channels of DDR5-5600"));
            QTest::keyClick(dialog->memories(), Qt::Key_Down);
            QCOMPARE(dialog->bandwidth()->value(), 546.0);
            QTest::keyClick(dialog->memories(), Qt::Key_Up);
            dialog->tokens()->selectAll();
            QTest::keyClicks(dialog->tokens(), QString::number(wanted));
            said = dialog->range()->text();
            QTest::keyClick(dialog->tokens(), Qt::Key_Return);  // takes the figure, and applies
            QVERIFY(dialog->limit()->isChecked());
        });

        QTest::mouseClick(shown.window.workspace().budgetBar()->speedLink(), Qt::LeftButton);
        QTRY_VERIFY(session.speed() && !session.busy());

        QCOMPARE(session.speed()->gigabytesPerSecond, 89.6);
        QVERIFY(89.6 * speedOf(session) >= wanted);
        QVERIFY2(said.contains("tokens a second"), qPrintable(said));
    }
};

DQ_TEST(SpeedTest);
#include "speed_test.moc"
