#include "ui/jobs/job_queue.hpp"

#include <algorithm>
#include <utility>

#include "ui/words/core_words.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

QString Job::stateWords() const {
    switch (state) {
        case State::Waiting:
            return JobQueue::tr("waiting");
        case State::Running:
            return progress.phase.isEmpty() ? JobQueue::tr("starting") : coreWords(utf8(progress.phase));
        case State::Stopping:
            return JobQueue::tr("stopping");
        case State::Done:
            return JobQueue::tr("done");
        case State::Failed:
            return JobQueue::tr("failed");
        case State::Cancelled:
            return JobQueue::tr("cancelled");
    }
    return {};
}

JobQueue::JobQueue(QObject* parent) : QObject(parent) {}

JobQueue::~JobQueue() = default;

const Job* JobQueue::find(int id) const {
    const auto at = std::find_if(jobs_.begin(), jobs_.end(), [id](const Job& one) { return one.id == id; });
    return at == jobs_.end() ? nullptr : &*at;
}

Job* JobQueue::job(int id) {
    return const_cast<Job*>(std::as_const(*this).find(id));
}

const Job* JobQueue::running() const {
    return find(runningId_);
}

bool JobQueue::idle() const {
    return std::all_of(jobs_.begin(), jobs_.end(), [](const Job& one) { return one.over(); });
}

bool JobQueue::has(Job::Kind kind) const {
    return std::any_of(jobs_.begin(), jobs_.end(),
                       [kind](const Job& one) { return one.kind == kind && !one.over(); });
}

int JobQueue::add(Job job) {
    const int id = job.id = ++lastId_;
    jobs_.push_back(std::move(job));
    emit changed();
    if (!worker_) startNext();
    return id;
}

void JobQueue::cancel(int id) {
    Job* one = job(id);
    if (!one || one->over()) return;
    if (id == runningId_) {
        one->state = Job::State::Stopping;
        worker_->cancel();
        return emit changed();
    }
    one->state = Job::State::Cancelled;
    one->keeps.reset();
    emit changed();
    emit cancelled(id);
}

void JobQueue::cancelAll() {
    std::vector<int> ids;
    for (const Job& one : jobs_)
        if (one.id != runningId_) ids.push_back(one.id);
    for (const int id : ids)  // what waits goes first, or it would start
        cancel(id);
    cancel(runningId_);
}

void JobQueue::clearOver() {
    std::erase_if(jobs_, [](const Job& one) { return one.over(); });
    emit changed();
}

void JobQueue::say(int id, const QString& outcome) {
    if (Job* one = job(id)) one->outcome = outcome;
    emit changed();
}

void JobQueue::startNext() {
    const auto next = std::find_if(jobs_.begin(), jobs_.end(),
                                   [](const Job& one) { return one.state == Job::State::Waiting; });
    if (next == jobs_.end()) return;
    const int id = runningId_ = next->id;
    next->state = Job::State::Running;
    worker_ = std::make_unique<Worker>();
    connect(worker_.get(), &Worker::progressed, this, [this, id](const WorkerProgress& progress) {
        job(id)->progress = progress;
        emit progressed(id);
    });
    connect(worker_.get(), &Worker::measuredRow, this, [this, id](const WorkerRow& row) { emit measuredRow(id, row); });
    connect(worker_.get(), &Worker::done, this, [this, id](const QJsonObject& result) {
        end(Job::State::Done, {});
        emit done(id, result);
        startNext();
    });
    connect(worker_.get(), &Worker::failed, this, [this, id](const Failure& failure) {
        end(Job::State::Failed, failure.sentence);
        emit failed(id, failure);
        startNext();
    });
    connect(worker_.get(), &Worker::cancelled, this, [this, id] {
        end(Job::State::Cancelled, {});
        emit cancelled(id);
        startNext();
    });
    emit changed();
    emit started(id);
    worker_->start(workerProgram(), job(id)->arguments);
}

/// The worker is inside its own signal when this is called: it may go only once control is back in the event loop.
void JobQueue::end(Job::State state, const QString& outcome) {
    Job& ended = *job(runningId_);
    ended.state = state;
    ended.outcome = outcome;
    ended.log = worker_->log();
    ended.keeps.reset();
    runningId_ = 0;
    worker_->disconnect(this);
    worker_.release()->deleteLater();
    emit changed();
}

}  // namespace dq::ui
