#pragma once

#include <QObject>
#include <QString>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>

namespace dq::ui {

/// Why something did not work, for a person: a sentence, and what to copy into a report.
struct Failure {
    QString kind;  // "corrupt", "io", …
    QString sentence;
    QString details;
};

template <class T>
using Outcome = std::variant<T, Failure>;

/// Runs the work and turns whatever it throws into a Failure. Foreign exceptions end here.
Failure failureOf(std::exception_ptr thrown);

/// One thread for light work (open a model, sort a front): jobs run one after the other and their results
/// come back on the receiver's thread. The receiver owns the lane, so that it outlives every job; jobs not
/// begun when it goes are dropped.
class Lane {
public:
    explicit Lane(QObject* receiver);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    template <class T>
    void run(std::function<T()> work, std::function<void(Outcome<T>)> then) {
        enqueue([this, work = std::move(work), then = std::move(then)] {
            auto outcome = std::make_shared<Outcome<T>>(attempt<T>(work));
            QMetaObject::invokeMethod(
                receiver_, [then, outcome] { then(std::move(*outcome)); }, Qt::QueuedConnection);
        });
    }

private:
    template <class T>
    static Outcome<T> attempt(const std::function<T()>& work) {
        try {
            return work();
        } catch (...) {
            return failureOf(std::current_exception());
        }
    }
    void enqueue(std::function<void()> job);
    void serve(const std::stop_token& stop);

    QObject* receiver_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<std::function<void()>> jobs_;
    std::jthread thread_;  // last: starts when everything else stands
};

}  // namespace dq::ui
