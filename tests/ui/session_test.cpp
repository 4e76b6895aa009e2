#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/store/store.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/session/session.hpp"

using namespace dq;
using namespace dq::ui;

Q_DECLARE_METATYPE(dq::ui::Stage)

namespace {

using Open = test::OpenSession;

}  // namespace

class SessionTest : public QObject {
    Q_OBJECT

private slots:
    void aTableBringsFrontAndChoiceWithOneSignal() {
        QTemporaryDir folder;
        Session session(folder.path().toStdString());
        std::vector<Stage> stages;
        connect(&session, &Session::changed, this, [&](Stage stage) { stages.push_back(stage); });

        session.showTable(test::syntheticTable(test::smallShape));
        QTRY_VERIFY(!session.busy());

        QCOMPARE(stages, std::vector<Stage>{Stage::Table});
        QVERIFY(session.hasTable() && session.hasFront());
        QCOMPARE(session.states().size(), session.matrices().size());
        QCOMPARE(session.budget(), session.knee().bytes);
    }

    void theBudgetStaysInsideTheFeasibleRange() {
        Open open;
        open.session.setBudget(0);
        QCOMPARE(open.session.budget(), open.session.smallest());
        open.session.setBudget(1_GiB);
        QCOMPARE(open.session.budget(), open.session.largest());
        open.session.setBitsPerWeight(-3);
        QCOMPARE(open.session.budget(), open.session.smallest());
        open.session.setBitsPerWeight(1e9);
        QCOMPARE(open.session.budget(), open.session.largest());
        QVERIFY(open.session.choice().bytes <= open.session.budget());
    }

    void moreBudgetNeverLosesMore() {
        Open open;
        double before = std::numeric_limits<double>::infinity();
        for (double bits = 2.2; bits < 16; bits += 0.3) {
            open.session.setBitsPerWeight(bits);
            QVERIFY(open.session.choice().loss <= before);
            QVERIFY(open.session.choice().loss >= open.session.choice().bound - 1e-12);
            before = open.session.choice().loss;
        }
    }

    void stepsVisitTheVerticesOneByOne() {
        Open open;
        const auto vertices = open.session.explored()->front->vertices();
        open.session.toSmallest();
        open.session.stepVertices(3);
        QCOMPARE(open.session.budget(), vertices[3].bytes);

        open.session.setBudget(vertices[3].bytes + 1);
        open.session.stepVertices(-1);
        QCOMPARE(open.session.budget(), vertices[3].bytes);
        open.session.stepVertices(-1);
        QCOMPARE(open.session.budget(), vertices[2].bytes);
        open.session.stepVertices(1 << 20);
        QCOMPARE(open.session.budget(), open.session.largest());
        open.session.stepVertices(-(1 << 20));
        QCOMPARE(open.session.budget(), open.session.smallest());
    }

    void askingForALossGivesTheSmallestSizeThatReachesIt() {
        Open open;
        open.session.setLoss(1e-4);
        QVERIFY(open.session.choice().loss <= 1e-4);
        const Bytes reached = open.session.budget();
        open.session.stepVertices(-1);
        QVERIFY(open.session.choice().loss > 1e-4);
        QVERIFY(open.session.budget() < reached);
    }

    void theSameBudgetSignalsNothing() {
        Open open;
        QSignalSpy spy(&open.session, &Session::changed);
        open.session.setBudget(open.session.budget());
        QCOMPARE(spy.count(), 0);
        open.session.toSmallest();
        QCOMPARE(spy.count(), 1);
    }

    void anotherQuestionKeepsTableAndBudget() {
        Open open;
        open.session.setBitsPerWeight(4.5);
        const Bytes budget = open.session.budget();
        const auto* table = open.session.table();

        open.session.ask({.palette = "int-g32"});
        QTRY_COMPARE(open.session.question().palette, "int-g32");

        QCOMPARE(open.session.table(), table);
        QCOMPARE(open.session.budget(), budget);
        for (const MatrixState& state : open.session.states()) {
            const QString format = open.session.explored()->formatName(state.format);
            QVERIFY2(format == "bf16" || format.endsWith("-g32"), qPrintable(format));
        }
    }

    void aQuestionWithoutAnswerFailsAndChangesNothing() {
        Open open;
        QSignalSpy failed(&open.session, &Session::failed);
        const Bytes budget = open.session.budget();

        open.session.ask({.palette = "no-such-palette"});
        QTRY_COMPARE(failed.count(), 1);

        QVERIFY(open.session.hasFront());
        QCOMPARE(open.session.budget(), budget);
        QCOMPARE(open.session.question().palette, "all");
    }

    void fusedGroupsShareAFormat() {
        Open open;
        open.session.ask({.grouping = allocate::Grouping::Fused});
        QTRY_VERIFY(open.session.question().grouping == allocate::Grouping::Fused);
        open.session.setBitsPerWeight(4.4);

        const LayerMap& map = open.session.map();
        for (int layer = 0; layer < map.columns; ++layer) {
            const auto format = [&](int row) {
                return open.session.states()[static_cast<std::size_t>(map.at(row, layer))].format;
            };
            QCOMPARE(format(0), format(1));
            QCOMPARE(format(1), format(2));
            QCOMPARE(format(4), format(5));
        }
    }

    void onlyTheNewestRequestIsAnswered() {
        QTemporaryDir folder;
        Session session(folder.path().toStdString());
        QSignalSpy changed(&session, &Session::changed), failed(&session, &Session::failed);

        session.open("/no/such/model");
        session.open("/neither/this");
        session.showTable(test::syntheticTable(test::smallShape));
        QTRY_VERIFY(!session.busy());

        QCOMPARE(failed.count(), 0);
        QCOMPARE(changed.count(), 1);
    }

    void whatIsNoModelFailsWithASentenceAndLeavesTheOldOneOpen() {
        Open open;
        QTemporaryDir folder;
        QFile noise(folder.filePath("x.h5"));
        QVERIFY(noise.open(QIODevice::WriteOnly));
        noise.write(QByteArray(1000, 'x'));
        noise.close();
        QSignalSpy failed(&open.session, &Session::failed);

        open.session.open("/no/such/model");
        QTRY_COMPARE(failed.count(), 1);
        open.session.open(noise.fileName().toStdString());
        QTRY_COMPARE(failed.count(), 2);
        open.session.open(folder.path().toStdString());
        QTRY_COMPARE(failed.count(), 3);

        QVERIFY(failed[0][0].value<Failure>().sentence.contains("/no/such/model"));
        QVERIFY(open.session.hasFront());
        QCOMPARE(open.session.name(), "synthetic-32");
    }

    void aStoredTableOpensWithoutItsModel() {
        QTemporaryDir folder;
        const auto file = store::Store(folder.path().toStdString()).write(*test::syntheticTable(test::smallShape));
        Session session(folder.path().toStdString());

        session.open(file);
        QTRY_VERIFY(session.hasFront());

        QVERIFY(!session.hasModel());
        QCOMPARE(session.matrices().size(), 23U);
    }

    void anUnmeasuredModelShowsItsMatricesAndNoFront() {
        const std::string model = test::sharedModel("mix3M-bf16");
        if (!std::filesystem::exists(model)) QSKIP("the shared models are not beside the sources");
        QTemporaryDir folder;
        Session session(folder.path().toStdString());

        session.open(model);
        QTRY_VERIFY(session.hasModel());

        QVERIFY(!session.hasFront());
        QCOMPARE(session.matrices().size(), 30U);
        QCOMPARE(session.status(), "");
        session.setBudget(5);
        session.stepVertices(2);
        session.toKnee();
        QCOMPARE(session.budget(), 0);
    }

    void theRecipeIsWhatTheChoiceSays() {
        Open open;
        open.session.setBitsPerWeight(4.4);

        const recipe::Recipe recipe = open.session.recipe();

        QCOMPARE(recipe.entries.size(), open.session.matrices().size());
        QCOMPARE(recipe.bytes, open.session.choice().bytes);
        for (std::size_t i = 0; i < recipe.entries.size(); ++i) {
            QCOMPARE(QString::fromStdString(recipe.entries[i].matrix), open.session.matrices()[i].name);
            QCOMPARE(QString::fromStdString(recipe.entries[i].format),
                     open.session.explored()->formatName(open.session.states()[i].format));
        }
    }

    void theStatesAddUpToTheChoice() {
        Open open;
        for (const double bits : {2.5, 4.4, 7.3}) {
            open.session.setBitsPerWeight(bits);
            Bytes bytes = open.session.table()->passthroughBytes;
            double loss = 0;
            for (const MatrixState& state : open.session.states()) {
                bytes += state.bytes;
                loss += state.loss;
            }
            QCOMPARE(bytes, open.session.choice().bytes);
            QVERIFY(qAbs(loss - open.session.choice().loss) <= 1e-9 * loss);  // another order of summation
        }
    }

    void theStatusLineSaysEveryFigureWithItsUnit() {
        Open open;
        const QString status = open.session.status();

        for (const char* part : {"KiB", "bits per weight", "nats per token", "perplexity × ", "optimal"})
            QVERIFY2(status.contains(part), qPrintable(status));
        QCOMPARE(open.session.measuredOn().replace(QChar(0x202f), ' '),
                 "measured on 131 072 tokens · cpu f32");
    }

    void aSelectedMatrixIsExplained() {
        Open open;
        for (const double bits : {2.3, 4.4, 7.7, 16.0}) {
            open.session.setBitsPerWeight(bits);
            for (int matrix = 0; matrix < static_cast<int>(open.session.matrices().size()); ++matrix) {
                open.session.select(matrix);
                const auto seen = open.session.inspection();
                QVERIFY(seen);
                QVERIFY(!seen->why.isEmpty());
                QCOMPARE(std::count_if(seen->points.begin(), seen->points.end(),
                                       [](const auto& p) { return p.chosen; }),
                         1);
                QVERIFY(seen->why.startsWith(open.session.explored()->formatName(
                    open.session.states()[static_cast<std::size_t>(matrix)].format)));
            }
        }
        open.session.select(1000);
        open.session.select(-7);
        QCOMPARE(open.session.selected(), static_cast<int>(open.session.matrices().size()) - 1);
    }

    void onTheFrontTheTangentTouchesTheHullOfEveryMatrix() {
        Open open;
        open.session.toKnee();
        open.session.stepVertices(1);
        for (int matrix = 0; matrix < static_cast<int>(open.session.matrices().size()); ++matrix) {
            open.session.select(matrix);
            const auto seen = open.session.inspection();
            const auto chosen = std::find_if(seen->points.begin(), seen->points.end(),
                                             [](const auto& p) { return p.chosen; });
            for (const auto& point : seen->points) {
                const double line = chosen->loss - seen->price * (point.bytes - chosen->bytes);
                QVERIFY(point.loss >= line - 1e-9 * (std::abs(line) + chosen->loss));
            }
        }
    }

    void theKneeSaysTheRangeItIsTheKneeOf() {
        Open open;
        QVERIFY(open.session.knee().label().contains(QChar(0x2013)));
        open.session.toKnee();
        const auto& front = *open.session.explored()->front;
        QCOMPARE(open.session.budget(), front.vertices()[front.knee().vertex].bytes);
    }

    void closingForgetsEverything() {
        Open open;
        open.session.close();

        QVERIFY(!open.session.hasModel() && !open.session.hasTable() && !open.session.hasFront());
        QVERIFY(open.session.matrices().empty());
        QCOMPARE(open.session.selected(), -1);
        QVERIFY(!open.session.inspection());
    }

    void goingAwayWhileBusyIsSafe() {
        QTemporaryDir folder;
        for (int i = 0; i < 10; ++i) {
            Session session(folder.path().toStdString());
            session.showTable(test::syntheticTable(test::smallShape));
            session.open("/no/such");
        }
        QTest::qWait(10);
    }
};

DQ_TEST(SessionTest);
#include "session_test.moc"
