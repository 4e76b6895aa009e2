#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "tests/ui/fake_worker.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/jobs/worker.hpp"

using namespace dq::ui;
using dq::test::say;

/// The worker is played by shell scripts that print the protocol, fail, or hang.
class WorkerTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    struct Ended {
        int progressed = 0, rows = 0, done = 0, failed = 0, cancelled = 0;
        QJsonObject result;
        Failure failure;
        int ends() const { return done + failed + cancelled; }
    };

    void watch(Worker& worker, Ended& ended) {
        connect(&worker, &Worker::progressed, this, [&] { ++ended.progressed; });
        connect(&worker, &Worker::measuredRow, this, [&] { ++ended.rows; });
        connect(&worker, &Worker::cancelled, this, [&] { ++ended.cancelled; });
        connect(&worker, &Worker::done, this, [&](const QJsonObject& result) {
            ++ended.done;
            ended.result = result;
        });
        connect(&worker, &Worker::failed, this, [&](const Failure& failure) {
            ++ended.failed;
            ended.failure = failure;
        });
    }

    Ended run(const QString& script) {
        Worker worker;
        Ended ended;
        watch(worker, ended);
        worker.start("/bin/sh", {"-c", script});
        [&] { QTRY_VERIFY_WITH_TIMEOUT(ended.ends() > 0, 20000); }();
        return ended;
    }

private slots:
    void progressRowsAndResultArrive() {
        const Ended ended = run(say("{`event`:`progress`,`done`:1,`total`:2}") +
                                say("{`event`:`row`,`matrix`:`m`,`formats`:[`a`],`bytes`:[1],`loss`:[2]}") +
                                say("{`event`:`done`,`result`:{`table`:`/x.h5`}}"));

        QCOMPARE(ended.progressed, 1);
        QCOMPARE(ended.rows, 1);
        QCOMPARE(ended.done, 1);
        QCOMPARE(ended.ends(), 1);
        QCOMPARE(ended.result["table"].toString(), "/x.h5");
    }

    void aLineInPiecesAndALastOneWithoutEndAreRead() {
        const Ended ended =
            run("printf '{\"event\":\"prog'; sleep 0.1; printf 'ress\",\"done\":1,\"total\":2}\\n';"
                "printf '{\"event\":\"done\",\"result\":{}}'");

        QCOMPARE(ended.progressed, 1);
        QCOMPARE(ended.done, 1);
    }

    void malformedLinesGoToTheLogAndHarmNothing() {
        const Ended ended = run("echo 'what {is} this'; echo; printf '\\377\\376\\000x\\n';" +
                                say("{`event`:`done`,`result`:{}}"));

        QCOMPARE(ended.done, 1);
        QCOMPARE(ended.failed, 0);
    }

    void anErrorIsASentenceWithTheLogAsDetails() {
        const Ended ended =
            run("echo 'loading shard 3' >&2\n" +
                say("{`event`:`error`,`kind`:`corrupt`,`message`:`model.safetensors: tensor x is cut off`}") +
                "exit 1");

        QCOMPARE(ended.failure.kind, "corrupt");
        QCOMPARE(ended.failure.sentence, "model.safetensors: tensor x is cut off");
        QVERIFY(ended.failure.details.contains("loading shard 3"));
        QVERIFY(ended.failure.details.contains("/bin/sh -c"));
    }

    void silenceIsAFailureToo() {
        QVERIFY(run("exit 0").failure.sentence.contains("without saying"));
        QVERIFY(run("exit 2").failure.sentence.contains("exit code 2"));
    }

    void aDyingWorkerIsAFailure() {
        const Ended ended = run(say("{`event`:`progress`}") + "kill -9 $$");

        QCOMPARE(ended.failed, 1);
        QVERIFY(ended.failure.sentence.contains("died"));
    }

    void aResultFollowedByAFailureIsAFailure() {
        QCOMPARE(run(say("{`event`:`done`,`result`:{}}") + "exit 1").failed, 1);
    }

    void aProgramThatIsNotThereIsAFailure() {
        Worker worker;
        Ended ended;
        watch(worker, ended);
        worker.start(folder_.filePath("no-such-program"), {});

        QTRY_COMPARE(ended.failed, 1);
        QVERIFY(ended.failure.sentence.contains("could not be started"));
    }

    void cancelAsksPolitely() {
        Worker worker;
        Ended ended;
        watch(worker, ended);
        worker.start("/bin/sh",
                     {"-c", say("{`event`:`progress`,`done`:0,`total`:9}") + dq::test::untilCancelled()});
        QTRY_COMPARE(ended.progressed, 1);

        worker.cancel();

        QTRY_COMPARE_WITH_TIMEOUT(ended.cancelled, 1, 10000);
        QCOMPARE(ended.ends(), 1);
    }

    void aDeafWorkerIsKilled() {
        Worker worker;
        worker.graceMilliseconds = 200;
        Ended ended;
        watch(worker, ended);
        worker.start("/bin/sh",
                     {"-c", "trap '' TERM\n" + say("{`event`:`progress`}") + "while :; do sleep 0.05; done"});
        QTRY_COMPARE(ended.progressed, 1);

        worker.cancel();

        QTRY_COMPARE_WITH_TIMEOUT(ended.cancelled, 1, 10000);
        QVERIFY(!worker.running());
    }

    void aWorkerLeftRunningGoesWithItsOwner() {
        QElapsedTimer clock;
        clock.start();
        {
            Worker worker;
            worker.start("/bin/sh", {"-c", "exec sleep 60"});
            QTRY_VERIFY(worker.running());
        }
        QVERIFY(clock.elapsed() < 20000);
    }

    void aFloodWithoutLineEndsIsDropped() {
        const Ended ended =
            run("head -c 30000000 /dev/zero | tr '\\0' x; echo\n" + say("{`event`:`done`,`result`:{}}"));

        QCOMPARE(ended.done, 1);
    }

    void commandLinesAreTheContract() {
        QCOMPARE(measureArguments("/m", {"/c.txt", "<|endoftext|>"}, "/k"),
                 QStringList({"measure", "/m", "--calibration", "/c.txt", "--documents", "<|endoftext|>",
                              "--cache", "/k", "--progress", "json"}));
        QCOMPARE(measureArguments("/m", {"/c.txt", ""}, ""),
                 QStringList({"measure", "/m", "--calibration", "/c.txt", "--progress", "json"}));
        QVERIFY(measureArguments("/m", {"/c.txt", "", true}, "").contains("--error-feedback"));
        const QStringList fisher = measureArguments("/m", {"/c.txt", "", false, true}, "");
        QVERIFY(fisher.contains("--fisher-scales") && !fisher.contains("--error-feedback"));
        QCOMPARE(exportArguments("/m", "/r.json", "gguf", "/out", ""),
                 QStringList({"export", "/m", "--recipe", "/r.json", "--target", "gguf", "-o", "/out",
                              "--progress", "json"}));
        QCOMPARE(exportArguments("/m", "/r.json", "gguf", "/out", "/k").mid(8),
                 QStringList({"--cache", "/k", "--progress", "json"}));
    }

    void theUsualSeparatorIsRecognised() {
        const auto write = [&](const char* name, const QByteArray& bytes) {
            QFile file(folder_.filePath(name));
            if (file.open(QIODevice::WriteOnly)) file.write(bytes);
            return file.fileName();
        };
        QCOMPARE(separatorOf(write("a.txt", "One.\n<|endoftext|>\nTwo.")), "<|endoftext|>");
        QCOMPARE(separatorOf(write("b.txt", "One long text.")), "");
        QCOMPARE(separatorOf(folder_.filePath("absent.txt")), "");
    }
};

DQ_TEST(WorkerTest);
#include "worker_test.moc"
