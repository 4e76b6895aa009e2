#include "ui/jobs/worker_line.hpp"
#include "tests/support/runner.hpp"

using namespace dq::ui;

class WorkerLineTest : public QObject {
    Q_OBJECT

private slots:
    void readsProgress() {
        const auto event =
            readWorkerLine(R"({"event":"progress","phase":"backward","done":3,"total":10,"unit":"layers.3",)"
                           R"("rate":1234.5,"rate_unit":"tokens/s","seconds_left":12.3})");

        const auto& progress = std::get<WorkerProgress>(event);
        QCOMPARE(progress.fraction(), 0.3);
        QCOMPARE(progress.words().replace(QChar(0x202f), ' '),
                 "backward, layers.3: 3 of 10 · 1234 tokens/s · 13 s left");
    }

    void readsRows() {
        const auto event = readWorkerLine(
            R"({"event":"row","matrix":"model.layers.3.mlp.down_proj","role":"down","block":3,)"
            R"("rows":256,"cols":512,"formats":["int2-g32","bf16"],"bytes":[40960,262144],)"
            R"("loss":[0.5,0]})");

        const auto& row = std::get<WorkerRow>(event);
        QCOMPARE(row.matrix, "model.layers.3.mlp.down_proj");
        QCOMPARE(row.bytes[1], 262144);
        QCOMPARE(row.loss[0], 0.5);
    }

    void readsTheThreeWaysToEnd() {
        QCOMPARE(std::get<WorkerDone>(readWorkerLine(R"({"event":"done","result":{"table":"/t.h5"}})"))
                     .result["table"]
                     .toString(),
                 "/t.h5");
        QCOMPARE(std::get<WorkerError>(readWorkerLine(R"({"event":"error","kind":"corrupt","message":"no"})"))
                     .message,
                 "no");
        QVERIFY(std::holds_alternative<WorkerCancelled>(readWorkerLine(R"({"event":"cancelled"})")));
    }

    void whatIsNoEventIsNoise_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("words") << QByteArray("Segmentation fault");
        QTest::newRow("half an object") << QByteArray(R"({"event":"progress","done":)");
        QTest::newRow("an array") << QByteArray("[1,2,3]");
        QTest::newRow("no event") << QByteArray(R"({"phase":"x"})");
        QTest::newRow("event of another type") << QByteArray(R"({"event":{"progress":1}})");
        QTest::newRow("unknown event") << QByteArray(R"({"event":"party"})");
        QTest::newRow("row without a name")
            << QByteArray(R"({"event":"row","formats":[],"bytes":[],"loss":[]})");
        QTest::newRow("row with uneven columns")
            << QByteArray(R"({"event":"row","matrix":"a","formats":["x","y"],"bytes":[1],"loss":[1,2]})");
        QTest::newRow("deep nesting") << QByteArray(100000, '[');
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe{\"event\":\"done\"}");
        QTest::newRow("zeros") << QByteArray(64, '\0');
    }
    void whatIsNoEventIsNoise() {
        QFETCH(QByteArray, line);

        QVERIFY(std::holds_alternative<WorkerNoise>(readWorkerLine(line)));
    }

    void numbersOutOfRangeAreHeldInside() {
        const auto event = readWorkerLine(
            R"({"event":"progress","done":1e300,"total":-5,"rate":"fast","seconds_left":null})");

        const auto& progress = std::get<WorkerProgress>(event);
        QVERIFY(progress.done > 0);
        QCOMPARE(progress.total, 0);
        QCOMPARE(progress.fraction(), 0.0);
        QCOMPARE(progress.secondsLeft, -1.0);
        QVERIFY(!progress.words().isEmpty() || progress.phase.isEmpty());
    }
};

DQ_TEST(WorkerLineTest);
#include "worker_line_test.moc"
