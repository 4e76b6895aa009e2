// Formats that look at what a matrix reads, through the real binary.
#include <QDir>
#include <QFileInfo>
#include <QJsonObject>
#include <QTemporaryDir>

#include "tests/cli/cli_process.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

using dq::test::Ran;
using dq::test::runCli;

class InputsCliTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString recipe() const { return folder_.filePath("recipe.json"); }
    QString cache() const { return folder_.filePath("cache"); }

    Ran measure() const {
        return runCli({"measure", dq::test::demoModel(), "--tokens", "3000", "--cache", cache(), "--formats",
                       "int3-g32-mse,int3-g32-imx,int3-g32-imx-gptq,int3-g32-fisher,bf16"});
    }
    Ran uniform(const QString& format) const {
        return runCli({"allocate", dq::test::demoModel(), "--cache", cache(), "--palette", format, "--uniform", format, "-o", recipe()});
    }
    Ran evaluate() const {
        return runCli({"evaluate", dq::test::demoModel(), "--cache", cache(), "--recipe", recipe(), "--limit", "20"});
    }

    /// The demo's attention in one format, the rest as it is; of the only table.
    void writeRecipe(const std::string& format) const {
        const auto model = dq::model::Model::open(dq::test::demoModel().toStdString());
        dq::recipe::Recipe made = dq::test::recipeWith(*model, [&](const dq::model::WeightMatrix& matrix) {
            return matrix.name.find("self_attn") == std::string::npos ? "bf16" : format;
        });
        made.tableKey = QFileInfo(QDir(cache()).entryList({"*.h5"}).value(0)).completeBaseName().toStdString();
        QFile file(recipe());
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(QByteArray::fromStdString(dq::recipe::toJson(made)));
    }

private slots:
    void initTestCase() {
        const Ran ran = measure();
        QVERIFY2(ran.code == 0, ran.err.constData());
        QVERIFY2(ran.err.contains("the Hessians of all inputs take 5.0"), ran.err.constData());
        QVERIFY2(ran.err.contains("the sensitivities of all weights take 3.50 MiB"), ran.err.constData());
    }

    void whatIsKnownOfTheInputIsWorthSomething() {
        double before = 1e9, promised = 1e9;
        for (const char* format : {"int3-g32-mse", "int3-g32-imx", "int3-g32-imx-gptq"}) {
            QVERIFY(uniform(format).code == 0);
            const QJsonObject found = evaluate().json();
            const double kl = found["kl"].toObject()["mean"].toDouble(1e9);
            QVERIFY2(kl < before && found["predicted"].toDouble(1e9) < promised, format);
            before = kl;
            promised = found["predicted"].toDouble();
        }
    }

    void exportsAreVerifiedAgainstTheTable() {
        const QString out = folder_.filePath("packed");
        QVERIFY(uniform("int3-g32-imx-gptq").code == 0);
        const Ran lost = runCli({"export", dq::test::demoModel(), "--recipe", recipe(), "-o", out, "--cache", folder_.filePath("none")});
        QCOMPARE(lost.code, 1);
        QVERIFY2(lost.err.contains("--cache") && !QDir(out).exists(), lost.err.constData());
        QCOMPARE(runCli({"export", dq::test::demoModel(), "--recipe", recipe(), "-o", out, "--cache", cache()}).code, 0);
        QCOMPARE(runCli({"verify", out, "--against", dq::test::demoModel(), "--cache", cache()}).code, 0);
        QCOMPARE(runCli({"verify", out}).code, 0);
    }

    /// A table knows the inputs for any format that looks at them, whether it was measured or not.
    void everyTargetIsWrittenAndVerifiedFromTheTable_data() {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("format");
        QTest::newRow("gguf under importance") << "gguf" << "q4_k-imx";
        QTest::newRow("compressed-tensors with feedback") << "compressed-tensors" << "int4-g128-bf16-imx-gptq";
        QTest::newRow("compressed-tensors under the Fisher diagonal") << "compressed-tensors" << "nvfp4-fisher";
        QTest::newRow("hf with feedback") << "hf" << "int3-g64-imx-gptq";
    }

    void everyTargetIsWrittenAndVerifiedFromTheTable() {
        QFETCH(QString, target);
        QFETCH(QString, format);
        const QString out = folder_.filePath("out-" + target + format);
        writeRecipe(format.toStdString());

        const Ran written = runCli({"export", dq::test::demoModel(), "--recipe", recipe(), "--target", target, "-o", out, "--cache", cache()});
        QVERIFY2(written.code == 0, written.err.constData());
        const Ran verified = runCli({"verify", out, "--against", dq::test::demoModel(), "--cache", cache(), "--json"});
        QVERIFY2(verified.code == 0, verified.err.constData());
        QCOMPARE(verified.json()["matrices"].toInt(), 30);
        QVERIFY(verified.json()["against_model"].toBool());
        const Ran lost = runCli({"verify", out, "--against", dq::test::demoModel(), "--cache", folder_.filePath("none")});
        QCOMPARE(lost.code, 1);
        QVERIFY2(lost.err.contains("--cache") && lost.err.contains(format.toUtf8()), lost.err.constData());
    }

    /// The bytes are made again of a table and a byte a weight beside it; without those there are none.
    void scalesUnderTheFisherDiagonalAreExportedAndVerified() {
        const QString out = folder_.filePath("fisher");
        QVERIFY(uniform("int3-g32-mse").code == 0);
        const double blind = evaluate().json()["predicted"].toDouble();
        QVERIFY(uniform("int3-g32-fisher").code == 0);
        QVERIFY(evaluate().json()["predicted"].toDouble(1e9) < 0.9 * blind);
        QCOMPARE(runCli({"export", dq::test::demoModel(), "--recipe", recipe(), "-o", out, "--cache", cache()}).code, 0);
        QCOMPARE(runCli({"verify", out, "--against", dq::test::demoModel(), "--cache", cache()}).code, 0);
        const Ran lost = runCli({"verify", out, "--against", dq::test::demoModel(), "--cache", folder_.filePath("none")});
        QCOMPARE(lost.code, 1);
        QVERIFY2(lost.err.contains("--cache"), lost.err.constData());
    }

    void aTableWhoseHessiansAreGoneIsMeasuredAgain() {
        QVERIFY(measure().out.contains("already measured"));
        const QStringList kept = QDir(cache()).entryList({"*.hessians"}, QDir::Dirs);
        QCOMPARE(kept.size(), 1);
        QVERIFY(QDir(cache() + "/" + kept.front()).removeRecursively());
        QVERIFY(uniform("int3-g32-imx-gptq").code == 0);
        const Ran lost = evaluate();
        QCOMPARE(lost.code, 1);
        QVERIFY2(lost.err.contains("Hessian"), lost.err.constData());

        const Ran again = measure();
        QVERIFY2(again.code == 0 && !again.out.contains("already measured"), again.out.constData());
        QCOMPARE(evaluate().code, 0);
    }
};

DQ_TEST(InputsCliTest);
#include "inputs_test.moc"
