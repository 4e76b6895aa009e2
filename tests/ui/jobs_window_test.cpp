#include <QDragEnterEvent>
#include <QFile>
#include <QLabel>
#include <QMimeData>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/recipe/recipe.hpp"
#include "core/store/store.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/fake_worker.hpp"
#include "tests/ui/real_worker.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;
using dq::test::say;

/// Measuring and exporting from the window, with a shell script in the worker's place.
class JobsWindowTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    void playWorker(const QString& body) {
        QFile script(folder_.filePath("worker"));
        QVERIFY(script.open(QIODevice::WriteOnly | QIODevice::Truncate));
        script.write("#!/bin/sh\n" + body.toUtf8());
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("DYNAQUANT_CLI", script.fileName().toUtf8());
    }

    QString calibration() {
        QFile file(folder_.filePath("text.txt"));
        if (file.open(QIODevice::WriteOnly)) file.write("Once upon a time.<|endoftext|>The end.");
        return file.fileName();
    }

    /// Enough text to measure on in seconds, also where every access is checked.
    QString fewStories() {
        QFile all(QString::fromStdString(test::sharedText("tinystories_exllamav2_tiny.utf8")));
        QFile few(folder_.filePath("few.txt"));
        if (all.open(QIODevice::ReadOnly) && few.open(QIODevice::WriteOnly)) few.write(all.read(6000));
        return few.fileName();
    }

    std::unique_ptr<MainWindow> openMix() {
        auto window = std::make_unique<MainWindow>(folder_.filePath("cache").toStdString());
        window->show();
        window->openModel(QString::fromStdString(test::sharedModel("mix3M-bf16")));
        [&] { QTRY_VERIFY(window->session().hasModel()); }();
        return window;
    }

private slots:
    void init() {
        QSettings().clear();
        if (!std::filesystem::exists(test::sharedModel("mix3M-bf16")))
            QSKIP("the shared models are not beside the sources");
    }
    void cleanup() { qunsetenv("DYNAQUANT_CLI"); }

    void anUnmeasuredModelOffersToMeasure() {
        const auto window = openMix();

        QVERIFY(window->workspace().measureCard()->isVisible());
        QVERIFY(window->statusLine().choiceText().contains("Not measured"));
        window->workspace().measureCard()->setCalibration(calibration());
        QCOMPARE(window->workspace().measureCard()->settings().separator, "<|endoftext|>");
    }

    void rowsFillTheMapWhileMeasuring() {
        playWorker(
            say("{`event`:`progress`,`phase`:`backward`,`done`:1,`total`:4,`unit`:`head`,`rate`:900,"
                "`rate_unit`:`tokens/s`,`seconds_left`:7}") +
            say("{`event`:`row`,`matrix`:`model.layers.2.mlp.down_proj`,`formats`:[`bf16`],`bytes`:[1],`loss`"
                ":[0]}") +
            say("{`event`:`row`,`matrix`:`not.in.this.model`,`formats`:[`bf16`],`bytes`:[1],`loss`:[0]}") +
            "echo gibberish\n" + dq::test::untilCancelled());
        const auto window = openMix();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);
        window->measure({calibration(), {}});

        QTRY_COMPARE(window->workspace().heatmap()->toText().count('+'), 1);
        QVERIFY(window->workspace().measureCard()->progressText().contains("900"));
        QVERIFY(window->jobRunning());
        window->openModel("/elsewhere");
        QVERIFY(window->banner().sentence().contains("still running"));
        window->cancelJob();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 10000);
        QVERIFY(!window->jobRunning());
        QVERIFY(window->banner().sentence().contains("cancelled"));
        QVERIFY(window->workspace().measureCard()->isVisible());
    }

    void aFailureIsReadableAndTheWindowGoesOn() {
        playWorker("echo 'stack of shards' >&2\n" +
                   say("{`event`:`error`,`kind`:`io`,`message`:`text.txt: cannot be read`}") + "exit 1\n");
        const auto window = openMix();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);

        window->measure({calibration(), {}});
        QTRY_COMPARE(ended.count(), 1);

        QCOMPARE(window->banner().sentence(), "text.txt: cannot be read");
        QVERIFY(window->banner().details().contains("stack of shards"));
        window->measure({folder_.filePath("absent.txt"), {}});
        QVERIFY(window->banner().sentence().contains("absent.txt"));
        QVERIFY(!window->jobRunning());
    }

    void aTableThatCannotBeReadAfterMeasuringIsSaid() {
        playWorker(say("{`event`:`done`,`result`:{`table`:`/no/such/table.h5`}}"));
        const auto window = openMix();

        window->measure({calibration(), {}});

        QTRY_VERIFY(window->banner().isVisible() && window->banner().sentence().contains("table.h5"));
        QVERIFY(window->session().hasModel());
    }

    void aMissingWorkerIsSaid() {
        qputenv("DYNAQUANT_CLI", "/no/such/worker");
        const auto window = openMix();
        window->measure({calibration(), {}});

        QTRY_VERIFY(window->banner().isVisible());
        QTRY_VERIFY(!window->jobRunning());
    }

    void aModelDroppedOnTheWindowIsOpened() {
        MainWindow window(folder_.filePath("cache").toStdString());
        window.show();
        QMimeData data;
        data.setUrls(
            {QUrl::fromLocalFile(QString::fromStdString(test::sharedModel("mix3M-bf16")) + "/config.json")});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&window, &drop);

        QTRY_VERIFY(window.session().hasModel());
        QCOMPARE(window.session().name(), "mix3M-bf16");
        QVERIFY(window.recent().paths().front().endsWith("mix3M-bf16"));
    }

    void theRealWorkerMeasuresAndExports() {
        const QString worker = test::realWorker();
        if (worker.isEmpty()) QSKIP("this build has no worker (DQ_TORCH is off, DQ_TEST_CLI names none)");
        qputenv("DYNAQUANT_CLI", worker.toUtf8());
        const auto window = openMix();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);
        window->measure({fewStories(), "<|endoftext|>"});
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 600000);
        QTRY_VERIFY2(window->session().hasFront(), qPrintable(window->banner().sentence()));

        window->session().setBitsPerWeight(4.5);
        QTRY_VERIFY(!window->session().finishing());  // the optimum replaces the quick choice
        const QString out = folder_.filePath("exported");
        window->exportTo(out);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, 300000);
        QVERIFY2(QFile::exists(out + "/recipe.json"), qPrintable(window->banner().sentence()));
        QCOMPARE(recipe::read((out + "/recipe.json").toStdString()), window->session().recipe());
        window->exportTo(out);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 3, 300000);
        QVERIFY(
            window->banner().sentence().contains("exported"));  // it exists already: refused, not overwritten

        const auto again = openMix();
        QVERIFY(again->session().hasFront());  // the cached table, at once
    }
};

DQ_TEST(JobsWindowTest);
#include "jobs_window_test.moc"
