#include "core/torch/labels.hpp"

#include <cmath>
#include <set>
#include <vector>

#include "tests/support/runner.hpp"

using namespace dq;
using torch_worker::drawn;
using torch_worker::uniformAt;

class LabelsTest : public QObject {
    Q_OBJECT

private slots:
    void drawsByTheCumulativeWeight();
    void neverDrawsWhatHasNoWeight();
    void numbersDependOnEveryArgument();
    void numbersAreUniform();
};

void LabelsTest::drawsByTheCumulativeWeight() {
    const std::vector<float> weights{1, 2, 0, 1};

    QCOMPARE(drawn(weights, 0.0), 0);
    QCOMPARE(drawn(weights, 0.2499), 0);
    QCOMPARE(drawn(weights, 0.25), 1);
    QCOMPARE(drawn(weights, 0.7499), 1);
    QCOMPARE(drawn(weights, 0.75), 3);
    QCOMPARE(drawn(weights, 0.999999), 3);
}

void LabelsTest::neverDrawsWhatHasNoWeight() {
    const std::vector<float> weights{0, 0, 1e-30f, 0};

    QCOMPARE(drawn(weights, 0.0), 2);
    QCOMPARE(drawn(weights, 1 - 0x1p-53), 2);
}

void LabelsTest::numbersDependOnEveryArgument() {
    std::set<double> seen;
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        for (std::uint64_t sequence = 0; sequence < 10; ++sequence)
            for (std::uint64_t position = 0; position < 10; ++position)
                seen.insert(uniformAt(seed, sequence, position));

    QCOMPARE(seen.size(), 1000u);
    QCOMPARE(uniformAt(1, 2, 3), uniformAt(1, 2, 3));
}

void LabelsTest::numbersAreUniform() {
    constexpr int Count = 100000, Bins = 20;
    std::vector<int> bins(Bins, 0);
    double product = 0;
    for (std::uint64_t i = 0; i < Count; ++i) {
        const double u = uniformAt(1, i / 300, i % 300);
        QVERIFY(u >= 0 && u < 1);
        ++bins[static_cast<std::size_t>(u * Bins)];
        product += (u - 0.5) * (uniformAt(1, i / 300, i % 300 + 1) - 0.5);
    }

    for (const int bin : bins)
        QVERIFY(std::abs(bin - Count / Bins) < 350);                   // five standard deviations
    QVERIFY(std::abs(product / Count) < 5.0 / 12 / std::sqrt(Count));  // neighbours are not correlated
}

DQ_TEST(LabelsTest);
#include "labels_test.moc"
