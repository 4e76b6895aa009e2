// The promise of the program: what the front predicts is what the model does, and mixing beats uniform.
#include <QJsonObject>
#include <QTemporaryDir>

#include "tests/cli/cli_process.hpp"
#include "tests/support/runner.hpp"

using dq::test::Ran;
using dq::test::runCli;

class TruthTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString recipe() const { return folder_.filePath("recipe.json"); }

    Ran allocate(const QStringList& ask) const {
        return runCli(QStringList{"allocate", dq::test::demoModel(), "--cache", folder_.path(), "-o", recipe()} + ask);
    }

    QJsonObject evaluate() const {
        return runCli({"evaluate", dq::test::demoModel(), "--recipe", recipe(), "--text", dq::test::demoEvaluation(),
                       "--documents", "<|endoftext|>", "--limit", "25"})
            .json();
    }

    static double kl(const QJsonObject& evaluation) { return evaluation["kl"].toObject()["mean"].toDouble(-1); }

private slots:
    void initTestCase() {
        const Ran ran = runCli({"measure", dq::test::demoModel(), "--calibration", dq::test::demoCalibration(),
                                "--documents", "<|endoftext|>", "--tokens", "6000", "--cache", folder_.path()});
        QVERIFY2(ran.code == 0, ran.err.constData());
    }

    void measuredLossFallsAsTheBudgetGrows() {
        double before = 1e9;
        for (const char* bits : {"2.5", "3", "3.5", "4", "4.5", "5.25", "6.25", "8.5"}) {
            QVERIFY(allocate({"--bits", bits}).code == 0);
            const double now = kl(evaluate());
            QVERIFY2(now >= 0 && now < before, qPrintable(QString("%1 bits: KL %2 after %3").arg(bits).arg(now).arg(before)));
            before = now;
        }
    }

    void theFrontBeatsEveryUniformFormatOfTheSameSize_data() {
        QTest::addColumn<QString>("format");
        for (const char* format :
             {"int2-g64", "int2-g32", "int2-g64-mse", "int3-g128", "int3-g64", "int3-g32-mse", "int4-g32", "int4-g128",
              "int4-g32-mse", "nvfp4", "nf4-g64", "int5-g32", "int6-g64", "int7-g128", "fp8-e4m3", "int8-g64"})
            QTest::newRow(format) << format;
    }

    void theFrontBeatsEveryUniformFormatOfTheSameSize() {
        QFETCH(QString, format);
        const QJsonObject uniform = allocate({"--uniform", format}).json();
        const double uniformKl = kl(evaluate());
        QVERIFY(uniformKl > 0);

        QCOMPARE(allocate({"--size", QString::number(uniform["bytes"].toInteger())}).code, 0);
        const double ours = kl(evaluate());

        QVERIFY2(ours >= 0 && ours < uniformKl, qPrintable(QString("front %1, uniform %2").arg(ours).arg(uniformKl)));
    }
};

DQ_TEST(TruthTest);
#include "truth_test.moc"
