#include "kernels/moments.hpp"

#include <cmath>
#include <limits>

#include "core/base/parallel.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

class MomentsTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithACalculationByHand() {
        Matrix matrix(2, 2);
        matrix.numbers = {1, -2, 0, 3};

        const Moments found = moments(matrix.view());

        QCOMPARE(found.count, 4);
        QCOMPARE(found.notFinite, 0);
        QCOMPARE(found.squared, 14.0);
        QCOMPARE(found.fourth, 98.0);
        QCOMPARE(found.largest, 3.0);
        QCOMPARE(found.kurtosis(), 2.0);
        QCOMPARE(found.outlierRatio(), 3 / std::sqrt(3.5));
    }

    void countsWhatIsNotFinite() {
        Matrix matrix(3, 50);
        matrix.numbers[0] = std::numeric_limits<float>::quiet_NaN();
        matrix.numbers[77] = -std::numeric_limits<float>::infinity();
        matrix.numbers[149] = 2;

        const Moments found = moments(matrix.view());

        QCOMPARE(found.notFinite, 2);
        QCOMPARE(found.squared, 4.0);
        QCOMPARE(found.largest, 2.0);
    }

    void zerosAndNothingHaveNoShape() {
        for (const Matrix& matrix : {Matrix(0, 0), Matrix(3, 0), Matrix(3, 5)}) {
            const Moments found = moments(matrix.view());
            QCOMPARE(found.count, matrix.rows * matrix.cols);
            QCOMPARE(found.kurtosis(), 0.0);
            QCOMPARE(found.outlierRatio(), 0.0);
            QCOMPARE(found.meanSquare(), 0.0);
        }
    }

    void aBellHasKurtosisThree() {
        Matrix matrix(300, 1000);
        std::mt19937 generator(1);
        std::normal_distribution<float> bell;
        for (float& number : matrix.numbers)
            number = bell(generator);

        // The standard error of a kurtosis over n numbers is sqrt(24 / n) = 0.009.
        QVERIFY(std::fabs(moments(matrix.view()).kurtosis() - 3) < 0.04);
    }

    void doesNotDependOnTheNumberOfThreadsAndIsTheReference() {
        for (const auto& [rows, cols] : shapes()) {
            const Matrix matrix = randomMatrix(rows, cols, 4);
            const Moments expected = reference::moments(matrix.view());
            for (const int threads : {1, 6}) {
                limitThreads(threads);
                const Moments found = moments(matrix.view());
                QCOMPARE(found.squared, expected.squared);
                QVERIFY(found.squared == expected.squared && found.fourth == expected.fourth &&
                        found.largest == expected.largest && found.count == expected.count);
            }
        }
        limitThreads(0);
    }

    void hugeWeightsDoNotOverflow() {
        Matrix matrix(1, 3);
        matrix.numbers = {3e38f, -3e38f, 3e38f};
        QVERIFY(std::isfinite(moments(matrix.view()).fourth));
        QVERIFY(std::fabs(moments(matrix.view()).kurtosis() - 1) < 1e-12);
    }
};

DQ_TEST(MomentsTest);
#include "moments_test.moc"
