#include <atomic>
#include <stdexcept>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"
#include "ui/jobs/lane.hpp"

using namespace dq;
using namespace dq::ui;

class LaneTest : public QObject {
    Q_OBJECT

private slots:
    void resultsComeBackOnTheReceiversThreadInOrder() {
        QObject receiver;
        std::vector<int> seen;
        bool here = true;
        Lane lane(&receiver);

        for (int i = 0; i < 20; ++i)
            lane.run<int>([i] { return i; },
                          [&](Outcome<int> outcome) {
                              here = here && QThread::currentThread() == receiver.thread();
                              seen.push_back(std::get<int>(outcome));
                          });

        QTRY_COMPARE(seen.size(), 20U);
        QVERIFY(here);
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    }

    void whateverIsThrownBecomesASentence() {
        QObject receiver;
        std::vector<Failure> failures;
        Lane lane(&receiver);
        const auto keep = [&](Outcome<int> outcome) { failures.push_back(std::get<Failure>(outcome)); };

        lane.run<int>([]() -> int { throw Error(Kind::Corrupt, "a.json: line 3: no"); }, keep);
        lane.run<int>([]() -> int { throw std::runtime_error("inner"); }, keep);
        lane.run<int>([]() -> int { throw std::bad_alloc(); }, keep);
        lane.run<int>([]() -> int { throw 7; }, keep);

        QTRY_COMPARE(failures.size(), 4U);
        QCOMPARE(failures[0].sentence, "a.json: line 3: no");
        QCOMPARE(failures[0].kind, "corrupt");
        QCOMPARE(failures[1].details, "inner");
        QCOMPARE(failures[2].kind, "memory");
        QVERIFY(!failures[3].sentence.isEmpty());
    }

    void goingAwayDropsWhatHasNotBegunAndDeliversNothing() {
        std::atomic<int> begun = 0;
        int delivered = 0;
        {
            QObject receiver;
            Lane lane(&receiver);
            for (int i = 0; i < 50; ++i)
                lane.run<int>(
                    [&] {
                        QThread::msleep(5);
                        return ++begun;
                    },
                    [&](Outcome<int>) { ++delivered; });
        }
        QTest::qWait(20);

        QVERIFY(begun < 50);
        QCOMPARE(delivered, 0);
    }
};

DQ_TEST(LaneTest);
#include "lane_test.moc"
