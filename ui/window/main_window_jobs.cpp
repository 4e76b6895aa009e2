#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QTemporaryDir>

#include <algorithm>

#include "core/base/atomic_file.hpp"
#include "core/recipe/recipe.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"
#include "ui/words/core_words.hpp"

/// Opening, measuring and the running job: what the window's actions do.
namespace dq::ui {

void MainWindow::askOpen() {
    const QString start =
        recent_.paths().isEmpty() ? QDir::homePath() : QFileInfo(recent_.paths().front()).path();
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a checkpoint folder"), start);
    if (!folder.isEmpty()) openModel(folder);
}

void MainWindow::askOpenFile() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a file"), QFileInfo(recent_.paths().value(0, QDir::homePath())).path(),
                                                      tr("Models and tables (*.gguf *.h5 config.json);;All files (*)"));
    if (!file.isEmpty()) openModel(file);
}

void MainWindow::openModel(const QString& path) {
    if (jobRunning())
        return fail(
            {"input",
             tr("%1 is still running: wait for it or cancel it before opening another model.").arg(runningName()),
             {}});
    banner_->hide();
    if (session_.hasFront()) remember();
    session_.open(QFileInfo(path).absoluteFilePath().toStdString());
}

void MainWindow::openDemo() {
    const QString demo = demoModel();
    if (demo.isEmpty())
        return fail({"unavailable", tr("The demo model is not installed beside the program."), {}});
    openModel(demo);
}

void MainWindow::closeModel() {
    remember();
    session_.close();
}

void MainWindow::askCalibration() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Calibration text"),
                                                      QString::fromStdString(session_.path().string()),
                                                      tr("Text files (*.txt *.utf8 *.md);;All files (*)"));
    if (!file.isEmpty()) workspace().measureCard()->setCalibration(file);
}

void MainWindow::askMeasure() {
    // From the toolbar over a measured model: the form is shown first, so that another text can be chosen.
    if (session_.hasFront()) return workspace_->showMeasuring(true);
    if (workspace_->measureCard()->settings().calibration.isEmpty()) askCalibration();
    if (!workspace_->measureCard()->settings().calibration.isEmpty())
        measure(workspace_->measureCard()->settings());
}

void MainWindow::measure(const MeasureSettings& settings) {
    if (!session_.hasModel() || jobs_.has(Job::Kind::Measure)) return;
    if (settings.calibration.isEmpty() || !QFileInfo(settings.calibration).isFile())
        return fail({"input",
                     settings.calibration.isEmpty()
                         ? tr("Choose a calibration text first.")
                         : tr("The calibration text %1 is not there.").arg(settings.calibration),
                     {}});
    enqueueMeasuring(measureArguments(session_.path(), settings, session_.cache()));
}

void MainWindow::enqueueMeasuring(const QStringList& arguments) {
    enqueue({.kind = Job::Kind::Measure, .name = tr("Measuring"), .about = session_.name(), .arguments = arguments});
}

void MainWindow::offerToResume() {
    const store::Unfinished* const unfinished = session_.unfinished();
    if (!unfinished || jobRunning()) return;
    const auto& [asked, kept] = *unfinished;
    const QString text = QFileInfo(QString::fromStdString(asked.calibration.string())).fileName();
    const auto left = qRound(100 - 100.0 * static_cast<double>(kept) / static_cast<double>(std::max(asked.units, kept)));
    banner_->showOffer(text.isEmpty() ? tr("A measurement of this model was interrupted: %1 of %2 parts are kept, about %3 % is left.")
                                            .arg(countText(kept), countText(asked.units))
                                            .arg(left)
                                      : tr("A measurement of this model on %1 was interrupted: %2 of %3 parts are kept, about %4 % is left.")
                                            .arg(text, countText(kept), countText(asked.units))
                                            .arg(left),
                       tr("Go on measuring"));
}

void MainWindow::resumeMeasuring() {
    const store::Unfinished* const unfinished = session_.unfinished();
    if (!session_.hasModel() || !unfinished || jobs_.has(Job::Kind::Measure)) return;
    const std::filesystem::path& calibration = unfinished->asked.calibration;
    if (!calibration.empty() && !std::filesystem::is_regular_file(calibration))
        return fail({"input", tr("The calibration text %1 is not there.").arg(QString::fromStdString(calibration.string())), {}});
    enqueueMeasuring(resumeArguments(session_.path(), unfinished->asked, session_.cache()));
}

/// The evaluation text of the model's folder, else the bundled one, as the command line has it.
void MainWindow::evaluate() {
    if (!session_.hasFront() || !session_.hasModel()) return;
    const auto handed = handOver();
    if (!handed) return;
    enqueue({.kind = Job::Kind::Evaluate,
             .name = tr("Evaluating"),
             .about = session_.name() + ", " + bitsText(session_.explored()->problem().bitsPerWeight(session_.choice().bytes)),
             .arguments = evaluateArguments(session_.path(), handed->filePath("recipe.json"), session_.cache()),
             .of = session_.table()->key.hex(),
             .keeps = handed});
}

void MainWindow::evaluated(int id, const QJsonObject& answer) {
    try {
        const Evaluated point = evaluatedOf(answer);
        session_.takeEvaluation(jobs_.find(id)->of, point);
        jobs_.say(id, point.words());
        banner_->showGood(point.words(), {});
    } catch (...) {
        fail(failureOf(std::current_exception()));
    }
    emit jobEnded();
}

void MainWindow::validate() {
    if (!session_.hasFront() || !session_.hasModel() || jobs_.has(Job::Kind::Validate)) return;
    const Question& question = session_.question();
    const std::filesystem::path learned =
        session_.cache() / (session_.table()->key.hex() + ".correction.json");
    enqueue({.kind = Job::Kind::Validate,
             .name = tr("Checking the front"),
             .about = session_.name(),
             .arguments = validateArguments(session_.path(), text(question.palette), text(quality::metricName(question.metric)),
                                            text(allocate::groupingName(question.grouping)),
                                            QString::fromStdString(learned.string()), session_.cache())});
}

/// The points are drawn; judging by them is the person's choice.
void MainWindow::validated(const QJsonObject& answer, const QStringList& arguments) {
    try {
        session_.takeValidation(validatedOf(answer, arguments.value(arguments.indexOf("-o") + 1)));
        banner_->showGood(tr("The front was checked: %1.").arg(session_.validated()->words), {});
    } catch (...) {
        fail(failureOf(std::current_exception()));
    }
    emit jobEnded();
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

QString MainWindow::runningName() const {
    const Job* job = jobs_.running();
    return job ? job->name : QString();
}

void MainWindow::enqueue(Job job) {
    banner_->hide();
    if (!workerProgram().isEmpty()) return static_cast<void>(jobs_.add(std::move(job)));
    fail({"unavailable", tr("The worker program dynaquant-cli was not found beside this program or in PATH."),
          job.arguments.join(' ')});
    emit jobEnded();
}

void MainWindow::connectJobs() {
    connect(&growing_, &GrowingFront::grown, this, [this](const FrontPicture& picture) { workspace().measureCard()->showGrowing(picture); });
    connect(&jobs_, &JobQueue::changed, this, &MainWindow::showJobs);
    connect(&jobs_, &JobQueue::progressed, this, &MainWindow::showJobs);
    connect(&jobs_, &JobQueue::started, this, &MainWindow::beginJob);
    connect(&jobs_, &JobQueue::measuredRow, this, [this](int, const WorkerRow& row) { takeRow(row); });
    connect(&jobs_, &JobQueue::done, this, [this](int id, const QJsonObject& result) {
        const Job job = *jobs_.find(id);
        endJob(job.kind);
        if (job.kind == Job::Kind::Measure) measured(result);
        if (job.kind == Job::Kind::Validate) validated(result, job.arguments);
        if (job.kind == Job::Kind::Evaluate) evaluated(id, result);
        if (job.kind == Job::Kind::Export) exported(result);
    });
    connect(&jobs_, &JobQueue::failed, this, [this](int id, const Failure& failure) {
        endJob(jobs_.find(id)->kind);
        fail(failure);
        emit jobEnded();
    });
    connect(&jobs_, &JobQueue::cancelled, this, [this](int id) {
        const Job job = *jobs_.find(id);
        endJob(job.kind);
        banner_->showGood(tr("%1 was cancelled. What was finished is kept.").arg(job.name), {});
        emit jobEnded();
    });
}

void MainWindow::beginJob(int id) {
    if (jobs_.find(id)->kind != Job::Kind::Measure) return;
    rowsDone_ = 0;
    growing_.begin(session_.matrices());
    workspace().showMeasuring(true);
    workspace_->measureCard()->showRunning(true);
    workspace_->heatmap()->clearMeasured();
    if (session_.hasFront()) workspace_->heatmap()->setStates({});
}

void MainWindow::cancelJob() {
    if (const Job* job = jobs_.running()) jobs_.cancel(job->id);
}

void MainWindow::endJob(Job::Kind kind) {
    if (kind == Job::Kind::Measure && !jobs_.has(kind)) {
        growing_.stop();
        workspace_->measureCard()->showRunning(false);
        if (session_.hasFront()) {
            workspace_->mapCard()->showChoice();
            workspace_->showMeasuring(false);
        }
    }
    enableActions();
}

void MainWindow::showJobs() {
    const auto waiting = std::count_if(jobs_.jobs().begin(), jobs_.jobs().end(),
                                       [](const Job& one) { return one.state == Job::State::Waiting; });
    if (workspace_) workspace_->showJobCount(static_cast<int>(waiting) + (jobs_.running() ? 1 : 0));
    enableActions();
    const Job* job = jobs_.running();
    if (!job) return status_->hideJob();
    if (job->state == Job::State::Stopping) return status_->showJob(tr("stopping…"), -1);
    const WorkerProgress& progress = job->progress;
    const QString left =
        progress.secondsLeft >= 0 ? " · " + tr("%1 left").arg(durationText(progress.secondsLeft)) : QString();
    const QString more = waiting > 0 ? " · " + tr("%1 waiting").arg(waiting) : QString();
    status_->showJob(job->name + (progress.phase.isEmpty() ? "…" : ", " + coreWords(utf8(progress.phase))) + left + more,
                     progress.phase.isEmpty() ? -1 : progress.fraction());
    if (job->kind == Job::Kind::Measure && !progress.phase.isEmpty())
        workspace_->measureCard()->showProgress(progress, rowsDone_,
                                                static_cast<int>(session_.matrices().size()));
}

void MainWindow::takeRow(const WorkerRow& row) {
    const Matrices& matrices = session_.matrices();
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        if (matrices[i].name != row.matrix) continue;
        ++rowsDone_;
        workspace_->heatmap()->markMeasured(static_cast<int>(i));
        growing_.take(static_cast<int>(i), row);
        return;
    }
}

void MainWindow::measured(const QJsonObject& result) {
    session_.openTable(result["table"].toString().toStdString());
    emit jobEnded();
}

}  // namespace dq::ui
