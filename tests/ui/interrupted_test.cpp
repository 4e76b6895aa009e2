#include <QFile>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>
#include <fstream>

#include "core/store/store.hpp"
#include "tests/measure/fake_pass.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/store/example_table.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/fake_worker.hpp"
#include "tests/ui/real_worker.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/main_window.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::ui;

/// Measurements that ended too soon, and tables that cannot be used, met by a window that opens the model.
class InterruptedTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::shared_ptr<const model::Model> model_;

    fs::path cache() const { return folder_.filePath("cache").toStdString(); }
    QString calibration() const { return folder_.filePath("a text.txt"); }

    /// Some units of a measurement of the tiny model, as a worker that was killed leaves them.
    void interrupt() const {
        const measure::MeasureOptions options{.palette = "int4-g32,bf16"};
        test::FakePass pass({.crashAfterSlabs = 30});
        const measure::Key key = measure::keyOf(*model_, test::fakeSamples(), options, pass);
        const store::Store store(cache());
        const auto notebook = store.notebook(key);
        store.keepAsked(store::askedOf(key, calibration().toStdString(), {"--documents", "<|end|>", "--tokens", "99"}, 4));
        try {
            measure::measure(*model_, test::fakeSamples(), options, pass, *notebook, {}, {});
        } catch (const std::runtime_error&) {
        }
    }

    void playWorker(const QString& body) const {
        QFile script(folder_.filePath("worker"));
        if (script.open(QIODevice::WriteOnly | QIODevice::Truncate)) script.write("#!/bin/sh\n" + body.toUtf8());
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("DYNAQUANT_CLI", script.fileName().toUtf8());
    }

    std::unique_ptr<MainWindow> open(const QString& model) const {
        auto window = std::make_unique<MainWindow>(cache());
        window->show();
        window->openModel(model);
        [&] { QTRY_VERIFY(window->session().hasModel() && !window->session().busy()); }();
        return window;
    }
    QString tiny() const { return folder_.filePath("tiny"); }

    static void accept(MainWindow& window) { QTest::mouseClick(window.banner().offered(), Qt::LeftButton); }

private slots:
    void initTestCase() {
        test::writeTinyModel(tiny().toStdString(), test::tinyTensors());
        model_ = model::Model::open(tiny().toStdString());
    }
    void init() {
        QSettings().clear();
        fs::remove_all(cache());
        std::ofstream(calibration().toStdString()) << "Once upon a time.";
    }
    void cleanup() { qunsetenv("DYNAQUANT_CLI"); }

    void nothingIsOfferedWhereNothingWasBegun() {
        const auto window = open(tiny());
        QVERIFY(!window->banner().isVisible());
    }

    void itIsSaidAndGoneOnWithByOneClick() {
        interrupt();
        playWorker("printf '%s\\n' \"$@\" > \"$0.arguments\"\n" + test::untilCancelled());
        const auto window = open(tiny());
        QVERIFY(window->banner().isVisible() && window->banner().isGood());
        const QString said = window->banner().sentence();
        QVERIFY2(said.contains("a text.txt") && said.contains("of 4 parts"), qPrintable(said));
        QVERIFY(window->banner().offered()->isVisible());

        accept(*window);

        QTRY_VERIFY(window->jobRunning());
        QVERIFY(!window->banner().isVisible());
        const QString list = folder_.filePath("worker.arguments");
        QTRY_VERIFY(QFile::exists(list) && QFileInfo(list).size() > 0);
        QFile file(list);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString(file.readAll()).trimmed().split('\n').join('|'),
                 QStringList({"measure", tiny(), "--calibration", calibration(), "--documents", "<|end|>", "--tokens", "99", "--cache",
                              QString::fromStdString(cache().string()), "--progress", "json"})
                     .join('|'));
        window->cancelJob();
        QTRY_VERIFY_WITH_TIMEOUT(!window->jobRunning(), 10000);
    }

    void aTextThatIsGoneIsSaid() {
        interrupt();
        const auto window = open(tiny());
        QVERIFY(QFile::remove(calibration()));

        accept(*window);

        QVERIFY(!window->jobRunning());
        QVERIFY2(window->banner().sentence().contains("a text.txt is not there"), qPrintable(window->banner().sentence()));
        QVERIFY(!window->banner().offered()->isVisible());
    }

    void aWindowClosedInMidMeasurementIsGoneOnWithLater() {
        interrupt();
        playWorker(test::untilCancelled());
        {
            const auto window = open(tiny());
            accept(*window);
            QTRY_VERIFY(window->jobRunning());
            QTimer::singleShot(50, window.get(), [] {
                auto* question = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
                if (question) QTest::mouseClick(question->button(QMessageBox::Yes), Qt::LeftButton);
            });
            QVERIFY(window->close());
        }

        const auto again = open(tiny());
        QVERIFY(again->banner().offered()->isVisible());
    }

    void theRealWorkerIsKilledAndGoneOnWith() {
        if (test::realWorker().isEmpty()) QSKIP("this build has no worker (DQ_TORCH is off, DQ_TEST_CLI names none)");
        qputenv("DYNAQUANT_CLI", test::realWorker().toUtf8());
        const QStringList asked = {"measure",   demoModel(), "--calibration", ownCalibration(demoModel().toStdString()), "--tokens", "200",
                                   "--formats", "int4-g32,int8-g32,bf16",     "--cache",
                                   QString::fromStdString(cache().string())};
        const auto kept = [](const fs::path& folder) {
            std::error_code absent;
            for (const auto& entry : fs::recursive_directory_iterator(folder, absent))
                if (entry.path().extension() == ".unit") return true;
            return false;
        };
        QProcess worker;
        worker.start(test::realWorker(), asked);
        while (worker.state() != QProcess::NotRunning && !kept(cache())) QThread::msleep(1), worker.waitForFinished(1);
        worker.kill();  // SIGKILL, as when memory runs out
        QVERIFY(worker.waitForFinished());

        const auto window = open(demoModel());
        if (window->session().hasFront()) QSKIP("it had finished before it could be killed");
        QVERIFY(window->banner().offered()->isVisible());
        accept(*window);

        QTRY_VERIFY_WITH_TIMEOUT(window->session().hasFront(), 300000);
        QCOMPARE(window->session().table()->formats.size(), std::size_t{3});
        QVERIFY(!window->session().unfinished());
    }

    void aDamagedTableIsSaidAndTheModelIsShown() {
        fs::create_directories(cache());
        std::ofstream(cache() / "0123.h5") << "no table";
        const auto window = open(tiny());

        QTRY_VERIFY(window->banner().isVisible());
        const QString said = window->banner().sentence();
        QVERIFY2(said.contains("0123.h5") && said.contains("delete"), qPrintable(said));
        QVERIFY(window->session().hasModel());
        QVERIFY(window->statusLine().choiceText().contains("Not measured"));
    }

    void aTableOfAnotherVersionIsSaidWhereItIsAllThereIs() {
        measure::Measurements table = test::exampleTable();
        table.key.model = model_->checkpoint().fingerprint();
        ++table.key.quantizers;
        const store::Store store(cache());
        store.write(table);
        const auto window = open(tiny());

        QTRY_VERIFY(window->banner().isVisible());
        QVERIFY2(window->banner().sentence().contains("other bytes"), qPrintable(window->banner().sentence()));
        QVERIFY(window->session().hasModel() && !window->session().hasTable());
    }
};

DQ_TEST(InterruptedTest);
#include "interrupted_test.moc"
