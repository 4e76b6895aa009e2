#include "core/base/parallel.hpp"

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
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
