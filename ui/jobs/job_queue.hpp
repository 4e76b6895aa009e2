#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <any>
#include <memory>
#include <vector>

#include "ui/jobs/worker.hpp"

namespace dq::ui {

/// One run of the worker, from waiting to its end.
struct Job {
    enum class Kind { Measure, Validate, Evaluate, Export };
    enum class State { Waiting, Running, Stopping, Done, Failed, Cancelled };

    int id = 0;
    Kind kind = Kind::Measure;
    QString name = {};   // "Measuring"
    QString about = {};  // what it is done to, or where it goes
    QStringList arguments = {};
    State state = State::Waiting;
    WorkerProgress progress = {};
    QString outcome = {};  // a sentence, once it ended badly or with something to say
    QString log = {};
    std::string of = {};  // the table its recipe is of
    std::any keeps = {};  // lives as long as the job needs it: the recipe a waiting export will read

    bool over() const { return state >= State::Done; }
    QString stateWords() const;
};

/// Jobs run one after the other, in the order they were added; each is the worker process. What they say comes back by
/// signals, and every job ends with exactly one of done, failed, cancelled.
class JobQueue : public QObject {
    Q_OBJECT

public:
    explicit JobQueue(QObject* parent = nullptr);
    ~JobQueue() override;

    int add(Job job);  // gives it its number
    void cancel(int id);
    void cancelAll();
    void clearOver();
    void say(int id, const QString& outcome);  // what came of it

    const std::vector<Job>& jobs() const { return jobs_; }
    const Job* find(int id) const;
    const Job* running() const;
    bool idle() const;  // nothing runs or waits
    bool has(Job::Kind kind) const;  // running or waiting

signals:
    void changed();  // which jobs there are, or their states
    void progressed(int id);
    void started(int id);
    void measuredRow(int id, const dq::ui::WorkerRow& row);
    void done(int id, const QJsonObject& result);
    void failed(int id, const dq::ui::Failure& failure);
    void cancelled(int id);

private:
    Job* job(int id);
    void startNext();
    void end(Job::State state, const QString& outcome);

    std::vector<Job> jobs_;
    std::unique_ptr<Worker> worker_;
    int runningId_ = 0, lastId_ = 0;
};

}  // namespace dq::ui
