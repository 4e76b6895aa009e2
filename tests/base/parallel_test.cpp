#include "core/base/parallel.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/progress.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

class ParallelTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { limitThreads(0); }

    void callsEveryIndexOnce() {
        for (const int threads : {1, 2, 9})
            for (const std::int64_t count : {0, 1, 2, 8, 1000}) {
                limitThreads(threads);
                std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
                parallelFor(count, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
                for (const auto& one : calls)
                    QCOMPARE(one.load(), 1);
            }
    }

    void negativeCountsAreNothing() {
        parallelFor(-5, [](std::int64_t) { throw std::logic_error("called"); });
    }

    void theFirstFaultComesBackAndStopsTheRest() {
        for (const int threads : {1, 4}) {
            limitThreads(threads);
            std::atomic<int> calls{0};
            const auto body = [&](std::int64_t i) {
                ++calls;
                if (i == 3) throw Error(Kind::Io, "row 3");
            };
            DQ_THROWS(parallelFor(1000000, body), "row 3");
            QVERIFY(calls.load() < 1000000);
        }
    }

    void cancellingComesThrough() {
        std::atomic<bool> stop{true};
        const Progress progress(nullptr, &stop);
        QVERIFY_THROWS_EXCEPTION(Cancelled, parallelFor(10, [&](std::int64_t) { progress.checkpoint(); }));
    }

    /// A loop inside a loop that keeps all threads busy begins none of its own; one inside a short loop shares what is left.
    void loopsInsideLoopsShareTheThreads() {
        limitThreads(4);
        for (const auto& [outer, inner] : {std::pair<std::int64_t, std::size_t>{8, 1}, {2, 2}, {1, 4}}) {
            std::atomic<int> calls{0};
            std::mutex guard;
            std::set<std::thread::id> most;
            parallelFor(outer, [&](std::int64_t) {
                std::set<std::thread::id> mine;
                std::mutex own;
                parallelFor(100, [&](std::int64_t) {
                    ++calls;
                    std::this_thread::sleep_for(std::chrono::microseconds(50));
                    const std::lock_guard lock(own);
                    mine.insert(std::this_thread::get_id());
                });
                const std::lock_guard lock(guard);
                if (mine.size() > most.size()) most = mine;
            });
            QCOMPARE(calls.load(), static_cast<int>(outer) * 100);
            QVERIFY2(most.size() <= inner, std::to_string(most.size()).c_str());
        }
        limitThreads(1);
        parallelFor(3, [](std::int64_t) { parallelFor(2, [](std::int64_t) {}); });
    }

    void limitsThreads() {
        limitThreads(3);
        QCOMPARE(threadCount(), 3);
        limitThreads(0);
        QVERIFY(threadCount() >= 1);
        limitThreads(-4);
        QVERIFY(threadCount() >= 1);

        limitThreads(1);
        std::set<std::thread::id> seen;
        parallelFor(100, [&](std::int64_t) { seen.insert(std::this_thread::get_id()); });
        QVERIFY(seen == std::set<std::thread::id>{std::this_thread::get_id()});
    }

    void loopsMayNest() {
        limitThreads(3);
        std::atomic<int> calls{0};
        parallelFor(5, [&](std::int64_t) { parallelFor(7, [&](std::int64_t) { ++calls; }); });
        QCOMPARE(calls.load(), 35);
    }
};

DQ_TEST(ParallelTest);
#include "parallel_test.moc"
