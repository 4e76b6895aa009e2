#include "core/quality/correlation.hpp"

#include <cmath>
#include <vector>

#include "tests/support/runner.hpp"

using namespace dq;

class CorrelationTest : public QObject {
    Q_OBJECT

private slots:
    void ranksWhatRisesTogetherAsOne() {
        QCOMPARE(quality::spearman(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 10, 11, 1e9}), 1.0);
        QCOMPARE(quality::spearman(std::vector<double>{1, 2, 3}, std::vector<double>{-1, -2, -5}), -1.0);
    }

    /// The example of Spearman's coefficient by squared differences: 1 - 6 * 194 / (10 * 99) = -29/165.
    void agreesWithTheTextbook() {
        const std::vector<double> iq{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}, hours{7, 27, 2, 50, 28, 29, 20, 12, 6, 17};

        QVERIFY(std::abs(*quality::spearman(iq, hours) + 29.0 / 165) < 1e-12);
    }

    /// Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 * 5).
    void equalNumbersShareTheirRanks() {
        const auto found = quality::spearman(std::vector<double>{1, 5, 5, 9}, std::vector<double>{1, 2, 3, 4});

        QVERIFY(std::abs(*found - 4.5 / std::sqrt(22.5)) < 1e-12);
    }

    void saysNothingAboutConstants() {
        QVERIFY(!quality::spearman(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3}));
        QVERIFY(!quality::spearman(std::vector<double>{1}, std::vector<double>{2}));
        QVERIFY(!quality::spearman({}, {}));
    }

    void theMedianRatioLeavesOutWhatWasNotMeasurable() {
        QCOMPARE(quality::medianRatio(std::vector<double>{1, 2, 9, 4}, std::vector<double>{1, 4, 3, 0}), 1.0);
        QCOMPARE(quality::medianRatio(std::vector<double>{1, 3}, std::vector<double>{1, 1}), 2.0);
        QVERIFY(!quality::medianRatio(std::vector<double>{1}, std::vector<double>{0}));
    }
};

DQ_TEST(CorrelationTest);
#include "correlation_test.moc"
