#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>

#include <optional>

#include "ui/jobs/lane.hpp"
#include "ui/jobs/worker_line.hpp"

namespace dq::ui {

/// The command line tool that does the heavy work: DYNAQUANT_CLI, or beside this program, or in PATH. Empty:
/// not found.
QString workerProgram();

/// One run of the worker process. Ends with exactly one of done, failed, cancelled, however the process ends.
class Worker : public QObject {
    Q_OBJECT

public:
    explicit Worker(QObject* parent = nullptr);
    ~Worker() override;  // kills a process still running

    void start(const QString& program, const QStringList& arguments);
    /// Asks the process to stop; after `graceMilliseconds` it is killed.
    void cancel();
    bool running() const { return process_.state() != QProcess::NotRunning; }
    bool cancelling() const { return cancelling_; }
    int graceMilliseconds = 3000;

    const QString& log() const {
        return log_;
    }  // the end of what it wrote to stderr, and lines that were no events

signals:
    void progressed(const dq::ui::WorkerProgress& progress);
    void measuredRow(const dq::ui::WorkerRow& row);
    void done(const QJsonObject& result);
    void failed(const dq::ui::Failure& failure);
    void cancelled();

private:
    void readLines();
    void readLog();
    void handle(const WorkerEvent& event);
    void finished(int exitCode, QProcess::ExitStatus status);
    void failedToStart(QProcess::ProcessError error);
    void addToLog(const QString& text);
    QString details() const;

    QProcess process_;
    QTimer killer_;
    QByteArray rest_;  // a line not yet ended
    QString log_, command_;
    std::optional<QJsonObject> result_;
    std::optional<WorkerError> error_;
    bool cancelling_ = false;
    bool saidCancelled_ = false;
};

}  // namespace dq::ui
