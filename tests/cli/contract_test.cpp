// What scripts may rely on: exit codes, keys, files; every step on the bundled model with the real binary.
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QThread>
#include <csignal>

#include "tests/cli/cli_process.hpp"
#include "tests/support/runner.hpp"

using dq::test::Ran;
using dq::test::runCli;

class ContractTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString cache() const { return folder_.filePath("cache"); }
    QString path(const char* name) const { return folder_.filePath(name); }

    QStringList measureArguments(const QString& cache) const {
        return {"measure", dq::test::demoModel(), "--calibration", dq::test::demoCalibration(), "--documents",
                "<|endoftext|>", "--tokens", "1000", "--cache", cache};
    }

    Ran allocate(const QStringList& ask) const {
        return runCli(QStringList{"allocate", dq::test::demoModel(), "--cache", cache()} + ask);
    }

private slots:
    void initTestCase() {
        const Ran ran = runCli(measureArguments(cache()) + QStringList{"--progress", "json"});
        QVERIFY2(ran.code == 0, ran.err.constData());
        int rows = 0, progress = 0;
        for (const QJsonObject& line : ran.lines()) {
            const QString event = line["event"].toString();
            if (event == "progress") ++progress;
            if (event != "row") continue;
            ++rows;
            QCOMPARE(line["loss"].toArray().size(), line["formats"].toArray().size());
            QCOMPARE(line["bytes"].toArray().size(), line["formats"].toArray().size());
        }
        QCOMPARE(rows, 30);  // 4 blocks of 7, embedding and head
        QVERIFY(progress > 0);
        const QJsonObject done = ran.lines().last();
        QCOMPARE(done["event"].toString(), QString("done"));
        QVERIFY(QFileInfo::exists(done["result"].toObject()["table"].toString()));
    }

    void productsAreTimedAndTheirCostsKept() {
        const QString costs = path("costs.json"), recipe = path("timed.json");
        QCOMPARE(allocate({"--bits", "4.5", "-o", recipe}).code, 0);
        const Ran ran = runCli({"bench-decode", dq::test::demoModel(), "--recipe", recipe, "--rounds", "1", "--format-memory", "1MiB", "--save", costs, "--json"});
        QVERIFY2(ran.code == 0, ran.err.constData());
        const QJsonObject report = ran.lines().last();
        QCOMPARE(report["launches"].toInt(), 17);
        QCOMPARE(report["launches_run"].toInt(), 17);
        QVERIFY(report["seconds"].toObject()["median"].toDouble() > 0);
        QVERIFY(report["read_bytes_per_second"].toDouble() > 0);

        const Ran timed = allocate({"--bits", "4.5", "--costs", costs});
        QVERIFY2(timed.code == 0, timed.err.constData());
        QVERIFY(timed.lines().last()["seconds_per_token"].toDouble(-1) > report["launch_seconds"].toDouble());
        const Ran fast = allocate({"--bits", "4.5", "--costs", costs, "--tokens-per-second", "1e9"});
        QCOMPARE(fast.code, 1);
        QVERIFY(fast.err.contains("too fast"));
        QVERIFY(runCli({"allocate", dq::test::demoModel(), "--cache", cache(), "--bits", "4.5", "--costs", recipe}).err.contains("dynaquant_costs"));
        QCOMPARE(runCli({"bench-decode", dq::test::demoModel()}).code, 2);
        QVERIFY(runCli({"bench-decode", "--shape", "qwen3-8b", "--memory", "1MiB", "--rounds", "1", "--format-memory", "1MiB"}).err.contains("nothing was run"));
    }

    void everyCommandHasHelp() {
        for (const char* command : {"inspect", "measure", "front", "allocate", "evaluate", "export", "verify", "formats"}) {
            const Ran ran = runCli({command, "--help"});
            QCOMPARE(ran.code, 0);
            QVERIFY(ran.out.contains(command));
        }
        QVERIFY(runCli({"--version"}).out.startsWith("dynaquant-cli "));
    }

    void wrongUsageIsExitCodeTwo() {
        QCOMPARE(runCli({}).code, 2);
        QCOMPARE(runCli({"dance"}).code, 2);
        QCOMPARE(runCli({"measure"}).code, 2);
        QCOMPARE(allocate({"--bits", "4", "--knee"}).code, 2);
    }

    void badInputIsExitCodeOneAndASentence() {
        const Ran ran = runCli({"inspect", path("nowhere")});

        QCOMPARE(ran.code, 1);
        QVERIFY2(ran.err.contains("nowhere"), ran.err.constData());
        QVERIFY(ran.out.isEmpty());
    }

    void badInputIsAnEventForProgressReaders() {
        const Ran ran = runCli({"measure", path("nowhere"), "--calibration", "x", "--progress", "json"});

        QCOMPARE(ran.code, 1);
        QCOMPARE(ran.lines().last()["event"].toString(), QString("error"));
        QVERIFY(ran.lines().last()["message"].toString().contains("nowhere"));
    }

    void aFinishedTableIsRemembered() {
        const Ran ran = runCli(measureArguments(cache()) + QStringList{"--progress", "json"});

        QCOMPARE(ran.code, 0);
        QVERIFY(ran.lines().last()["result"].toObject()["remembered"].toBool());
    }

    void anUnmeasuredModelGetsASentence() {
        const Ran ran = runCli({"front", dq::test::demoModel(), "--cache", path("empty")});

        QCOMPARE(ran.code, 1);
        QVERIFY2(ran.err.contains("measure"), ran.err.constData());
    }

    void frontsComeAsTextJsonCsvAndPicture() {
        const QStringList front{"front", dq::test::demoModel(), "--cache", cache()};
        const QJsonObject json = runCli(front + QStringList{"--json"}).json();
        QVERIFY(json["vertices"].toArray().size() > 30);
        QCOMPARE(runCli(front + QStringList{"--csv", path("f.csv"), "--svg", path("f.svg")}).code, 0);
        QVERIFY(QFileInfo(path("f.csv")).size() > 1000);
        QVERIFY(QFileInfo(path("f.svg")).size() > 1000);
    }

    void allocateAnswersEveryAsk_data() {
        QTest::addColumn<QStringList>("ask");
        QTest::newRow("bits") << QStringList{"--bits", "4.5"};
        QTest::newRow("size") << QStringList{"--size", "3MiB"};
        QTest::newRow("plain bytes") << QStringList{"--size", "3000000"};
        QTest::newRow("loss") << QStringList{"--loss", "0.05"};
        QTest::newRow("knee") << QStringList{"--knee"};
        QTest::newRow("uniform") << QStringList{"--uniform", "int4-g32"};
        QTest::newRow("card") << QStringList{"--card", "0.01", "--overhead", "1MiB", "--context", "64"};
        QTest::newRow("fused") << QStringList{"--bits", "4.5", "--group", "fused"};
        QTest::newRow("constrained") << QStringList{"--bits", "4.5", "--constraint", "pin:role=q=int8-g32",
                                                    "--constraint", "ban:nvfp4"};
    }

    void allocateAnswersEveryAsk() {
        QFETCH(QStringList, ask);
        const Ran ran = allocate(ask + QStringList{"-o", path("recipe.json")});

        QVERIFY2(ran.code == 0, ran.err.constData());
        const QJsonObject answer = ran.json();
        QCOMPARE(answer.keys(), (QStringList{"bits_per_weight", "bound", "bytes", "gap", "loss"}));
        QVERIFY(answer["bound"].toDouble() <= answer["loss"].toDouble() * (1 + 1e-12));
        QVERIFY(QFileInfo(path("recipe.json")).size() > 500);
    }

    void constraintsThatMakeNoSenseGetASentence() {
        const Ran ran = allocate({"--bits", "4.5", "--constraint", "pin:role=dwon=int8-g32"});

        QCOMPARE(ran.code, 1);
        QVERIFY2(ran.err.contains("covers no matrix"), ran.err.constData());
        QCOMPARE(allocate({"--bits", "4.5", "--group", "pairs"}).code, 1);
        QCOMPARE(allocate({"--card", "0.0001"}).code, 1);
    }

    void frontsAreComparedWithOtherRules() {
        const QStringList front{"front", dq::test::demoModel(), "--cache", cache(), "--palette", "hardware", "--compare"};
        const QJsonObject json = runCli(front + QStringList{"--json"}).json();
        const Ran text = runCli(front);

        QVERIFY(json["compare"].toArray().size() > 12);
        QVERIFY(json["mixing"].toObject()["coding_gain"].toDouble() >= 1);
        QCOMPARE(text.code, 0);
        QVERIFY2(text.out.contains("in times of the optimum") && text.out.contains("stock-mix"), text.out.constData());
    }

    void uniformInt4GroupsOf32AreFourAndAHalfBits() {
        QCOMPARE(allocate({"--uniform", "int4-g32"}).json()["bits_per_weight"].toDouble(), 4.5);
    }

    void aBudgetBelowTheMinimumNamesTheRange() {
        const Ran ran = allocate({"--size", "1KiB"});

        QCOMPARE(ran.code, 1);
        QVERIFY2(ran.err.contains("bytes") && ran.err.contains("2.12 to 16.0 bits per weight"), ran.err.constData());
    }

    void exportsVerifyAndNeverOverwrite() {
        QCOMPARE(allocate({"--bits", "4.5", "-o", path("r.json")}).code, 0);
        const QStringList exporting{"export", dq::test::demoModel(), "--recipe", path("r.json"), "-o", path("out")};
        const Ran first = runCli(exporting);
        QVERIFY2(first.code == 0, first.err.constData());
        QCOMPARE(runCli({"verify", path("out")}).code, 0);
        QCOMPARE(runCli({"verify", path("out"), "--against", dq::test::demoModel()}).code, 0);
        QCOMPARE(runCli({"export", dq::test::demoModel(), "--recipe", path("r.json"), "-o", path("tpu"), "--device", "tpu"}).code, 2);

        const Ran again = runCli(exporting);

        QCOMPARE(again.code, 1);
        QVERIFY2(again.err.contains("exists"), again.err.constData());
        QCOMPARE(runCli({"verify", path("out")}).code, 0);
    }

    void theFirstProgramsFolderIsWrittenAndRead() {
        QFile types(path("types.txt"));
        QVERIFY(types.open(QIODevice::WriteOnly) && types.write("token_embd=bf16\n") > 0);
        types.close();
        const QString demo = dq::test::demoModel(), recipe = path("f32.json"), folder = path("seed"), back = path("back.json");
        QCOMPARE(runCli({"recipe", demo, "--from-tensor-types", path("types.txt"), "--otherwise", "int5-g16-f32", "-o", recipe}).code, 0);

        const Ran ran = runCli({"export", demo, "--recipe", recipe, "--target", "seed", "-o", folder});
        QVERIFY2(ran.code == 0, ran.err.constData());
        QCOMPARE(runCli({"verify", folder, "--against", demo}).code, 0);
        QCOMPARE(runCli({"recipe", demo, "--from-seed", folder, "-o", back}).code, 0);

        const auto matrices = [](const QString& file) {
            QFile json(file);
            return json.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(json.readAll())["matrices"].toArray() : QJsonArray();
        };
        QCOMPARE(matrices(back), matrices(recipe));
        QCOMPARE(matrices(back).size(), 30);
        QCOMPARE(runCli({"recipe", demo, "--from-seed", folder, "--recipe", recipe}).code, 2);
        QCOMPARE(runCli({"recipe", demo, "--from-seed", demo}).code, 1);
    }

    void cancellingIsExitCode130() {
        QProcess process;
        dq::test::startCli(process, {"measure", dq::test::demoModel(), "--calibration", dq::test::demoCalibration(),
                                     "--tokens", "60000", "--cache", path("cancelled"), "--progress", "json"});
        QVERIFY(process.waitForReadyRead(60000));
        process.terminate();
        QVERIFY(process.waitForFinished(60000));

        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardOutput().contains("\"cancelled\""));
    }
};

DQ_TEST(ContractTest);
#include "contract_test.moc"
