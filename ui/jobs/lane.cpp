#include "ui/jobs/lane.hpp"

#include <QCoreApplication>

#include <new>

#include "core/base/error.hpp"

namespace dq::ui {

namespace {
struct FailureWords {
    Q_DECLARE_TR_FUNCTIONS(FailureWords)
};

QString kindName(Kind kind) {
    switch (kind) {
        case Kind::Input:
            return "input";
        case Kind::Unsupported:
            return "unsupported";
        case Kind::Corrupt:
            return "corrupt";
        case Kind::Io:
            return "io";
        case Kind::Memory:
            return "memory";
        case Kind::Unavailable:
            return "unavailable";
    }
    return "error";
}
}  // namespace

Failure failureOf(std::exception_ptr thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Error& error) {
        return {kindName(error.kind()), QString::fromStdString(error.sentence()), {}};
    } catch (const Cancelled&) {
        return {"cancelled", FailureWords::tr("Stopped on request."), {}};
    } catch (const std::bad_alloc&) {
        return {"memory", FailureWords::tr("There is not enough memory for this."), "std::bad_alloc"};
    } catch (const std::exception& error) {
        return {"error", FailureWords::tr("Something unexpected went wrong in the program."), QString::fromUtf8(error.what())};
    } catch (...) {
        return {"error", FailureWords::tr("Something unexpected went wrong in the program."), FailureWords::tr("an exception of unknown type")};
    }
}

Lane::Lane(QObject* receiver) : receiver_(receiver), thread_([this](std::stop_token stop) { serve(stop); }) {}

Lane::~Lane() {
    thread_.request_stop();
    thread_.join();
}

void Lane::enqueue(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

void Lane::serve(const std::stop_token& stop) {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
            if (stop.stop_requested()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace dq::ui
