#include "core/quality/rotation.hpp"

#include <cmath>
#include <random>
#include <vector>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::vector<float> randomWeights(std::size_t count) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::vector<float> weights(count);
    for (float& one : weights) one = normal(random);
    return weights;
}

double squared(std::span<const float> weights) {
    double sum = 0;
    for (const float one : weights) sum += static_cast<double>(one) * static_cast<double>(one);
    return sum;
}

}  // namespace

class RotationTest : public QObject {
    Q_OBJECT

private slots:
    void comesBackAndKeepsLengths() {
        const std::vector<float> original = randomWeights(3 * 48);
        std::vector<float> turned = original;

        quality::rotateRows(turned, 48, 16);
        QVERIFY(std::abs(squared(turned) / squared(original) - 1) < 1e-5);
        quality::rotateRowsBack(turned, 48, 16);

        for (std::size_t i = 0; i < turned.size(); ++i) QVERIFY(std::abs(turned[i] - original[i]) < 1e-5f);
    }

    /// One weight of 4 in a block of 16 becomes sixteen of magnitude 1.
    void spreadsAnOutlierOverItsBlockAlone() {
        std::vector<float> row(32, 0);
        row[19] = 4;

        quality::rotateRows(row, 32, 16);

        for (std::size_t i = 0; i < 32; ++i) QCOMPARE(std::abs(row[i]), i < 16 ? 0.0f : 1.0f);
    }

    void leavesColumnsBeyondTheLastBlock() {
        const std::vector<float> original = randomWeights(2 * 20);
        std::vector<float> turned = original;

        quality::rotateRows(turned, 20, 16);

        for (const std::size_t row : {0u, 20u})
            for (std::size_t i = row + 16; i < row + 20; ++i) QCOMPARE(turned[i], original[i]);
        QVERIFY(turned[0] != original[0]);
    }

    void knowsTheLargestBlock() {
        QCOMPARE(quality::largestRotation(256), std::int64_t{256});
        QCOMPARE(quality::largestRotation(172), std::int64_t{4});
        QCOMPARE(quality::largestRotation(7), std::int64_t{1});
    }

    void refusesOtherSizes() {
        std::vector<float> row(12);
        DQ_THROWS(quality::rotateRows(row, 12, 12), "12", "power of two");
        DQ_THROWS(quality::rotateRowsBack(row, 12, 0), "power of two");
    }
};

DQ_TEST(RotationTest);
#include "rotation_test.moc"
