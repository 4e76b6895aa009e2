#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include "core/base/atomic_file.hpp"
#include "core/recipe/recipe.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

/// Opening, measuring and the running job: what the window's actions do.
namespace dq::ui {

void MainWindow::askOpen() {
    const QString start =
        recent_.paths().isEmpty() ? QDir::homePath() : QFileInfo(recent_.paths().front()).path();
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a checkpoint folder"), start);
    if (!folder.isEmpty()) openModel(folder);
}

void MainWindow::openModel(const QString& path) {
    if (jobRunning())
        return fail(
            {"input",
             tr("%1 is still running: wait for it or cancel it before opening another model.").arg(jobName_),
             {}});
    banner_->hide();
    session_.open(QFileInfo(path).absoluteFilePath().toStdString());
}

void MainWindow::openDemo() {
    const QString demo = demoModel();
    if (demo.isEmpty())
        return fail({"unavailable", tr("The demo model is not installed beside the program."), {}});
    openModel(demo);
}

void MainWindow::closeModel() {
    session_.close();
}

void MainWindow::askCalibration() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Calibration text"),
                                                      QString::fromStdString(session_.path().string()),
                                                      tr("Text files (*.txt *.utf8 *.md);;All files (*)"));
    if (!file.isEmpty()) workspace_->measureCard()->setCalibration(file);
}

void MainWindow::askMeasure() {
    // From the toolbar over a measured model: the form is shown first, so that another text can be chosen.
    if (session_.hasFront()) return workspace_->showMeasuring(true);
    if (workspace_->measureCard()->settings().calibration.isEmpty()) askCalibration();
    if (!workspace_->measureCard()->settings().calibration.isEmpty())
        measure(workspace_->measureCard()->settings());
}

void MainWindow::measure(const MeasureSettings& settings) {
    if (!session_.hasModel() || jobRunning()) return;
    if (settings.calibration.isEmpty() || !QFileInfo(settings.calibration).isFile())
        return fail({"input",
                     settings.calibration.isEmpty()
                         ? tr("Choose a calibration text first.")
                         : tr("The calibration text %1 is not there.").arg(settings.calibration),
                     {}});
    measuring_ = true;
    rowsDone_ = 0;
    workspace_->showMeasuring(true);
    workspace_->measureCard()->showRunning(true);
    workspace_->heatmap()->clearMeasured();
    if (session_.hasFront()) workspace_->heatmap()->setStates({});
    startWorker(measureArguments(session_.path(), settings, session_.cache()), tr("Measuring"));
}

void MainWindow::askRecipeFile() {
    const QString suggested =
        QStringLiteral("%1-%2b.recipe.json").arg(session_.name(), bitsNumber(session_.bitsPerWeight()));
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save recipe"), suggested, tr("Recipes (*.json)"));
    if (!file.isEmpty()) saveRecipe(file);
}

void MainWindow::saveRecipe(const QString& file) {
    try {
        writeFile(file.toStdString(), recipe::toJson(session_.recipe()));
        banner_->showGood(tr("Recipe saved to %1.").arg(file), QFileInfo(file).path());
    } catch (...) {
        fail(failureOf(std::current_exception()));
    }
}

void MainWindow::startWorker(const QStringList& arguments, const QString& name) {
    banner_->hide();
    jobName_ = name;
    worker_ = std::make_unique<Worker>();
    connect(worker_.get(), &Worker::progressed, this, &MainWindow::takeProgress);
    connect(worker_.get(), &Worker::measuredRow, this, &MainWindow::takeRow);
    connect(worker_.get(), &Worker::done, this, measuring_ ? &MainWindow::measured : &MainWindow::exported);
    connect(worker_.get(), &Worker::failed, this, [this](const Failure& failure) {
        endJob();
        fail(failure);
        emit jobEnded();
    });
    connect(worker_.get(), &Worker::cancelled, this, [this] {
        endJob();
        banner_->showGood(tr("%1 was cancelled. What was finished is kept.").arg(jobName_), {});
        emit jobEnded();
    });
    status_->showJob(name + "…", -1);
    enableActions();
    const QString program = workerProgram();
    if (!program.isEmpty()) return worker_->start(program, arguments);
    endJob();
    fail({"unavailable", tr("The worker program dynaquant-cli was not found beside this program or in PATH."),
          arguments.join(' ')});
    emit jobEnded();
}

void MainWindow::cancelJob() {
    if (!worker_) return;
    status_->showJob(tr("stopping…"), -1);
    worker_->cancel();
}

/// The worker is inside its own signal when this is called: it may go only once control is back in the event
/// loop.
void MainWindow::endJob() {
    if (worker_) {
        worker_->disconnect(this);
        worker_.release()->deleteLater();
    }
    handedOver_.reset();
    status_->hideJob();
    workspace_->measureCard()->showRunning(false);
    if (measuring_ && session_.hasFront()) {
        workspace_->heatmap()->setStates(session_.states());
        workspace_->showMeasuring(false);
    }
    enableActions();
}

void MainWindow::takeProgress(const WorkerProgress& progress) {
    if (!worker_ || worker_->cancelling()) return;
    const QString left =
        progress.secondsLeft >= 0 ? " · " + tr("%1 left").arg(durationText(progress.secondsLeft)) : QString();
    status_->showJob(jobName_ + (progress.phase.isEmpty() ? "…" : ", " + progress.phase) + left,
                     progress.fraction());
    if (measuring_)
        workspace_->measureCard()->showProgress(progress, rowsDone_,
                                                static_cast<int>(session_.matrices().size()));
}

void MainWindow::takeRow(const WorkerRow& row) {
    const Matrices& matrices = session_.matrices();
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        if (matrices[i].name != row.matrix) continue;
        ++rowsDone_;
        workspace_->heatmap()->markMeasured(static_cast<int>(i));
        return;
    }
}

void MainWindow::measured(const QJsonObject& result) {
    endJob();
    session_.openTable(result["table"].toString().toStdString());
    emit jobEnded();
}

}  // namespace dq::ui
