#include <cmath>

#include "core/allocate/front.hpp"
#include "tests/allocate/problems.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Front;
using allocate::Knee;

class KneeTest : public QObject {
    Q_OBJECT

private slots:
    void nonConvexInstanceBendsAtThirteen() {
        const auto front = Front::of(test::problemFrom(test::nonConvex()));

        const Knee knee = front->knee();

        QCOMPARE(front->vertices()[knee.vertex].bytes, 13);
        QCOMPARE(front->vertices()[knee.vertex].loss, 6.0);
        QVERIFY(std::fabs(knee.distance - .30236) < 5e-6);  // printed with five digits
        QCOMPARE(knee.from, 5);
        QCOMPARE(knee.to, 19);
    }

    void onTheLogarithmLossesOfZeroAreLeftOut() {
        // ln of 1000, 10, 1 over 0, 1, 3 bytes: (1, 10) lies 1 - 1/3 - 1/3 below the chord.
        const auto front = Front::of(test::problemFrom({{{1, 1000}, {2, 10}, {4, 1}, {9, 0}}}));

        const Knee knee = front->knee(true);

        QCOMPARE(knee.vertex, std::size_t{1});
        QVERIFY(std::fabs(knee.distance - 1.0 / 3) < 1e-12);
        QCOMPARE(knee.from, 1);
        QCOMPARE(knee.to, 4);
    }

    void theKneeMovesWithTheRange() {
        const auto longer = Front::of(test::problemFrom({{{1, 100}, {2, 40}, {3, 15}, {5, 5}, {40, 0}}}));
        const auto shorter = Front::of(test::problemFrom({{{2, 40}, {3, 15}, {5, 5}}}));

        QCOMPARE(longer->vertices()[longer->knee().vertex].bytes, 5);
        QCOMPARE(shorter->vertices()[shorter->knee().vertex].bytes, 3);
    }

    void degenerateFrontsHaveTheirFirstVertex() {
        for (const bool logLoss : {false, true}) {
            for (const test::Table& table : {test::Table{{{3, 1}}}, test::Table{{{3, 0}}},
                                             test::Table{{{1, 4}, {2, 2}}}, test::Table{{{1, 4}, {2, 0}}}}) {
                const Knee knee = Front::of(test::problemFrom(table))->knee(logLoss);
                QCOMPARE(knee.vertex, std::size_t{0});
                QCOMPARE(knee.distance, 0.0);
            }
        }
    }
};

DQ_TEST(KneeTest);
#include "knee_test.moc"
