#include "ui/jobs/worker.hpp"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QStandardPaths>

namespace dq::ui {

namespace {
/// The user's own, but OpenMP's barriers sleep instead of spinning: spinning takes the processor from the window.
QProcessEnvironment workerEnvironment() {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!environment.contains("GOMP_SPINCOUNT")) environment.insert("GOMP_SPINCOUNT", "0");
    return environment;
}

constexpr qsizetype longestLog = 64 * 1024;
constexpr qsizetype longestLine = 8 * 1024 * 1024;  // a row of 30 formats is below 4 KiB

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;
}  // namespace

QString workerProgram() {
    const QString asked = qEnvironmentVariable("DYNAQUANT_CLI");
    if (!asked.isEmpty()) return asked;
    const QString folder = QCoreApplication::applicationDirPath();
    // The build tree keeps the two programs in neighbouring folders.
    for (const char* place : {"/dynaquant-cli", "/../cli/dynaquant-cli"})
        if (QFileInfo(folder + place).isExecutable()) return QFileInfo(folder + place).canonicalFilePath();
    return QStandardPaths::findExecutable("dynaquant-cli");
}

Worker::Worker(QObject* parent) : QObject(parent) {
    killer_.setSingleShot(true);
    connect(&killer_, &QTimer::timeout, &process_, &QProcess::kill);
    connect(&process_, &QProcess::readyReadStandardOutput, this, &Worker::readLines);
    connect(&process_, &QProcess::readyReadStandardError, this, &Worker::readLog);
    connect(&process_, &QProcess::finished, this, &Worker::finished);
    connect(&process_, &QProcess::errorOccurred, this, &Worker::failedToStart);
}

Worker::~Worker() {
    process_.disconnect(this);
    if (!running()) return;
    process_.kill();
    process_.waitForFinished(graceMilliseconds);
}

void Worker::start(const QString& program, const QStringList& arguments) {
    command_ = program + ' ' + arguments.join(' ');
    process_.setProcessEnvironment(workerEnvironment());
    process_.start(program, arguments, QIODevice::ReadOnly);
}

void Worker::cancel() {
    if (!running() || cancelling_) return;
    cancelling_ = true;
    process_.terminate();
    killer_.start(graceMilliseconds);
}

void Worker::readLines() {
    rest_ += process_.readAllStandardOutput();
    for (qsizetype end = rest_.indexOf('\n'); end >= 0; end = rest_.indexOf('\n')) {
        const QByteArray line = rest_.left(end).trimmed();
        rest_.remove(0, end + 1);
        if (!line.isEmpty()) handle(readWorkerLine(line));
    }
    if (rest_.size() > longestLine) {
        addToLog(tr("(a line longer than %1 MiB was dropped)").arg(longestLine >> 20));
        rest_.clear();
    }
}

void Worker::handle(const WorkerEvent& event) {
    std::visit(Overloaded{[this](const WorkerProgress& progress) { emit progressed(progress); },
                          [this](const WorkerRow& row) { emit measuredRow(row); },
                          [this](const WorkerDone& done) { result_ = done.result; },
                          [this](const WorkerError& error) { error_ = error; },
                          [this](const WorkerCancelled&) { saidCancelled_ = true; },
                          [this](const WorkerNoise& noise) { addToLog(noise.line); }},
               event);
}

void Worker::readLog() {
    addToLog(QString::fromUtf8(process_.readAllStandardError()).trimmed());
}

void Worker::addToLog(const QString& text) {
    if (text.isEmpty()) return;
    log_ += text + '\n';
    if (log_.size() > longestLog) log_ = log_.right(longestLog);
}

QString Worker::details() const {
    return command_ + "\n\n" + (log_.isEmpty() ? tr("(it wrote nothing more)") : log_);
}

void Worker::finished(int exitCode, QProcess::ExitStatus status) {
    killer_.stop();
    readLines();
    if (!rest_.trimmed().isEmpty()) handle(readWorkerLine(std::exchange(rest_, {}).trimmed()));
    readLog();
    const bool normal = status == QProcess::NormalExit;
    if (normal && exitCode == 0 && result_)
        emit done(*result_);
    else if (cancelling_ || saidCancelled_ || (normal && exitCode == 130))
        emit cancelled();
    else if (error_)
        emit failed({error_->kind, error_->message, details()});
    else if (normal && exitCode == 0)
        emit failed({"worker", tr("The worker ended without saying what came of it."), details()});
    else if (normal)
        emit failed({"worker",
                     tr("The worker stopped with exit code %1 and gave no reason.").arg(exitCode),
                     details()});
    else
        emit failed(
            {"worker",
             tr("The worker process died: it crashed, or the system ended it, for instance for want of memory."),
             details()});
}

void Worker::failedToStart(QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;  // everything else arrives at finished()
    emit failed({"worker", tr("The worker could not be started: %1.").arg(process_.errorString()),
                 details()});
}

}  // namespace dq::ui
