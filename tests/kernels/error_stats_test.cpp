#include "kernels/error_stats.hpp"

#include <cmath>
#include <limits>

#include "core/base/parallel.hpp"
#include "kernels/lanes.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

std::vector<Encoding> everyEncoding() {
    std::vector<Encoding> encodings;
    for (const format::Format& format : format::catalogue())
        encodings.push_back(format.encoding);
    return encodings;
}

std::vector<float> globalScales(const Matrix& matrix) {
    std::vector<float> scales;
    for (const Encoding& encoding : everyEncoding())
        scales.push_back(globalScaleFor(encoding, largestMagnitude(matrix.view())));
    return scales;
}

bool same(const ErrorSums& a, const ErrorSums& b) {
    return a.squared == b.squared && a.fisher == b.fisher && a.activation == b.activation &&
           a.largest == b.largest;
}

ErrorSums naive(const Matrix& matrix, const Encoding& encoding, const std::vector<float>& fisher,
                const std::vector<float>& moment) {
    const Matrix back = roundTrip(matrix, encoding);
    ErrorSums sums;
    for (std::size_t k = 0; k < matrix.numbers.size(); ++k) {
        const double difference = double{matrix.numbers[k]} - double{back.numbers[k]};
        sums.squared += difference * difference;
        sums.fisher += 0.5 * double{fisher[k]} * difference * difference;
        sums.activation +=
            double{moment[k % static_cast<std::size_t>(matrix.cols)]} * difference * difference;
        sums.largest = std::max(sums.largest, std::fabs(difference));
    }
    return sums;
}

}  // namespace

class ErrorStatsTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithPackingUnpackingAndSubtracting() {
        for (const auto& [rows, cols] : shapes()) {
            const Matrix matrix = randomMatrix(rows, cols, 31);
            const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 32);
            const std::vector<float> moment = randomWeights(static_cast<std::size_t>(cols), 33);

            const auto sums = errorStats(matrix.view(), everyEncoding(), globalScales(matrix), fisher.data(),
                                         moment.data());

            for (std::size_t f = 0; f < sums.size(); ++f) {
                const ErrorSums expected = naive(matrix, everyEncoding()[f], fisher, moment);
                const char* name = format::catalogue()[f].name.c_str();
                // Nine float roundings a term, three before: 12 * 2^-24.
                QVERIFY2(std::fabs(sums[f].squared - expected.squared) <= 8e-7 * expected.squared, name);
                QVERIFY2(std::fabs(sums[f].fisher - expected.fisher) <= 8e-7 * expected.fisher, name);
                QVERIFY2(std::fabs(sums[f].activation - expected.activation) <= 8e-7 * expected.activation,
                         name);
                QVERIFY2(std::fabs(sums[f].largest - expected.largest) <= 8e-7 * expected.largest, name);
            }
        }
    }

    void isBitForBitTheReferenceOnEveryShape() {
        for (const auto& [rows, cols] : shapes()) {
            const Matrix matrix = randomMatrix(rows, cols, 41);
            const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 42);
            const std::vector<float> moment = randomWeights(static_cast<std::size_t>(cols), 43);
            const auto scales = globalScales(matrix);

            const auto fast =
                errorStats(matrix.view(), everyEncoding(), scales, fisher.data(), moment.data());
            const auto slow =
                reference::errorStats(matrix.view(), everyEncoding(), scales, fisher.data(), moment.data());

            for (std::size_t f = 0; f < fast.size(); ++f)
                QVERIFY2(same(fast[f], slow[f]), format::catalogue()[f].name.c_str());
        }
    }

    void extremeWeightsAgreeWithTheReferenceToo() {
        const float tiny = std::numeric_limits<float>::denorm_min();
        for (const float size : {tiny, 0x1p-126f, 1e-20f, 1e20f, std::numeric_limits<float>::max()}) {
            Matrix matrix = randomMatrix(4, 200, 51);
            for (float& number : matrix.numbers)
                number = std::clamp(number * 20.0f, -1.0f, 1.0f) * size;
            matrix.numbers[7] = 0.0f;
            const auto scales = globalScales(matrix);

            const auto fast = errorStats(matrix.view(), everyEncoding(), scales, nullptr, nullptr);
            const auto slow = reference::errorStats(matrix.view(), everyEncoding(), scales, nullptr, nullptr);

            for (std::size_t f = 0; f < fast.size(); ++f) {
                QVERIFY2(same(fast[f], slow[f]), format::catalogue()[f].name.c_str());
                QVERIFY(std::isfinite(fast[f].squared));
            }
        }
    }

    void missingWeightsLeaveTheirSumsAtZero() {
        const Matrix matrix = randomMatrix(5, 172, 61);
        const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 62);
        const std::vector<float> moment = randomWeights(172, 63);
        const auto scales = globalScales(matrix);

        const auto bare = errorStats(matrix.view(), everyEncoding(), scales, nullptr, nullptr);
        const auto full = errorStats(matrix.view(), everyEncoding(), scales, fisher.data(), moment.data());
        const auto half = errorStats(matrix.view(), everyEncoding(), scales, fisher.data(), nullptr);

        for (std::size_t f = 0; f < bare.size(); ++f) {
            QVERIFY(same(bare[f], {full[f].squared, 0, 0, full[f].largest}));
            QVERIFY(same(half[f], {full[f].squared, full[f].fisher, 0, full[f].largest}));
        }
    }

    void doesNotDependOnTheNumberOfThreads() {
        const Matrix matrix = randomMatrix(5000, 40, 71);
        const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 72);
        limitThreads(1);
        const auto alone =
            errorStats(matrix.view(), everyEncoding(), globalScales(matrix), fisher.data(), nullptr);

        for (const int threads : {2, 7}) {
            limitThreads(threads);
            const auto sums =
                errorStats(matrix.view(), everyEncoding(), globalScales(matrix), fisher.data(), nullptr);
            for (std::size_t f = 0; f < sums.size(); ++f)
                QVERIFY(same(sums[f], alone[f]));
        }
        limitThreads(0);
    }

    void zerosCostNothingAndBf16WeightsCostNothingInBf16() {
        const Matrix zeros(4, 100);
        Matrix brain = randomMatrix(4, 100, 81);
        brain = roundTrip(brain, {});

        for (const ErrorSums& sums :
             errorStats(zeros.view(), everyEncoding(), globalScales(zeros), nullptr, nullptr))
            QVERIFY(same(sums, {}));
        QVERIFY(same(errorStats(brain.view(), everyEncoding(), globalScales(brain), nullptr, nullptr).back(),
                     {}));
    }

    void moreBitsCostLess() {
        const Matrix matrix = randomMatrix(64, 256, 91);
        const auto sums = errorStats(matrix.view(), everyEncoding(), globalScales(matrix), nullptr, nullptr);
        const auto costOf = [&](const std::string& name) {
            return sums[static_cast<std::size_t>(format::find(name) - format::catalogue().data())].squared;
        };

        for (int bits = 2; bits < 8; ++bits)
            for (const char* group : {"-g32", "-g64", "-g128"})
                QVERIFY(costOf("int" + std::to_string(bits + 1) + group) <
                        costOf("int" + std::to_string(bits) + group));
        QVERIFY(costOf("int4-g32") < costOf("int4-g64") && costOf("int4-g64") < costOf("int4-g128"));
    }

    void lanesAreAddedAsDrawn() {
        Lanes lanes{};
        for (std::size_t i = 0; i < laneCount; ++i)
            lanes[i] = static_cast<double>(1u << i);
        QCOMPARE(sumOf(lanes), 65535.0);

        lanes = {};
        lanes[0] = 1;
        lanes[8] = -1;  // must cancel first for the small number to survive
        lanes[1] = 0x1p-60;
        QCOMPARE(sumOf(lanes), 0x1p-60);
    }

    void sumsOfSlabsAddUp() {
        const Matrix matrix = randomMatrix(9, 100, 95);
        const auto scales = globalScales(matrix);
        const auto whole = errorStats(matrix.view(), everyEncoding(), scales, nullptr, nullptr);
        const auto shared = sharedScalesOf(matrix.view(), everyEncoding());
        auto first = errorStats({matrix.view().row(0), 4, 100}, everyEncoding(), scales, nullptr, nullptr, {shared});
        const auto second =
            errorStats({matrix.view().row(4), 5, 100}, everyEncoding(), scales, nullptr, nullptr, {shared, 4});

        for (std::size_t f = 0; f < whole.size(); ++f) {
            first[f].add(second[f]);
            // Nine row sums in another order: a few roundings of 2^-53.
            QVERIFY(std::fabs(first[f].squared - whole[f].squared) <= 1e-14 * whole[f].squared);
            QCOMPARE(first[f].largest, whole[f].largest);
        }
    }
};

DQ_TEST(ErrorStatsTest);
#include "error_stats_test.moc"
