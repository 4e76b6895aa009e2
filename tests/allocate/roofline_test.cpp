#include "core/allocate/roofline.hpp"

#include <array>
#include <cmath>

#include "core/base/error.hpp"
#include "tests/allocate/demo_table.hpp"
#include "tests/allocate/problems.hpp"
#include "tests/allocate/tables.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Front;
using allocate::TimedChoice;
using allocate::Traffic;
using test::Table;

namespace {

constexpr double rounding = 1e-12;

/// The least loss within both limits, by trying everything; infinite: nothing keeps them. Formats at their own rates, or all alike.
double bestOf(const Table& table, const std::vector<double>& share, Bytes bytes, double seconds, std::size_t from = 0,
              const std::vector<double>& slowness = {}) {
    if (bytes < 0 || seconds < -1e-9) return INFINITY;
    if (from == table.size()) return 0;
    double best = INFINITY;
    for (std::size_t o = 0; o < table[from].size(); ++o) {
        const auto& [size, loss] = table[from][o];
        const double taken = share[from] * static_cast<double>(size) * (slowness.empty() ? 1 : slowness[o]);
        best = std::min(best, loss + bestOf(table, share, bytes - size, seconds - taken, from + 1, slowness));
    }
    return best;
}

}  // namespace

class RooflineTest : public QObject {
    Q_OBJECT

private slots:
    void formatsMayHaveRatesOfTheirOwn() {
        std::mt19937 random(71);
        int asked = 0, optimal = 0, refused = 0;
        for (int round = 0; round < 150; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            Traffic traffic{.bytesPerSecond = 1, .share = std::vector<double>(table.size(), 1), .seconds = 0.5};
            for (std::size_t f = 0; f < front->problem().formats.size(); ++f)
                traffic.slowness.push_back(std::array{0.5, 1.0, 1.5}[random() % 3]);
            for (Bytes budget = front->vertices().front().bytes; budget <= front->vertices().back().bytes; budget += 2)
                for (const double seconds : {3.0, 6.0, 10.0}) {
                    const double best = bestOf(table, traffic.share, budget, seconds - traffic.seconds, 0, traffic.slowness);
                    try {
                        const TimedChoice found = within(*front, traffic, budget, seconds);
                        QVERIFY(found.choice.bytes <= budget && found.seconds <= seconds);
                        QVERIFY(found.choice.bound <= best + rounding && best <= found.choice.loss + rounding);
                        QVERIFY(allocate::PacedFront::of(front, traffic, seconds)->at(budget).seconds <= seconds);
                        optimal += found.choice.loss <= best + rounding;
                        ++asked;
                    } catch (const Error& error) {
                        // That which both limits allow lies between two prices at times; where nothing does it is always refused.
                        refused += !std::isfinite(best);
                        QVERIFY(std::string(error.what()).find("a token") != std::string::npos);
                    }
                }
        }
        qInfo("%d asked, %d optimal, %d with nothing to find", asked, optimal, refused);
        QVERIFY(asked > 500 && optimal > asked * 9 / 10 && refused > 100);
    }

    void boundOptimumAndProposalStandInOrder() {
        std::mt19937 random(70);
        int asked = 0, optimal = 0;
        for (int round = 0; round < 150; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            Traffic traffic{1, {}};  // a byte a second
            for (std::size_t c = 0; c < table.size(); ++c)
                traffic.share.push_back(static_cast<double>(random() % 5) / 4);
            for (Bytes budget = front->vertices().front().bytes; budget <= front->vertices().back().bytes;
                 budget += 2)
                for (const double seconds : {2.0, 5.0, 9.0}) {
                    const double best = bestOf(table, traffic.share, budget, seconds);
                    if (!std::isfinite(best)) continue;
                    const TimedChoice found = within(*front, traffic, budget, seconds);
                    QVERIFY(found.choice.bytes <= budget);
                    QVERIFY(found.seconds <= seconds);
                    QVERIFY(found.choice.bound <= best + rounding);
                    QVERIFY(best <= found.choice.loss + rounding);
                    optimal += found.choice.loss <= best + rounding;
                    ++asked;
                }
        }
        QVERIFY(asked > 500);
        QVERIFY2(optimal > asked * 8 / 10, std::to_string(optimal).c_str());
    }

    void enoughTimeIsNoLimit() {
        const auto front = Front::of(test::demoProblem());
        const Traffic traffic = allocate::trafficOf(front->problem(), test::demoTable(), {.bytesPerSecond = 1e9});
        const Bytes budget = front->problem().budgetFor(4.6);

        const TimedChoice found = within(*front, traffic, budget, 10);

        QCOMPARE(found.choice.formats, front->exact(budget).formats);
        QCOMPARE(found.choice.gap(), 0.0);
        QCOMPARE(found.seconds, secondsOf(front->problem(), traffic, found.choice));
    }

    void whatATokenDoesNotReadMayStayLarge() {
        // Two equal experts' worth of bytes, one of them hardly ever read: the time limit shrinks the other.
        const Table table{{{10, 8}, {20, 4}, {40, 0}}, {{10, 8}, {20, 4}, {40, 0}}};
        const auto front = Front::of(test::problemFrom(table));
        const Traffic traffic{1, {1, 0.125}};

        const TimedChoice found = within(*front, traffic, 60, 16);

        QCOMPARE(found.choice.formats, (std::vector<int>{0, 2}));
        QCOMPARE(found.seconds, 15.0);
        QCOMPARE(found.choice.loss, 8.0);
    }

    void expertsMoveAShareAndTheEmbeddingNothing() {
        const measure::Measurements table = test::expertModel();
        measure::Measurements small = test::smallModel();

        const auto shares = allocate::sharesOf(table, 1.0 / 3);

        QCOMPARE(shares[0], 1.0);
        QCOMPARE(shares[4], 1.0 / 3);
        QCOMPARE(allocate::sharesOf(small).front(), 0.0);
        QCOMPARE(allocate::sharesOf(small).back(), 1.0);
        small.rows.pop_back();  // the embedding is the head now
        QCOMPARE(allocate::sharesOf(small).front(), 1.0);
    }

    void aGroupMovesWhatItsMatricesMove() {
        const measure::Measurements table = test::expertModel();
        const quality::LossTable losses = quality::lossTable(table, quality::Metric::Squared);
        const auto problem = allocate::problemOf(table, losses, {"test", "", table.formats}, allocate::Grouping::Block);
        const allocate::Pace pace{.bytesPerSecond = 10, .secondsPerToken = 1, .cached = 70, .activeExperts = 0.5};

        const Traffic traffic = allocate::trafficOf(problem, table, pace);

        // A block: four matrices of 128 weights and nine of 64, of which half are read.
        QCOMPARE(traffic.share, (std::vector<double>{800.0 / 1088, 800.0 / 1088}));
        const auto front = Front::of(std::make_shared<allocate::Problem>(problem));
        QCOMPARE(secondsOf(problem, traffic, front->atVertex(0)), (70 + 2 * 200.0) / 10);
    }

    void movingBudgetsKeepBothLimits() {
        std::mt19937 random(71);
        int asked = 0;
        double quick = 0, settled = 0;
        for (int round = 0; round < 100; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            Traffic traffic{1, {}};
            for (std::size_t c = 0; c < table.size(); ++c)
                traffic.share.push_back(static_cast<double>(random() % 5) / 4);
            for (const double seconds : {2.0, 5.0, 9.0}) {
                if (!std::isfinite(bestOf(table, traffic.share, front->vertices().back().bytes, seconds))) continue;
                const auto paced = allocate::PacedFront::of(front, traffic, seconds);
                for (Bytes budget = front->vertices().front().bytes; budget <= front->vertices().back().bytes; budget += 2) {
                    const double best = bestOf(table, traffic.share, budget, seconds);
                    const TimedChoice moving = paced->at(budget), resting = paced->exact(budget);
                    for (const TimedChoice& found : {moving, resting}) {
                        QVERIFY(found.choice.bytes <= budget);
                        QVERIFY(found.seconds <= seconds);
                        QCOMPARE(found.seconds, secondsOf(front->problem(), traffic, found.choice));
                        QVERIFY(found.choice.bound <= best + rounding);
                        QVERIFY(best <= found.choice.loss + rounding);
                    }
                    QVERIFY(resting.choice.loss <= moving.choice.loss);
                    quick += moving.choice.loss;
                    settled += resting.choice.loss;
                    ++asked;
                }
            }
        }
        QVERIFY(asked > 500);
        QVERIFY2(quick < 1.25 * settled, std::to_string(quick / settled).c_str());
    }

    void withoutHasteAMovingBudgetIsTheFronts() {
        const auto front = Front::of(test::demoProblem());
        const auto paced = allocate::PacedFront::of(front, allocate::trafficOf(front->problem(), test::demoTable(), {.bytesPerSecond = 1e9}), 10);
        const Bytes budget = front->problem().budgetFor(3.9);

        QCOMPARE(paced->at(budget).choice.formats, front->at(budget).formats);
        QCOMPARE(paced->at(budget).choice.price, front->at(budget).price);
        QCOMPARE(paced->exact(budget).choice.formats, front->exact(budget).formats);
    }

    void impossibleLimitsGetASentence() {
        const auto front = Front::of(test::problemFrom({{{10, 8}, {20, 4}}, {{10, 8}, {20, 4}}}));

        DQ_THROWS(within(*front, {1000, {1, 1}}, 40, 0.019), "19.0 ms a token", "from 20.0 ms to 40.0 ms");
        DQ_THROWS(within(*front, {1000, {1, 1}}, 19, 1), "19 bytes is too small");
        DQ_THROWS(within(*front, {0, {1, 1}}, 40, 1), "bytes a second");
        DQ_THROWS(within(*front, {1, {1}}, 40, 99), "1 shares", "2 groups");
        DQ_THROWS(within(*front, {1, {1, 1.5}}, 40, 99), "class 1", "1.50");
        DQ_THROWS(within(*front, {1, {1, 1}}, 40, std::nan("")), "too fast");
    }
};

DQ_TEST(RooflineTest);
#include "roofline_test.moc"
