#include <QAbstractItemModelTester>
#include <QFile>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "tests/ui/fake_worker.hpp"
#include "ui/models/jobs_model.hpp"
#include "ui/views/jobs_page.hpp"

using namespace dq;
using namespace dq::ui;
using dq::test::say;

/// Several runs of the worker, a shell script in its place: its first argument says what it does.
class JobsQueueTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    static Job job(const QString& what, Job::Kind kind = Job::Kind::Export) {
        return {.kind = kind, .name = "Exporting", .about = what, .arguments = {what}};
    }

private slots:
    void initTestCase() {
        QFile script(folder_.filePath("worker"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        const QString progress =
            say("{`event`:`progress`,`phase`:`writing`,`done`:1,`total`:4,`unit`:`q`,`rate`:900,"
                "`rate_unit`:`MB/s`,`seconds_left`:7}");
        const QString body = "#!/bin/sh\ncase $1 in\ngood) " + say("{`event`:`done`,`result`:{}}") +
                             ";;\nbad) echo 'deep trouble' >&2\n" +
                             say("{`event`:`error`,`kind`:`io`,`message`:`disk full`}") + "exit 1;;\nslow) " +
                             progress + dq::test::untilCancelled() + ";;\nesac\n";
        script.write(body.toUtf8());
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    void init() { qputenv("DYNAQUANT_CLI", folder_.filePath("worker").toUtf8()); }
    void cleanup() { qunsetenv("DYNAQUANT_CLI"); }

    void jobsRunOneAfterTheOtherWhateverBecomesOfThem() {
        JobQueue queue;
        QSignalSpy done(&queue, &JobQueue::done), failed(&queue, &JobQueue::failed);
        const int first = queue.add(job("good")), second = queue.add(job("bad")), third = queue.add(job("good"));
        QCOMPARE(queue.running()->id, first);
        QCOMPARE(queue.find(third)->state, Job::State::Waiting);

        QTRY_VERIFY(queue.idle());

        QCOMPARE(done.count(), 2);
        QCOMPARE(failed.count(), 1);
        QCOMPARE(queue.find(second)->outcome, "disk full");
        QVERIFY(queue.find(second)->log.contains("deep trouble"));
        QCOMPARE(queue.find(third)->state, Job::State::Done);
        QVERIFY(!queue.find(99));
        queue.clearOver();
        QVERIFY(queue.jobs().empty());
    }

    void whatWaitsCanBeCancelledAndWhatRunsToo() {
        JobQueue queue;
        QSignalSpy cancelled(&queue, &JobQueue::cancelled);
        const int first = queue.add(job("slow", Job::Kind::Measure)), second = queue.add(job("good"));
        QVERIFY(queue.has(Job::Kind::Measure));
        queue.cancel(second);
        QCOMPARE(queue.find(second)->state, Job::State::Cancelled);
        QTRY_VERIFY(!queue.find(first)->progress.phase.isEmpty());

        queue.cancel(first);
        QCOMPARE(queue.find(first)->state, Job::State::Stopping);
        QTRY_VERIFY(queue.idle());
        QCOMPARE(cancelled.count(), 2);
        QVERIFY(!queue.has(Job::Kind::Measure));
        queue.cancel(first);
        queue.cancel(77);
        QCOMPARE(cancelled.count(), 2);
    }

    void cancellingAllStartsNothingMore() {
        JobQueue queue;
        QSignalSpy started(&queue, &JobQueue::started);
        queue.add(job("slow"));
        queue.add(job("good"));
        queue.add(job("good"));
        queue.cancelAll();

        QTRY_VERIFY(queue.idle());
        QCOMPARE(started.count(), 1);
    }

    void aJobKeepsWhatItNeedsUntilItEnds() {
        JobQueue queue;
        auto kept = std::make_shared<int>(7);
        const std::weak_ptr<int> watched = kept;
        Job waiting = job("good");
        waiting.keeps = std::move(kept);
        queue.add(job("good"));
        queue.add(std::move(waiting));
        QVERIFY(!watched.expired());
        QTRY_VERIFY(queue.idle());
        QVERIFY(watched.expired());
    }

    void theTableOfJobsIsAWellBehavedModel() {
        JobQueue queue;
        JobsModel model(queue);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const int slow = queue.add(job("slow"));
        queue.add(job("good"));
        QTRY_COMPARE(model.index(0, JobsModel::State).data().toString(), "writing");
        QCOMPARE(model.index(0, JobsModel::Done).data().toString(), "25 %");
        QVERIFY(model.index(0, JobsModel::Rate).data().toString().contains("900"));
        QVERIFY(model.index(0, JobsModel::Left).data().toString().startsWith("7"));
        QCOMPARE(model.index(1, JobsModel::State).data().toString(), "waiting");

        queue.cancel(slow);
        QTRY_VERIFY(queue.idle());
        QCOMPARE(model.index(0, JobsModel::State).data().toString(), "cancelled");
        QCOMPARE(model.index(1, JobsModel::Done).data().toString(), "100 %");
        QCOMPARE(model.idAt(0), slow);
        QCOMPARE(model.idAt(5), 0);
        queue.clearOver();
        QCOMPARE(model.rowCount(), 0);
    }

    void thePanelShowsTheLogAndCancels() {
        JobQueue queue;
        JobsPage page(queue);
        page.resize(800, 200);
        page.show();
        QVERIFY(!page.table()->isVisible());
        queue.add(job("bad"));
        QTRY_VERIFY(queue.idle());
        QVERIFY(page.logText().contains("disk full") && page.logText().contains("deep trouble"));

        queue.add(job("slow"));
        page.table()->selectRow(1);
        QTRY_VERIFY(page.cancelButton()->isEnabled());
        QTest::mouseClick(page.cancelButton(), Qt::LeftButton);
        QTRY_VERIFY(queue.idle());
        QTest::mouseClick(page.clearButton(), Qt::LeftButton);
        QVERIFY(queue.jobs().empty());
        QVERIFY(!page.table()->isVisible());
    }
};

DQ_TEST(JobsQueueTest);
#include "jobs_queue_test.moc"
