#include <cmath>
#include <vector>

#include "core/base/error.hpp"
#include "core/quality/agreement.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using Numbers = std::vector<double>;

class AgreementTest : public QObject {
    Q_OBJECT

private slots:
    void equalNumbersShareARank();
    void spearmanLooksAtOrderAlone();
    void spearmanOfTies();
    void theMedianOfAnEvenNumberLiesBetween();
    void tellsRatioAndWorstPoint();
    void refusesWhatHasNoRatio();
};

void AgreementTest::equalNumbersShareARank() {
    QCOMPARE(quality::ranks(Numbers{5, 1, 5, 0, 5}), (Numbers{4, 2, 4, 1, 4}));
}

void AgreementTest::spearmanLooksAtOrderAlone() {
    const Numbers a{1, 2, 3, 4, 5};
    QCOMPARE(quality::spearman(a, Numbers{1, 8, 27, 64, 125}), 1.0);
    QCOMPARE(quality::spearman(a, Numbers{9, 7, 5, 3, 1}), -1.0);
    QCOMPARE(quality::spearman(a, Numbers{2, 1, 4, 3, 5}), 1 - 6.0 * 4 / (5 * 24));
    QCOMPARE(quality::spearman(a, Numbers{7, 7, 7, 7, 7}), 0.0);
    QCOMPARE(quality::spearman(Numbers{}, Numbers{}), 0.0);
}

/// scipy.stats.spearmanr([1, 2, 2, 3], [1, 3, 2, 4])
void AgreementTest::spearmanOfTies() {
    QVERIFY(std::abs(quality::spearman(Numbers{1, 2, 2, 3}, Numbers{1, 3, 2, 4}) - 0.9486832980505138) < 1e-15);
}

void AgreementTest::theMedianOfAnEvenNumberLiesBetween() {
    QCOMPARE(quality::median({4, 1, 3, 2}), 2.5);
    QCOMPARE(quality::median({9, 1, 5}), 5.0);
    QCOMPARE(quality::median({}), 0.0);
}

void AgreementTest::tellsRatioAndWorstPoint() {
    const auto agreement = quality::agreementOf(Numbers{1, 2, 1, 8}, Numbers{1, 1, 4, 10});
    QCOMPARE(agreement.ratio, 0.9);
    QCOMPARE(agreement.worst, 2u);
    QVERIFY(std::abs(agreement.logRatio - 0.5 * (std::log(2.0) - std::log(0.8))) < 1e-15);
}

void AgreementTest::refusesWhatHasNoRatio() {
    DQ_THROWS(quality::agreementOf(Numbers{1}, Numbers{1, 2}), "1 predictions", "2 measurements");
    DQ_THROWS(quality::agreementOf(Numbers{}, Numbers{}), "0 predictions");
    DQ_THROWS(quality::agreementOf(Numbers{1, 1}, Numbers{1, 0}), "point 1", "above 0");
}

DQ_TEST(AgreementTest);
#include "agreement_test.moc"
