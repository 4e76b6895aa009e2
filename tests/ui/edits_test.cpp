#include <QSignalSpy>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/session/session.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

struct Open : test::OpenSession {
    QString format(int matrix) const {
        return session.explored()->formatName(session.states()[static_cast<std::size_t>(matrix)].format);
    }
    double bits(int matrix) const { return session.states()[static_cast<std::size_t>(matrix)].bits; }
};

}  // namespace

class EditsTest : public QObject {
    Q_OBJECT

private slots:
    void aPinHoldsAtEveryBudget() {
        Open open;
        open.session.pinTo({3, 4}, "int8-g32");

        QCOMPARE(open.session.question().constraints.size(), 1U);
        for (const double bits : {2.5, 4.0, 9.0}) {
            open.session.setBitsPerWeight(bits);
            QCOMPARE(open.format(3), "int8-g32");
            QCOMPARE(open.format(4), "int8-g32");
            QVERIFY(open.session.choice().bytes <= open.session.budget());
        }
    }

    void pinningToTheirFormatsKeepsEachItsOwn() {
        Open open;
        open.session.setBitsPerWeight(4.3);
        const QString first = open.format(1), second = open.format(22);
        open.session.pin({1, 22});
        open.session.toLargest();

        QCOMPARE(open.format(1), first);
        QCOMPARE(open.format(22), second);
    }

    void bansAndBoundsAreKept() {
        Open open;
        open.session.setBitsPerWeight(4.3);
        const QString was = open.format(7);
        open.session.ban({7}, was.toStdString());
        QVERIFY(open.format(7) != was);

        open.session.setLeast({8, 9}, 6);
        open.session.setMost({10}, 3);
        for (const double bits : {4.0, 6.0, 12.0}) {
            open.session.setBitsPerWeight(bits);
            QVERIFY(open.format(7) != was);
            QVERIFY(open.bits(8) >= 6 && open.bits(9) >= 6);
            QVERIFY(open.bits(10) <= 3);
        }
    }

    void aContradictionIsASentenceAndChangesNothing() {
        Open open;
        open.session.pinTo({5}, "int8-g32");
        const auto* before = open.session.explored();
        const int steps = open.session.history().count();
        QSignalSpy failed(&open.session, &Session::failed), changed(&open.session, &Session::changed);

        open.session.ban({5}, "int8-g32");

        QCOMPARE(failed.count(), 1);
        const QString sentence = failed[0][0].value<Failure>().sentence;
        QVERIFY2(sentence.contains("pin:") && sentence.contains("ban:"), qPrintable(sentence));
        QCOMPARE(changed.count(), 0);
        QCOMPARE(open.session.explored(), before);
        QCOMPARE(open.session.history().count(), steps);
    }

    void groupsThatCannotAgreeAreRefused() {
        Open open;
        open.session.ask({.grouping = allocate::Grouping::Fused});
        QTRY_VERIFY(open.session.question().grouping == allocate::Grouping::Fused);
        QSignalSpy failed(&open.session, &Session::failed);

        open.session.pinTo({1}, "int8-g32");  // q of layer 0
        QCOMPARE(open.format(2), "int8-g32");
        open.session.pinTo({2}, "int4-g64");  // its k

        QCOMPARE(failed.count(), 1);
        QCOMPARE(open.format(2), "int8-g32");
    }

    void clearingBringsTheFreeFrontBack() {
        Open open;
        const auto free = open.session.explored()->front;
        open.session.pinTo({1, 2}, "bf16");
        open.session.setLeast({3}, 5);
        QVERIFY(open.session.explored()->front != free);

        open.session.clearConstraints({1, 2});
        QCOMPARE(open.session.explored()->wishes.size(), 1U);
        open.session.clearConstraints();

        QCOMPARE(open.session.explored()->front, free);
        QCOMPARE(open.session.constraintWords(), "");
    }

    void uniformFormatsStayInThePictureOfAPinnedModel() {
        Open open;
        const std::size_t before = open.session.explored()->picture.uniforms.size();
        open.session.pinTo({1}, "bf16");

        QCOMPARE(open.session.explored()->picture.uniforms.size(), before);
    }

    void constraintsSurviveAnotherMetricAndGoWithTheModel() {
        Open open;
        open.session.pinTo({1}, "int8-g32");
        Question other = open.session.question();
        other.metric = quality::Metric::Squared;
        open.session.ask(other);
        QTRY_VERIFY(open.session.question().metric == quality::Metric::Squared);
        QCOMPARE(open.format(1), "int8-g32");

        other.palette = "int-g64";  // has no int8-g32
        QSignalSpy failed(&open.session, &Session::failed);
        open.session.ask(other);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(open.session.question().palette, "all");

        open.session.close();
        QVERIFY(open.session.question().constraints.empty());
    }

    void everyEditCanBeUndoneAndDoneAgain() {
        Open open;
        Session& session = open.session;
        const Bytes start = session.budget();
        session.setBitsPerWeight(5);
        const Bytes moved = session.budget();
        session.pinTo({4}, "int8-g32");
        Question other = session.question();
        other.palette = "int-g32";
        session.ask(other);
        QTRY_COMPARE(session.question().palette, "int-g32");
        QCOMPARE(session.history().count(), 3);
        QCOMPARE(session.history().undoText(), "formats int-g32");

        session.history().undo();
        QTRY_COMPARE(session.question().palette, "all");
        QCOMPARE(session.history().undoText(), "pin layers.0.self_attn.o_proj to int8-g32");
        session.history().undo();
        QVERIFY(session.question().constraints.empty());
        QCOMPARE(session.budget(), moved);
        QVERIFY(session.history().undoText().startsWith("budget "));
        session.history().undo();
        QCOMPARE(session.budget(), start);
        QVERIFY(!session.history().canUndo());

        session.history().redo();
        session.history().redo();
        QCOMPARE(session.budget(), moved);
        QCOMPARE(open.format(4), "int8-g32");
        session.history().redo();
        QTRY_COMPARE(session.question().palette, "int-g32");
        QCOMPARE(open.format(4), "int8-g32");
    }

    void aSweepOfTheBudgetIsOneStep() {
        Open open;
        const Bytes start = open.session.budget();
        for (int i = 0; i < 20; ++i)
            open.session.setBitsPerWeight(4 + 0.1 * i);

        QCOMPARE(open.session.history().count(), 1);
        open.session.history().undo();
        QCOMPARE(open.session.budget(), start);
    }

    void anotherTableForgetsTheHistory() {
        Open open;
        open.session.toLargest();
        QVERIFY(open.session.history().canUndo());
        open.session.showTable(test::syntheticTable(test::smallShape));
        QTRY_VERIFY(!open.session.history().canUndo());
    }

    void aTableMeasuredAgainKeepsTheConstraints() {
        Open open;
        open.session.pinTo({1}, "int8-g32");
        QSignalSpy changed(&open.session, &Session::changed);
        open.session.showTable(test::syntheticTable(test::smallShape));
        QTRY_COMPARE(changed.count(), 1);

        QCOMPARE(open.format(1), "int8-g32");
    }

    void theExactChoiceFollowsOnceTheBudgetRests() {
        Open open;
        open.session.setBitsPerWeight(4.37);
        QVERIFY(open.session.finishing());
        const double quick = open.session.choice().loss;

        QTRY_VERIFY(!open.session.finishing());

        const auto exact = open.session.explored()->front->exact(open.session.budget());
        QCOMPARE(open.session.choice().formats, exact.formats);
        QVERIFY(open.session.choice().loss <= quick);
        QVERIFY(open.session.choice().gap() <= 1e-6);
        QVERIFY(open.session.status().contains("optimal"));
        QVERIFY(open.session.certificateWords().contains("can lose less than"));
    }

    void whatConstraintsAndGroupsCostIsSaid() {
        Open open;
        open.session.setBitsPerWeight(4);
        open.session.pinTo({1, 2, 3, 4, 5}, "int8-g32");
        QTRY_VERIFY(!open.session.finishing());

        QVERIFY(*open.session.certificate()->constraintsPrice > 1);
        QVERIFY2(open.session.constraintWords().contains("5 matrices · +"),
                 qPrintable(open.session.constraintWords()));
        QCOMPARE(open.session.groupingPriceWords(), "");

        Question fused = open.session.question();
        fused.grouping = allocate::Grouping::Block;
        fused.constraints.clear();
        open.session.ask(fused);
        QTRY_VERIFY(!open.session.groupingPriceWords().isEmpty());
        QVERIFY(*open.session.certificate()->groupingPrice >= 1);
        QCOMPARE(open.session.constraintWords(), "");
    }

    void severalCanBeSelected() {
        Open open;
        QSignalSpy spy(&open.session, &Session::selectionChanged);
        open.session.selectMany({2, 5, 9}, 5);

        QCOMPARE(open.session.selected(), 5);
        QCOMPARE(open.session.selection(), (std::vector<int>{2, 5, 9}));
        open.session.selectMany({2, 5, 9}, 5);
        QCOMPARE(spy.count(), 1);
        open.session.select(5);
        QCOMPARE(open.session.selection(), std::vector<int>{5});
    }
};

DQ_TEST(EditsTest);
#include "edits_test.moc"
