#include <cmath>

#include "core/allocate/finish.hpp"
#include "core/base/error.hpp"
#include "tests/allocate/problems.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Choice;
using allocate::Front;
using test::Table;

namespace {

// Sums of a handful of numbers below 100, in two orders.
constexpr double rounding = 1e-12;

/// Bytes and loss of what a choice's formats say, counted anew.
std::pair<Bytes, double> countedAnew(const Table& table, const Choice& choice) {
    std::pair<Bytes, double> sum{0, 0};
    for (std::size_t c = 0; c < table.size(); ++c) {
        const auto& [bytes, loss] = table[c][static_cast<std::size_t>(choice.formats[c])];
        sum.first += bytes;
        sum.second += loss;
    }
    return sum;
}

}  // namespace

class ExactTest : public QObject {
    Q_OBJECT

private slots:
    void nonConvexInstanceHasItsWholeExactFront() {
        // methods.md 14: (size, loss) of every point no other is better than.
        const std::vector<std::pair<Bytes, double>> known{
            {5, 24}, {6, 21},   {7, 18},   {8, 15},   {10, 12},  {11, 9},  {12, 8.9},
            {13, 6}, {14, 5.9}, {15, 5.8}, {16, 5.7}, {18, 3.5}, {19, 3.4}};
        const auto front = Front::of(test::problemFrom(test::nonConvex()));

        std::vector<std::pair<Bytes, double>> found;
        for (Bytes budget = 5; budget <= 25; ++budget) {
            const Choice choice = front->exact(budget);
            QCOMPARE(choice.gap(), 0.0);
            if (found.empty() || choice.loss < found.back().second - rounding)
                found.emplace_back(choice.bytes, choice.loss);
        }

        QCOMPARE(found.size(), known.size());
        for (std::size_t i = 0; i < known.size(); ++i) {
            QCOMPARE(found[i].first, known[i].first);
            QVERIFY(std::fabs(found[i].second - known[i].second) < rounding);
        }
    }

    void bruteForceFindsNothingBetter() {
        std::mt19937 random(30);
        int searched = 0;
        for (int round = 0; round < 2000; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            for (Bytes budget = front->vertices().front().bytes; budget <= front->vertices().back().bytes + 2;
                 ++budget) {
                const Choice choice = front->exact(budget);
                const auto [bytes, loss] = countedAnew(table, choice);
                QVERIFY(bytes <= budget);
                QCOMPARE(choice.bytes, bytes);
                QVERIFY(std::fabs(choice.loss - loss) < rounding);
                QVERIFY(std::fabs(choice.loss - test::bestOf(table, budget)) < rounding);
                QCOMPARE(choice.gap(), 0.0);
                QVERIFY(choice.loss <= front->at(budget).loss + rounding);
                ++searched;
            }
        }
        QVERIFY(searched > 10000);
    }

    void anEffortTooSmallStillTellsTheTruth() {
        std::mt19937 random(31);
        int unproven = 0;
        for (int round = 0; round < 300; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            for (Bytes budget = front->vertices().front().bytes; budget <= front->vertices().back().bytes;
                 ++budget)
                for (const allocate::Effort effort : {allocate::Effort{1, 1000}, allocate::Effort{100, 1}}) {
                    const Choice choice = front->exact(budget, effort);
                    const double best = test::bestOf(table, budget);
                    QVERIFY(choice.bound <= best + rounding);
                    QVERIFY(best <= choice.loss + rounding);
                    QVERIFY(choice.loss <= front->at(budget).loss + rounding);
                    unproven += choice.gap() > 0;
                }
        }
        QVERIFY(unproven > 0);
    }

    void whatNoSumOfStepsReachesIsNoHope() {
        // Every step is a multiple of 10 bytes: 9 more than a vertex buy nothing, and that is proven at once.
        Table table;
        for (int c = 0; c < 200; ++c)
            table.push_back({{10, 8.0 + c}, {20, 4.0 + c}, {40, 3.0 + c}});
        const auto front = Front::of(test::problemFrom(table));

        const Choice choice = front->exact(2000 + 10 * 57 + 9, {.width = 1, .states = 1});

        QCOMPARE(choice.bytes, 2000 + 10 * 57);
        QCOMPARE(choice.gap(), 0.0);
        QVERIFY(front->at(2000 + 10 * 57 + 9).gap() > 0);
    }

    void theSameQuestionGetsTheSameFormats() {
        std::mt19937 random(32);
        for (int round = 0; round < 100; ++round) {
            const auto problem = test::problemFrom(test::randomTable(random));
            const auto front = Front::of(problem), again = Front::of(problem);
            for (Bytes budget = problem->smallest(); budget <= problem->largest(); ++budget)
                QCOMPARE(front->exact(budget).formats, again->exact(budget).formats);
        }
    }

    void atAVertexNothingIsLeftToFind() {
        const auto front = Front::of(test::problemFrom(test::nonConvex(), 7));

        QCOMPARE(front->exact(20).formats, front->at(20).formats);
        QCOMPARE(front->exact(20).loss, 6.0);
        QCOMPARE(front->exact(1000).bytes, 26);
        DQ_THROWS(front->exact(11), "11 bytes", "from 12 to 26 bytes");
    }
};

DQ_TEST(ExactTest);
#include "exact_test.moc"
