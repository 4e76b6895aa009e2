// What the model itself says of single matrices, of changes to a recipe and of published findings, by the real program.
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>

#include <cmath>

#include "tests/cli/cli_process.hpp"
#include "tests/support/runner.hpp"

using dq::test::Ran;
using dq::test::runCli;

class RefineTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    const QString palette_ = "int2-g32-mse,int3-g128,int4-g32,int6-g64,bf16";

    Ran run(const QStringList& arguments) const { return runCli(arguments + QStringList{"--cache", folder_.path()}); }
    QStringList text(const QString& limit) const {
        return {"--text", dq::test::demoEvaluation(), "--documents", "<|endoftext|>", "--limit", limit};
    }
    QString recipe() const { return folder_.filePath("recipe.json"); }

private slots:
    void initTestCase() {
        const Ran measured = run({"measure", dq::test::demoModel(), "--calibration", dq::test::demoCalibration(), "--documents",
                                  "<|endoftext|>", "--tokens", "1500", "--formats", palette_});
        QVERIFY2(measured.code == 0, measured.err.constData());
        // a choice made blindly leaves something to mend
        const Ran allocated = run({"allocate", dq::test::demoModel(), "--bits", "4", "--metric", "relative", "--palette", palette_, "-o", recipe()});
        QVERIFY2(allocated.code == 0, allocated.err.constData());
    }

    void swapsFormatsWhereTheMeasuredKlFalls() {
        const QString refined = folder_.filePath("refined.json");
        const Ran ran = run(QStringList{"refine", dq::test::demoModel(), "--recipe", recipe(), "--check", "6", "--rounds", "2", "--pairs", "2",
                                        "--palette", palette_, "--json", "-o", refined} + text("4"));
        QVERIFY2(ran.code == 0, ran.err.constData());
        const QJsonObject seen = ran.json(), checked = seen["checked"].toObject();

        const QJsonObject first = seen["rounds"].toArray().at(0).toObject();
        QVERIFY(first["kept"].toBool());
        QVERIFY(first["changed"].toInt() > 0);
        QVERIFY(first["after"].toDouble(1e9) < first["before"].toDouble());
        QCOMPARE(seen["pairs"].toArray().size(), 2);
        QCOMPARE(checked["documents"].toInt(), 6);
        QVERIFY2(checked["ratio"].toObject()["high"].toDouble(9) < 1, ran.out.constData());

        QStringList arguments{"evaluate", dq::test::demoModel(), "--recipe", recipe(), "--recipe", refined, "--skip", "4"};
        const auto lines = run(arguments + text("6")).lines();
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[1]["bytes"].toInteger() <= lines[0]["bytes"].toInteger());
        QCOMPARE(lines[0]["kl"].toObject()["mean"].toDouble(), checked["before"].toObject()["mean"].toDouble(-1));
        QCOMPARE(lines[1]["kl"].toObject()["mean"].toDouble(), checked["after"].toObject()["mean"].toDouble(-1));
    }

    void saysWhatItCannotRefine() {
        const Ran narrow = run(QStringList{"refine", dq::test::demoModel(), "--recipe", recipe(), "--palette", "int8-g64,bf16"} + text("4"));
        QCOMPARE(narrow.code, 1);
        QVERIFY2(narrow.err.contains("not among the formats"), narrow.err.constData());
        const Ran few = run(QStringList{"refine", dq::test::demoModel(), "--recipe", recipe(), "--palette", palette_} + text("100000"));
        QCOMPARE(few.code, 1);
        QVERIFY2(few.err.contains("none is left to judge by"), few.err.constData());
        const Ran shared = run(QStringList{"refine", dq::test::demoModel(), "--recipe", recipe(), "--palette", palette_, "--group", "block"} + text("4"));
        QCOMPARE(shared.code, 1);
        QVERIFY2(shared.err.contains("--group block"), shared.err.constData());
    }

    void whatWasTriedAloneIsNotTriedAgain() {
        QStringList arguments{"correlate", dq::test::demoModel(), "--calibration", dq::test::demoCalibration(), "--tokens", "1500", "--formats",
                              "int3-g128,int4-g32", "--progress", "json"};
        const Ran some = run(arguments + QStringList{"--matrix", "layers.1."} + text("2"));
        QVERIFY2(some.code == 0, some.err.constData());
        const auto trials = [](const Ran& ran) {
            qsizetype count = 0;
            for (const QJsonObject& line : ran.lines()) count += line["phase"].toString() == "changes";
            return count;
        };
        QVERIFY(trials(some) > 0);

        const Ran again = run(arguments + QStringList{"--matrix", "layers.1."} + text("2"));
        QCOMPARE(trials(again), qsizetype{0});
        QCOMPARE(again.lines().back()["result"].toObject(), some.lines().back()["result"].toObject());
        QCOMPARE(some.lines().back()["result"].toObject()["tried"].toArray().size(), 14);

        const Ran none = run(arguments + QStringList{"--matrix", "no such matrix"} + text("2"));
        QCOMPARE(none.code, 1);
        QVERIFY2(none.err.contains("no matrix is left"), none.err.constData());
    }

    /// On a random model: what teaches is not what judges, and the bytes are those of the optimum.
    void aContestMayRefineItsOptimum() {
        const QString model = DQ_SOURCE_DIR "/tests/fixtures/torch/llama", tokens = model + "/truth.safetensors", formats = "int3-g32,int6-g32,bf16";
        const QStringList text{"--field", "tokens", "--window", "4"};  // seven of them
        QCOMPARE(run(QStringList{"measure", model, "--calibration", tokens, "--formats", formats} + text).code, 0);
        const QStringList contest = QStringList{"contest", model, "--palette", formats, "--text", tokens, "--budgets", "2", "--json"} + text;
        const Ran ran = run(contest + QStringList{"--limit", "1", "--refine", "1"});
        QVERIFY2(ran.code == 0, ran.err.constData());
        const QJsonArray contestants = ran.json()["contestants"].toArray();

        QCOMPARE(contestants[0]["name"].toString(), QString("optimum"));
        QCOMPARE(contestants[1]["name"].toString(), QString("refined"));
        for (const int i : {0, 1}) {
            const auto bytes = [&](int who) { return contestants[who]["points"].toArray().at(i)["bytes"].toInteger(); };
            QVERIFY(bytes(1) > 0 && bytes(1) <= bytes(0));
        }
    }

    /// A random model of two blocks: the numbers say nothing, but they come, in order.
    void publishedFindingsAreLookedInto() {
        const QString page = folder_.filePath("findings.html"), markdown = folder_.filePath("findings.md");
        const QString model = DQ_SOURCE_DIR "/tests/fixtures/torch/llama", tokens = model + "/truth.safetensors";
        const Ran ran = run({"findings", model, "--calibration", tokens, "--text", tokens, "--field", "tokens", "--window", "15", "--json", "-o",
                             page, "--markdown", markdown});
        QVERIFY2(ran.code == 0, ran.err.constData());
        const QJsonObject seen = ran.json();

        QCOMPARE(seen["claims"].toArray().size(), 9);
        for (const QJsonValue& one : seen["claims"].toArray())
            QCOMPARE(one["verdict"].toString() == "not asked", one["claim"].toString().contains("experts"));
        QVERIFY(seen["refined"].toDouble() > 0.5);
        const QJsonArray spectrum = seen["spectrum"].toArray();
        QCOMPARE(spectrum.size(), 9);
        for (qsizetype i = 1; i < 7; ++i)
            QVERIFY(spectrum[i]["kl"].toObject()["mean"].toDouble(1e9) < spectrum[i - 1]["kl"].toObject()["mean"].toDouble());
        const auto knees = seen["knees"].toArray();
        QVERIFY(knees.first()["bits"].toDouble() > knees.last()["bits"].toDouble(1e9));
        QFile file(page), text(markdown);
        QVERIFY(file.open(QIODevice::ReadOnly) && text.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("<svg"));
        QVERIFY(text.readAll().contains("| int12-g32 |"));

        // no other command takes the tables made here, or by correlate before, for the model's own
        const Ran front = run({"allocate", dq::test::demoModel(), "--uniform", "int6-g64"});
        QVERIFY2(front.code == 0, front.err.constData());
    }

    /// Random weights: only that the numbers come. Its experts lie stacked in one tensor, and so does its rounded copy's.
    void aMixtureSaysWhatItsExpertsLose() {
        const QString model = DQ_SOURCE_DIR "/tests/fixtures/torch/qwen3_5_moe", tokens = model + "/truth.safetensors";
        const Ran ran = run({"findings", model, "--calibration", tokens, "--text", tokens, "--field", "tokens", "--window", "15", "--json"});
        QVERIFY2(ran.code == 0, ran.err.constData());
        for (const QJsonValue& one : ran.json()["claims"].toArray()) {
            if (one["claim"].toString().contains("experts")) QVERIFY(one["found"].toString().contains("an expert's weight"));
            if (one["claim"].toString().contains("0.998")) QVERIFY(one["verdict"].toString() != "not asked");
        }
        QVERIFY(ran.json()["refined"].isDouble());
    }
};

DQ_TEST(RefineTest);
#include "refine_test.moc"
