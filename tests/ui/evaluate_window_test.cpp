#include <QFile>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>

#include "tests/ui/fake_worker.hpp"
#include "tests/ui/opened.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/session/estimate.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/histogram_view.hpp"
#include "ui/views/inspector.hpp"
#include "ui/views/jobs_page.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;
using dq::test::say;

/// The demo model in the window over a made-up table, with a shell script in the worker's place.
class EvaluateWindowTest : public QObject {
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

    std::unique_ptr<MainWindow> openDemo(bool measured = true) {
        auto window = std::make_unique<MainWindow>(folder_.filePath("cache").toStdString());
        window->show();
        window->openModel(demoModel());
        [&] { QTRY_VERIFY(window->session().hasModel() && !window->session().busy()); }();
        if (!measured) return window;
        window->session().showTable(test::twelveLayers());
        [&] { QTRY_VERIFY(window->session().hasFront()); }();
        [&] { QTRY_VERIFY(!window->session().finishing()); }();
        return window;
    }

    static QString answer() {
        return say("{`event`:`done`,`result`:{`documents`:20,`tokens`:5120,`kl`:{`mean`:0.0011,`low`:0.0010,`high`:0.0012},"
                   "`predicted`:0.0008,`bytes`:2000000,`bits_per_weight`:4.5,"
                   "`perplexity_ratio`:{`mean`:1.0011,`low`:1.0006,`high`:1.0017}}}");
    }

private slots:
    void init() {
        QSettings().clear();
        QVERIFY(!demoModel().isEmpty());
    }
    void cleanup() { qunsetenv("DYNAQUANT_CLI"); }

    void theChoiceIsRunAndDrawnAndKeptInTheJobs() {
        playWorker("echo \"$@\" > '" + folder_.filePath("asked") + "'\n" + answer());
        const auto window = openDemo();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);

        QTest::keyClick(window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(ended.count(), 1);

        QCOMPARE(window->session().evaluations().size(), std::size_t{1});
        QVERIFY2(window->banner().sentence().contains("0.0011"), qPrintable(window->banner().sentence()));
        QTRY_VERIFY(window->workspace().jobsPage()->logText().contains("0.0011"));
        QFile asked(folder_.filePath("asked"));
        QVERIFY(asked.open(QIODevice::ReadOnly));
        const QString words = asked.readAll();
        QVERIFY2(words.startsWith("evaluate ") && words.contains("--recipe"), qPrintable(words));
    }

    void anAnswerThatMakesNoSenseIsSaidAndNothingDrawn() {
        playWorker(say("{`event`:`done`,`result`:{`kl`:{`mean`:`much`}}}"));
        const auto window = openDemo();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);

        window->evaluate();
        QTRY_COMPARE(ended.count(), 1);

        QVERIFY(window->session().evaluations().empty());
        QVERIFY(window->banner().sentence().contains("worker's answer"));
        QVERIFY(window->session().hasFront());
    }

    void aWorkerThatDiesLeavesTheSessionAsItWas() {
        playWorker("kill -9 $$\n");
        const auto window = openDemo();
        const Bytes budget = window->session().budget();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);

        window->evaluate();
        QTRY_COMPARE(ended.count(), 1);

        QVERIFY(window->banner().sentence().contains("died"));
        QVERIFY(!window->banner().details().isEmpty());
        QCOMPARE(window->session().budget(), budget);
        QVERIFY(!window->jobRunning());
    }

    void aDiskThatFillsDuringExportIsSaidAndTheWindowGoesOn() {
        playWorker(say("{`event`:`progress`,`phase`:`write`,`done`:3,`total`:9,`unit`:`blk.0`}") +
                   say("{`event`:`error`,`kind`:`io`,`message`:`/data/out.gguf: no space left on device`}") + "exit 1\n");
        const auto window = openDemo();
        QSignalSpy ended(window.get(), &MainWindow::jobEnded);

        window->exportTo(folder_.filePath("out.gguf"), "gguf");
        QTRY_COMPARE(ended.count(), 1);

        QVERIFY(window->banner().sentence().contains("no space left"));
        QVERIFY(window->workspace().jobsPage()->logText().contains("no space left"));
        window->session().toSmallest();
        QCOMPARE(window->session().budget(), window->session().smallest());
    }

    void theModelSaysWhatItCanBecomeBeforeItIsMeasured() {
        const auto window = openDemo(false);
        const MeasureCard* card = window->workspace().measureCard();

        QVERIFY(card->isVisible());
        const Estimate estimate = estimateOf(*window->session().model(), 2);
        QCOMPARE(estimate.least, Bytes{979456});
        QVERIFY2(card->forecast().contains("7.00"), qPrintable(card->forecast()));
        QVERIFY(estimate.seconds > 1 && estimate.seconds < 100);
        QVERIFY(estimate.memory > 100'000'000 && estimate.memory < 1'000'000'000);
        QVERIFY(estimateOf(*window->session().model(), 4).seconds < estimate.seconds);
    }

    void theFrontGrowsWhileMeasuring() {
        QString rows;
        for (const char* role : {"self_attn.q_proj", "self_attn.k_proj", "mlp.down_proj"})
            rows += say(QStringLiteral("{`event`:`row`,`matrix`:`model.layers.1.%1`,`formats`:[`int4-g32`,`int8-g32`,`bf16`],"
                                       "`bytes`:[1000,2000,4000],`loss`:[0.01,0.0001,0]}")
                            .arg(QString::fromLatin1(role)));
        playWorker(say("{`event`:`progress`,`phase`:`backward`,`done`:1,`total`:4,`unit`:`layers.1`}") + rows +
                   dq::test::untilCancelled());
        const auto window = openDemo(false);
        MeasureCard* card = window->workspace().measureCard();
        QVERIFY(!card->growing()->isVisible());

        window->measure({demoModel() + "/calibration.txt", {}});

        QTRY_VERIFY(card->growing()->isVisible());
        window->cancelJob();
        QTRY_VERIFY(!window->jobRunning());
        QVERIFY(!card->growing()->isVisible());
    }

    void theInspectorShowsTheWeightsAndTheirLevels() {
        const auto window = openDemo(false);
        measure::Measurements table = *test::twelveLayers();
        const auto matrices = window->session().model()->matrices();
        for (std::size_t i = 0; i < table.rows.size() && i < matrices.size(); ++i)
            table.rows[i].name = matrices[i].name;
        window->session().showTable(std::make_shared<const measure::Measurements>(std::move(table)));
        QTRY_VERIFY(window->session().hasFront());
        window->session().select(3);
        Inspector* inspector = window->workspace().inspector();

        QTest::mouseClick(inspector->weightsButton(), Qt::LeftButton);

        QTRY_VERIFY2(inspector->histogram()->words().contains("clipped"), qPrintable(inspector->histogram()->words()));
        const QString before = inspector->histogram()->words();
        window->session().toLargest();
        QTRY_VERIFY(inspector->histogram()->words() != before);
        QTest::mouseClick(inspector->weightsButton(), Qt::LeftButton);
        QVERIFY(!inspector->weightsShown());
    }
};

DQ_TEST(EvaluateWindowTest);
#include "evaluate_window_test.moc"
