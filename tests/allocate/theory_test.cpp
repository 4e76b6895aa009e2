#include "core/allocate/theory.hpp"

#include <cmath>

#include "tests/allocate/generators.hpp"
#include "tests/allocate/tables.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Source;

namespace {

constexpr double rounding = 1e-12;

bool near(double a, double b) {
    return std::fabs(a - b) <= rounding * std::max(1.0, std::fabs(b));
}

/// The solution by bisection on the level, as the books give it.
double lossByBisection(const std::vector<Source>& sources, double meanBits) {
    double low = -200, high = 200, total = 0, loss = 0;
    for (const Source& one : sources)
        total += one.weights;
    for (int i = 0; i < 200; ++i) {
        const double level = (low + high) / 2;
        double bits = 0;
        loss = 0;
        for (const Source& one : sources) {
            const double own = std::max(0.0, (std::log2(one.importance / one.weights) - level) / 2);
            bits += own * one.weights;
            loss += one.importance * std::exp2(-2 * own);
        }
        (bits > total * meanBits ? low : high) = level;
    }
    return loss;
}

}  // namespace

class TheoryTest : public QObject {
    Q_OBJECT

private slots:
    void reverseWaterFillingOfThreeSources() {
        // methods.md 16.
        const std::vector<Source> sources{{8, 1}, {2, 1}, {.02, 2}};

        const auto one = allocate::waterFilling(sources, 1), two = allocate::waterFilling(sources, 2);

        QVERIFY(near(one.level, .25));
        QVERIFY(near(one.bits[0], 2.5) && near(one.bits[1], 1.5) && one.bits[2] == 0);
        QVERIFY(near(two.level, 1.0 / 64));
        QVERIFY(near(two.bits[0], 4.5) && near(two.bits[1], 3.5) && two.bits[2] == 0);
        QVERIFY(near(one.loss, .25 + .25 + .02));
    }

    void closedFormOfFourColumns() {
        // methods.md 4: c = {16, 4, 1, .25} at a mean of 2 bits.
        const std::vector<Source> sources{{16, 1}, {4, 1}, {1, 1}, {.25, 1}};

        const auto filling = allocate::waterFilling(sources, 2);
        const auto gain = allocate::codingGain(sources);

        QVERIFY(near(filling.bits[0], 3.5) && near(filling.bits[1], 2.5));
        QVERIFY(near(filling.bits[2], 1.5) && near(filling.bits[3], .5));
        QVERIFY(near(gain.gain(), 2.65625));
        QVERIFY(near(gain.bitsSaved(), std::log2(2.65625) / 2));
        QVERIFY(near(filling.loss, 4 * 2.0 / 16));  // N * GM * 2^(-2 * 2)
    }

    void agreesWithBisection() {
        std::mt19937 random(50);
        for (int round = 0; round < 200; ++round) {
            std::vector<Source> sources(1 + random() % 20);
            for (Source& one : sources)
                one = {std::exp2(static_cast<double>(random() % 300) / 10 - 15),
                       1.0 + static_cast<double>(random() % 50)};
            for (const double bits : {.01, .5, 1.0, 3.0, 8.0}) {
                const auto filling = allocate::waterFilling(sources, bits);
                QVERIFY(std::fabs(filling.loss - lossByBisection(sources, bits)) <= 1e-9 * filling.loss);
            }
        }
    }

    void degenerateSourcesHaveNoBits() {
        QCOMPARE(allocate::waterFilling({}, 3).loss, 0.0);
        const auto filling = allocate::waterFilling(std::vector<Source>{{0, 5}, {3, 0}, {4, 1}}, 0);
        QCOMPARE(filling.loss, 7.0);
        QCOMPARE(filling.bits, (std::vector<double>{0, 0, 0}));
        QCOMPARE(allocate::codingGain({}).gain(), 1.0);
        QCOMPARE(allocate::codingGain({}).bitsSaved(), 0.0);
    }

    void theFloorLiesUnderEveryChoiceThatLosesSomething() {
        allocate::Problem problem = *test::problemFrom(test::realistic(40, 99));
        problem.weights = 0;
        for (std::size_t c = 0; c < problem.classes.size(); ++c) {
            problem.classes[c].weights = problem.classes[c].options.back().bytes / 2;  // bf16
            problem.weights += problem.classes[c].weights;
            std::erase_if(problem.classes[c].options, [](const auto& option) { return option.loss == 0; });
        }
        const auto sources = allocate::sourcesOf(problem);
        const auto front = allocate::Front::of(std::make_shared<const allocate::Problem>(problem));
        double tightest = 0;
        for (const allocate::Vertex& vertex : front->vertices()) {
            const double floor = allocate::waterFilling(sources, problem.bitsPerWeight(vertex.bytes)).loss;
            QVERIFY(floor <= vertex.loss);
            tightest = std::max(tightest, floor / vertex.loss);
        }
        QVERIFY(tightest > .5);  // and not far under it
    }

    void mixingSavesBitsWhereMatricesDiffer() {
        const measure::Measurements table = test::smallModel();
        const auto front = allocate::Front::of(std::make_shared<const allocate::Problem>(allocate::problemOf(
            table, quality::lossTable(table, quality::Metric::Squared), {"test", "", table.formats})));

        QVERIFY(allocate::bitsSavedAgainst(*front, 1).value() > .2);
        QCOMPARE(allocate::bitsSavedAgainst(*front, 3).value(), 0.0);
        QVERIFY(!allocate::bitsSavedAgainst(*front, 17).has_value());
    }
};

DQ_TEST(TheoryTest);
#include "theory_test.moc"
