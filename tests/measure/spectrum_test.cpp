#include "core/measure/spectrum.hpp"

#include <QTemporaryDir>
#include <cmath>
#include <numbers>
#include <random>

#include "tests/checkpoint/files.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

/// A checkpoint of one matrix of floats.
std::shared_ptr<const checkpoint::Checkpoint> checkpointOf(const QTemporaryDir& folder, const std::vector<float>& numbers, std::int64_t rows,
                                                           std::int64_t cols) {
    const std::filesystem::path path = folder.path().toStdString();
    test::put(path / "config.json", "{}");
    test::put(path / "model.safetensors", test::safetensors({{"m", "F32", {rows, cols}, test::floatBytes(numbers)}}));
    return checkpoint::Checkpoint::open(path);
}

}  // namespace

class SpectrumTest : public QObject {
    Q_OBJECT

private slots:
    void findsTheEigenvaluesOfAChain() {
        for (const std::size_t n : {1u, 2u, 3u, 17u, 128u}) {
            std::vector<double> chain(n * n);
            for (std::size_t i = 0; i < n; ++i) {
                chain[i * n + i] = 2;
                if (i + 1 < n) chain[i * n + i + 1] = chain[(i + 1) * n + i] = -1;
            }

            const std::vector<double> found = measure::eigenvalues(chain, n);

            for (std::size_t k = 0; k < n; ++k) {
                const double truth = 2 - 2 * std::cos(std::numbers::pi * static_cast<double>(k + 1) / static_cast<double>(n + 1));
                QVERIFY2(std::abs(found[k] - truth) < 1e-11, qPrintable(QString("%1: %2 %3").arg(k).arg(found[k]).arg(truth)));
            }
        }
    }

    /// A full matrix: Q diag Q^T with a reflection Q.
    void findsThemBehindAReflection() {
        constexpr std::size_t n = 40;
        std::mt19937 random(3);
        std::vector<double> v(n), matrix(n * n);
        double length = 0;
        for (double& one : v) length += std::pow(one = static_cast<double>(random() % 1000) - 499.5, 2);
        const auto q = [&](std::size_t i, std::size_t j) { return (i == j ? 1.0 : 0.0) - 2 * v[i] * v[j] / length; };
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                for (std::size_t k = 0; k < n; ++k) matrix[i * n + j] += q(i, k) * static_cast<double>(k / 2) * q(j, k);  // pairs are equal

        const std::vector<double> found = measure::eigenvalues(matrix, n);

        for (std::size_t k = 0; k < n; ++k) QVERIFY(std::abs(found[k] - static_cast<double>(k / 2)) < 1e-10);
    }

    void tailsAreHillsOfThePaper() {
        std::vector<double> doubling(8, 1.0);
        for (std::size_t i = 1; i < 8; ++i) doubling[i] = 2 * doubling[i - 1];

        QVERIFY(std::abs(measure::alphaHill(doubling, 3) - 1.721347520) < 1e-9);  // 1 + 3 / ((3 + 2 + 1) ln 2)
        QCOMPARE(measure::alphaHill(std::vector<double>(20, 3.0)), 1e6);
        QCOMPARE(measure::alphaHill(std::vector<double>{}), 1e6);
        QCOMPARE(measure::alphaHill(std::vector<double>{0, 0, 5}), 1e6);
        std::vector<double> many(200);
        for (std::size_t i = 0; i < many.size(); ++i) many[i] = std::exp(static_cast<double>(i));
        QVERIFY(std::abs(measure::alphaHill(many) - (1 + 20 / 210.0)) < 1e-12);  // a tenth of 200; sum of 1 ... 20
    }

    void sizesCountWhatIsSpread() {
        QCOMPARE(measure::spectralSize(std::vector<double>{0, 0, 9}), 3.0);  // one direction: its value
        QVERIFY(std::abs(measure::spectralSize(std::vector<double>(5, 4.0)) - 50) < 1e-12);  // 5 of 2: 10 times e^ln 5
        QCOMPARE(measure::spectralSize(std::vector<double>(3, 0.0)), 0.0);
    }

    void aWholeMatrixIsTheSameLyingOrStanding() {
        std::vector<float> lying(3 * 7), standing(7 * 3);
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 7; ++j) standing[j * 3 + i] = lying[i * 7 + j] = static_cast<float>(std::sin(3.0 * static_cast<double>(i * 7 + j)));
        const QTemporaryDir a, b;
        const auto first = checkpointOf(a, lying, 3, 7), second = checkpointOf(b, standing, 7, 3);

        const auto x = measure::spectrumOf(first->tensors().front(), 3, 7), y = measure::spectrumOf(second->tensors().front(), 7, 3);

        QVERIFY(x.spectralSize > 0 && std::abs(x.spectralSize - y.spectralSize) < 1e-9 * x.spectralSize);
        QVERIFY(std::abs(x.alphaHill - y.alphaHill) < 1e-9 * x.alphaHill);
    }

    /// 5 x 6 blocks of 128, each twice the identity but one: the mean of their sizes.
    void aLargeMatrixIsItsBlocks() {
        const std::int64_t rows = 5 * 128 + 3, cols = 6 * 128 + 100;
        std::vector<float> numbers(static_cast<std::size_t>(rows * cols));
        for (std::int64_t i = 0; i < 5 * 128; ++i)
            for (std::int64_t j = 0; j < 6; ++j)
                numbers[static_cast<std::size_t>(i * cols + j * 128 + i % 128)] = i < 128 && j == 2 ? 4.0f : 2.0f;
        const QTemporaryDir folder;
        const auto file = checkpointOf(folder, numbers, rows, cols);

        const auto found = measure::spectrumOf(file->tensors().front(), rows, cols);

        QVERIFY(std::abs(found.spectralSize - 2 * 128.0 * 128.0 * 31 / 30) < 1e-6);
        // 384 of 3840 eigenvalues are the tail: 128 times ln(16 / 4)
        QVERIFY(std::abs(found.alphaHill - (1 + 384 / (128 * std::log(4.0)))) < 1e-9);
    }
};

DQ_TEST(SpectrumTest);
#include "spectrum_test.moc"
