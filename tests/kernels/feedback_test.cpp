// Error feedback against the formulas it comes from, in double and in the slow way.
#include "kernels/feedback.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <random>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/feedback_errors.hpp"
#include "kernels/sensitivity.hpp"
#include "kernels/simd/targets.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

/// E[x x^T] of inputs whose columns go together, some of them much larger than others.
std::vector<float> hessianOf(std::int64_t cols, std::uint32_t seed) {
    const auto n = static_cast<std::size_t>(cols);
    constexpr std::size_t tokens = 400;
    std::mt19937 generator(seed);
    std::normal_distribution<double> bell;
    std::vector<double> size(n), sums(n * n);
    for (double& one : size)
        one = std::exp(0.7 * bell(generator));
    for (std::size_t t = 0; t < tokens; ++t) {
        std::vector<double> x(n);
        const double common = bell(generator);
        double last = 0;
        for (std::size_t j = 0; j < n; ++j) {
            last = 0.7 * last + bell(generator);
            x[j] = size[j] * (last + 0.5 * common);
        }
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                sums[i * n + j] += x[i] * x[j] / static_cast<double>(tokens);
    }
    return {sums.begin(), sums.end()};
}

std::vector<double> widened(const std::vector<float>& numbers) {
    return {numbers.begin(), numbers.end()};
}

double outputError(const Matrix& weights, const Matrix& back, const std::vector<float>& hessian, std::size_t row) {
    const auto n = static_cast<std::size_t>(weights.cols);
    std::vector<double> off(n);
    for (std::size_t j = 0; j < n; ++j)
        off[j] = double{weights.numbers[row * n + j]} - double{back.numbers[row * n + j]};
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            sum += off[i] * double{hessian[i * n + j]} * off[j];
    return sum;
}

double outputError(const Matrix& weights, const Matrix& back, const std::vector<float>& hessian) {
    double sum = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(weights.rows); ++i)
        sum += outputError(weights, back, hessian, i);
    return sum;
}

/// Cholesky, H = L L^T.
std::vector<double> cholesky(std::vector<double> a, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < j; ++k)
            a[j * n + j] -= a[j * n + k] * a[j * n + k];
        a[j * n + j] = std::sqrt(a[j * n + j]);
        for (std::size_t i = j + 1; i < n; ++i) {
            for (std::size_t k = 0; k < j; ++k)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
        for (std::size_t i = 0; i < j; ++i)
            a[i * n + j] = 0;
    }
    return a;
}

/// H^-1 by solving for each unit vector.
std::vector<double> inverse(const std::vector<double>& h, std::size_t n) {
    const std::vector<double> l = cholesky(h, n);
    std::vector<double> result(n * n);
    for (std::size_t c = 0; c < n; ++c) {
        std::vector<double> y(n);
        for (std::size_t i = 0; i < n; ++i) {
            y[i] = i == c ? 1.0 : 0.0;
            for (std::size_t k = 0; k < i; ++k)
                y[i] -= l[i * n + k] * y[k];
            y[i] /= l[i * n + i];
        }
        for (std::size_t i = n; i-- > 0;) {
            for (std::size_t k = i + 1; k < n; ++k)
                y[i] -= l[k * n + i] * y[k];
            y[i] /= l[i * n + i];
            result[i * n + c] = y[i];
        }
    }
    return result;
}

/// GPTQ as its paper writes it: H^-1 = U^T U, each column's error divided by U's diagonal and spread over the rest. Integers with
/// one F16 scale a group; columns as they stand.
std::vector<double> byThePaper(const std::vector<float>& row, const std::vector<float>& scales, std::size_t group, int bits,
                               const std::vector<double>& upper) {
    const std::size_t n = row.size();
    std::vector<double> w(row.begin(), row.end()), numbers(n);
    const double highest = (1 << (bits - 1)) - 1;
    for (std::size_t k = 0; k < n; ++k) {
        const double scale = double{scales[k / group]};
        numbers[k] = std::clamp(std::nearbyint(w[k] / scale), -highest - 1, highest) * scale;
        const double error = (w[k] - numbers[k]) / upper[k * n + k];
        for (std::size_t j = k; j < n; ++j)
            w[j] -= error * upper[k * n + j];
    }
    return numbers;
}

std::vector<double> dampedOf(const std::vector<float>& hessian, std::size_t n) {
    std::vector<double> h = widened(hessian);
    double mean = 0;
    for (std::size_t j = 0; j < n; ++j)
        mean += h[j * n + j] / static_cast<double>(n);
    for (std::size_t j = 0; j < n; ++j)
        h[j * n + j] += 0.01 * mean;
    return h;
}

Input inputWith(const std::vector<float>& hessian, std::int64_t cols, const FeedbackOptions& options = {}) {
    return {{}, std::make_shared<const Feedback>(feedbackOf(hessian, cols, options))};
}

Matrix comesBack(const Matrix& matrix, const Encoding& encoding, const Input& input) {
    return unpackedOf(packedOf(matrix, encoding, input), encoding, matrix.rows, matrix.cols);
}

const std::vector<std::string>& formats() {
    static const std::vector<std::string> names{"int2-g32",  "int3-g64-mse", "int4-g128", "int4a-g32", "int8-row", "int12-g64",
                                                "nvfp4-mse", "mxfp4",        "nf4-g64",   "fp4-g64",   "fp8-e4m3", "fp8-e4m3-tensor"};
    return names;
}

}  // namespace

class FeedbackTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() {
        simd::forceTarget("");
        limitThreads(0);
    }

    /// [2 1; 1 1] = [1 1; 0 1] diag(1, 1) [1 0; 1 1]: all of the first column's error is answered for by the second.
    void sharesAgreeWithACalculationByHand() {
        const std::vector<float> hessian{2, 1, 1, 1};
        const Feedback found = feedbackOf(hessian, 2, {.damping = 0});
        QCOMPARE(found.order, (std::vector<std::int32_t>{0, 1}));
        QCOMPARE(found.shares, (std::vector<float>{1, 1, 0, 1}));
        QCOMPARE(found.weights, (std::vector<double>{1, 1}));

        // Scale 1: 0.4 becomes 0, its error makes 0.3 a 0.7 and that 1; alone it would be 0.
        Matrix matrix(1, 2);
        matrix.numbers = {0.4f, 0.3f};
        const Encoding encoding{Element::Int, 4, 0, ScaleType::F32};
        const std::vector<float> one{1.0f};
        std::vector<std::byte> codes(1);
        std::vector<double> error(1);
        roundWithFeedback(matrix.view(), encoding, 1, found, std::as_bytes(std::span(one)), codes, error);
        QCOMPARE(std::to_integer<int>(codes[0]), 0x10);
        QVERIFY(std::abs(error[0] - (2 * 0.16 + 2 * 0.4 * -0.7 + 0.49)) < 1e-6);
    }

    void largeInputsComeFirst() {
        const std::vector<float> hessian{1, 0, 0, 0, 5, 0, 0, 0, 1};
        QCOMPARE(feedbackOf(hessian, 3).order, (std::vector<std::int32_t>{1, 0, 2}));
        QCOMPARE(feedbackOf(hessian, 3, {.byMoment = false}).order, (std::vector<std::int32_t>{0, 1, 2}));
    }

    void everyTargetEqualsTheReferenceOnBothSidesOfEveryTile() {
        for (const std::int64_t cols : {1, 2, 7, 31, 63, 64, 65, 127, 128, 129, 191, 193, 257}) {
            const std::vector<float> hessian = hessianOf(cols, static_cast<std::uint32_t>(cols));
            const Feedback expected = reference::feedbackOf(hessian, cols);
            const Matrix matrix = randomMatrix(37, cols, 3);
            for (const std::string& target : simd::targets()) {
                simd::forceTarget(target);
                const Feedback found = feedbackOf(hessian, cols);
                QVERIFY2(found.shares == expected.shares && found.weights == expected.weights && found.order == expected.order,
                         target.c_str());
                compareRounding(matrix, expected);
            }
        }
    }

    void threadsDoNotMatter() {
        const std::vector<float> hessian = hessianOf(200, 1);
        const Matrix matrix = randomMatrix(133, 200, 3);
        const Encoding& encoding = format::get("int3-g32-gptq").encoding;
        limitThreads(1);
        const Packed expected = packedOf(matrix, encoding, inputWith(hessian, 200));
        limitThreads(5);
        QVERIFY(packedOf(matrix, encoding, inputWith(hessian, 200)) == expected);
    }

    /// Float and double part where a sum falls on a tie; a row that does so goes its own way from there.
    void codesAreThoseOfThePaper() {
        const std::int64_t cols = 160;
        const auto n = static_cast<std::size_t>(cols);
        const std::vector<float> hessian = hessianOf(cols, 9);
        const std::vector<double> damped = dampedOf(hessian, n);
        std::vector<double> upper = cholesky(inverse(damped, n), n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = i + 1; j < n; ++j)
                std::swap(upper[i * n + j], upper[j * n + i]);
        const Matrix matrix = randomMatrix(60, cols, 4);
        const Input input = inputWith(hessian, cols, {.byMoment = false});
        for (const int bits : {2, 3, 4}) {
            const std::string name = "int" + std::to_string(bits) + "-g32-f32";
            const Packed alone = packedOf(matrix, format::get(name).encoding);
            const Matrix back = comesBack(matrix, format::get(name + "-gptq").encoding, input);
            int same = 0;
            double ours = 0, theirs = 0;
            for (std::size_t i = 0; i < 60; ++i) {
                std::vector<float> scales(n / 32);
                std::memcpy(scales.data(), alone.scales.data() + i * scales.size() * 4, scales.size() * 4);
                const std::vector<float> row(matrix.numbers.begin() + static_cast<std::ptrdiff_t>(i * n),
                                             matrix.numbers.begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
                const std::vector<double> expected = byThePaper(row, scales, 32, bits, upper);
                bool equal = true;
                Matrix paper(1, cols), mine(1, cols), original(1, cols);
                original.numbers = row;
                for (std::size_t k = 0; k < n; ++k) {
                    paper.numbers[k] = static_cast<float>(expected[k]);
                    mine.numbers[k] = back.numbers[i * n + k];
                    equal = equal && std::abs(paper.numbers[k] - mine.numbers[k]) <= 1e-6f * std::abs(paper.numbers[k]);
                }
                same += equal ? 1 : 0;
                ours += outputError(original, mine, hessian);
                theirs += outputError(original, paper, hessian);
            }
            QVERIFY2(same >= 57, std::to_string(same).c_str());
            QVERIFY(std::abs(ours - theirs) <= 0.01 * theirs);
        }
    }

    void theOutputErrorIsTheOneComputedNaivelyAndSmallerThanWithout() {
        const std::int64_t cols = 192;
        const std::vector<float> hessian = hessianOf(cols, 2);
        const Matrix matrix = randomMatrix(24, cols, 6);
        const Input input = inputWith(hessian, cols);
        for (const std::string& name : formats()) {
            const Encoding &alone = format::get(name).encoding, &encoding = format::get(name + "-gptq").encoding;
            const Packed plain = packedOf(matrix, alone);
            Packed packed = plain;
            std::vector<double> errors(24);
            roundWithFeedback(matrix.view(), encoding, plain.globalScale, *input.feedback, plain.scales, packed.codes, errors);
            const Matrix back = unpackedOf(packed, encoding, 24, cols);
            for (std::size_t i = 0; i < errors.size(); ++i) {
                const double expected = outputError(matrix, back, hessian, i);
                QVERIFY2(std::abs(errors[i] - expected) <= 1e-3 * expected, name.c_str());
            }
            QVERIFY2(packedOf(matrix, encoding, input) == packed, name.c_str());
            QVERIFY2(outputError(matrix, back, hessian) < 0.9 * outputError(matrix, roundTrip(matrix, alone), hessian), name.c_str());
        }
    }

    /// What the table says of them is what comes back, weighed as kernels/feedback_errors.hpp says.
    void theTableIsComputedFromThePackedBytes() {
        const std::int64_t cols = 96;
        const std::vector<float> hessian = hessianOf(cols, 2);
        std::vector<float> moment(96);
        for (std::size_t j = 0; j < 96; ++j)
            moment[j] = hessian[j * 96 + j];
        const Matrix matrix = randomMatrix(10, cols, 6);
        const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 3);
        Input input = inputWith(hessian, cols);
        input.moment = moment;
        input.sensitivities = std::make_shared<const std::vector<std::uint8_t>>(sensitivitiesOf(fisher, cols));
        const std::vector<Encoding> palette{format::get("int3-g32-imx-gptq").encoding, format::get("nvfp4-gptq").encoding,
                                            format::get("int3-g32-fisher-gptq").encoding};
        std::vector<float> scales;
        for (const Encoding& one : palette)
            scales.push_back(globalScaleFor(one, largestMagnitude(matrix.view())));
        const auto sums = feedbackErrors(matrix.view(), palette, scales, fisher.data(), input);
        for (std::size_t f = 0; f < palette.size(); ++f) {
            const Matrix back = comesBack(matrix, palette[f], input);
            double squared = 0, loss = 0;
            for (std::size_t i = 0; i < 10; ++i) {
                double diagonal = 0, mine = 0;
                for (std::size_t j = 0; j < 96; ++j) {
                    const double off = double{matrix.numbers[i * 96 + j]} - double{back.numbers[i * 96 + j]};
                    squared += off * off;
                    diagonal += double{moment[j]} * off * off;
                    mine += 0.5 * double{fisher[i * 96 + j]} * off * off;
                }
                loss += mine * outputError(matrix, back, hessian, i) / diagonal;
            }
            QVERIFY(std::abs(sums[f].squared - squared) <= 1e-5 * squared);
            QVERIFY(std::abs(sums[f].activation - outputError(matrix, back, hessian)) <= 1e-3 * sums[f].activation);
            QVERIFY(std::abs(sums[f].fisher - loss) <= 1e-3 * loss);
        }
    }

    void nothingKnownIsNoFeedback() {
        const Matrix matrix = randomMatrix(5, 70, 6);
        const std::vector<float> none(70 * 70, 0.0f);
        for (const std::string& name : formats()) {
            const Encoding &alone = format::get(name).encoding, &encoding = format::get(name + "-gptq").encoding;
            QVERIFY2(packedOf(matrix, encoding) == packedOf(matrix, alone), name.c_str());
            QVERIFY2(comesBack(matrix, encoding, inputWith(none, 70)).numbers == roundTrip(matrix, alone).numbers, name.c_str());
        }
    }

    void columnsThatNothingMetAndThoseThatSayTheSameAreNoTrouble() {
        std::vector<float> hessian(64 * 64, 1.0f);  // rank one
        for (std::size_t j = 0; j < 64; ++j)
            hessian[9 * 64 + j] = hessian[j * 64 + 9] = 0.0f;
        const Matrix matrix = randomMatrix(5, 64, 6);
        const Matrix back = comesBack(matrix, format::get("int2-g32-gptq").encoding, inputWith(hessian, 64));
        for (const float number : back.numbers)
            QVERIFY(std::isfinite(number));
    }

    void weightsOfAnySizeGiveFiniteNumbers() {
        const std::vector<float> hessian = hessianOf(64, 5);
        for (const float size : {1e-44f, 1e-30f, 1e30f, 1e36f}) {
            Matrix matrix = randomMatrix(3, 64, 6);
            for (float& number : matrix.numbers)
                number *= size;
            for (const std::string& name : formats())
                for (const float number : comesBack(matrix, format::get(name + "-gptq").encoding, inputWith(hessian, 64)).numbers)
                    QVERIFY2(std::isfinite(number), name.c_str());
        }
    }

    /// A share of infinity leaves the weight as it is, in the codes and in the error they are said to make. Scale 2^126: 1.5 of it
    /// becomes 2, and its error of -0.5 times a share of 2^10 is beyond every float; 0.75 of it becomes 1.
    void aShareBeyondAllFloatsCountsNowhere() {
        Matrix matrix(1, 2);
        matrix.numbers = {0x1.8p126f, 0x1.8p125f};
        Feedback feedback;
        feedback.cols = 2;
        feedback.order = {0, 1};
        feedback.shares = {1, 0x1p10f, 0, 1};
        feedback.weights = {0, 0x1p-240};
        const Encoding encoding{Element::Int, 4, 0, ScaleType::F32};
        const std::vector<float> scale{0x1p126f};
        for (const auto round : {roundWithFeedback, reference::roundWithFeedback}) {
            std::vector<std::byte> codes(1);
            std::vector<double> error(1);
            round(matrix.view(), encoding, 1, feedback, std::as_bytes(std::span(scale)), codes, error);
            QCOMPARE(std::to_integer<int>(codes[0]), 0x12);
            QCOMPARE(error[0], 0x1p-240 * 0x1p124 * 0x1p124);
        }
    }

    void impossibleHessiansAreRefused() {
        const auto with = [](std::size_t place, float number) {
            std::vector<float> hessian = hessianOf(8, 1);
            hessian[place] = number;
            return hessian;
        };
        const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
        DQ_THROWS(feedbackOf(with(0, nan), 8), "mean square of input 0");
        DQ_THROWS(feedbackOf(with(9, infinite), 8), "input 1", "inf");
        DQ_THROWS(feedbackOf(with(9, -1.0f), 8), "not negative");
        DQ_THROWS(feedbackOf(with(8, nan), 8), "not positive");
        DQ_THROWS(feedbackOf(with(8, 1e9f), 8), "not positive");
        DQ_THROWS(feedbackOf(std::vector<float>(63, 1.0f), 8), "63", "8");
        DQ_THROWS(reference::feedbackOf(with(8, nan), 8), "not positive");
    }

private:
    static void compareRounding(const Matrix& matrix, const Feedback& feedback) {
        for (const std::string& name : formats()) {
            const Encoding& encoding = format::get(name + "-gptq").encoding;
            const Packed plain = packedOf(matrix, format::get(name).encoding);
            Packed slow = plain, fast = plain;
            std::vector<double> slowErrors(static_cast<std::size_t>(matrix.rows)), fastErrors = slowErrors;
            reference::roundWithFeedback(matrix.view(), encoding, plain.globalScale, feedback, plain.scales, slow.codes, slowErrors);
            roundWithFeedback(matrix.view(), encoding, plain.globalScale, feedback, plain.scales, fast.codes, fastErrors);
            QVERIFY2(fast == slow && fastErrors == slowErrors, name.c_str());
        }
    }
};

DQ_TEST(FeedbackTest);
#include "feedback_test.moc"
