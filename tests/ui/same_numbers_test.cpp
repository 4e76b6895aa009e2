#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "tests/ui/real_worker.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/main_window.hpp"

using namespace dq;
using namespace dq::ui;

/// What the window says of the demo model is what the command line says, to the last digit.
class SameNumbersTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    QString cache() const { return folder_.filePath("cache"); }

    QJsonObject allocated(QStringList asked) const {
        asked = QStringList{"allocate", demoModel(), "--cache", cache()} + asked;
        return QJsonDocument::fromJson(test::workerSays(asked)).object();
    }

    static QByteArray read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void compare(const QJsonObject& said) const {
        const allocate::Choice& choice = window_->session().choice();
        QCOMPARE(static_cast<double>(choice.bytes), said["bytes"].toDouble());
        QCOMPARE(window_->session().explored()->problem().bitsPerWeight(choice.bytes), said["bits_per_weight"].toDouble());
        QVERIFY(said["loss"].toDouble() > 0);
        QVERIFY(choice.loss == said["loss"].toDouble());  // QCOMPARE would forgive the last digits
        QVERIFY(choice.bound == said["bound"].toDouble());
        QVERIFY(choice.gap() == said["gap"].toDouble());
    }

private slots:
    void initTestCase() {
        QSettings().clear();
        if (test::realWorker().isEmpty()) QSKIP("this build has no worker (DQ_TORCH is off, DQ_TEST_CLI names none)");
        QVERIFY(!test::workerSays({"measure", demoModel(), "--tokens", "200", "--formats", "int,bf16", "--cache", cache()}).isEmpty());
        window_ = std::make_unique<MainWindow>(cache().toStdString());
        window_->forgetEverything();
        window_->openModel(demoModel());
        QTRY_VERIFY(window_->session().hasFront());
    }

    void atABudget_data() {
        QTest::addColumn<double>("bits");
        for (const double bits : {2.6, 3.3, 4.5, 6.1}) QTest::addRow("%.1f bits", bits) << bits;
    }

    void atABudget() {
        QFETCH(double, bits);
        window_->session().setBitsPerWeight(bits);
        QTRY_VERIFY(!window_->session().finishing());
        const QString theirs = folder_.filePath("theirs.json"), ours = folder_.filePath("ours.json");

        const QJsonObject said = allocated({"--bits", QString::number(bits), "-o", theirs});
        window_->saveRecipe(ours);

        compare(said);
        QVERIFY(!read(ours).isEmpty());
        QCOMPARE(read(ours), read(theirs));
        QVERIFY(window_->statusLine().choiceText().contains(bitsNumber(said["bits_per_weight"].toDouble())));
    }

    void atTheKnee() {
        window_->session().toKnee();
        QTRY_VERIFY(!window_->session().finishing());
        compare(allocated({"--knee"}));
    }

    void withAnotherMetricAndGroups() {
        Question question = window_->session().question();
        question.metric = quality::Metric::FisherTrace;
        question.grouping = allocate::Grouping::Fused;
        window_->session().ask(question);
        QTRY_VERIFY(window_->session().question() == question && !window_->session().busy());
        window_->session().setBitsPerWeight(3.7);
        QTRY_VERIFY(!window_->session().finishing());

        compare(allocated({"--bits", "3.7", "--metric", "fisher-trace", "--group", "fused"}));
    }
};

DQ_TEST(SameNumbersTest);
#include "same_numbers_test.moc"
