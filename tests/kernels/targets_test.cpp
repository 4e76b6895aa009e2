#include "kernels/simd/targets.hpp"

#include <cstring>
#include <limits>

#include "core/base/error.hpp"
#include "kernels/error_stats.hpp"
#include "kernels/moments.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/rounding.hpp"
#include "kernels/sensitivity.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

bool same(const ErrorSums& a, const ErrorSums& b) {
    return a.squared == b.squared && a.fisher == b.fisher && a.activation == b.activation &&
           a.largest == b.largest;
}

/// What bfloat16 checkpoints hold.
Matrix shortened(Matrix matrix) {
    for (float& number : matrix.numbers)
        number = rounding::toBf16(number);
    return matrix;
}

/// With runs of zeros, as an embedding has for words that were not met.
std::vector<float> fisherOf(const Matrix& matrix) {
    std::vector<float> fisher = randomWeights(matrix.numbers.size(), 3);
    for (std::size_t k = 0; k < fisher.size(); ++k)
        if (k % 500 < 140) fisher[k] = 0;
    return fisher;
}

/// A few formats' reference costs seconds on a large matrix: its rows are enough to be sure of the rest.
std::vector<std::pair<std::int64_t, std::int64_t>> tileShapes() {
    auto all = shapes();
    for (const std::int64_t cols : {511, 512, 513, 2047, 2048, 2049, 4096 + 65})
        all.emplace_back(largeShapes ? 2 : 1, cols);
    if (largeShapes) all.emplace_back(130, 1536);
    return all;
}

std::vector<std::pair<std::int64_t, std::int64_t>> fewShapes() {
    return {{3, 172}, {2, 513}, {1, 2049}};
}

/// The catalogue and what only a name calls up.
const std::vector<format::Format>& formats() {
    static const std::vector<format::Format> all = [] {
        std::vector<format::Format> list(format::catalogue().begin(), format::catalogue().end());
        for (const char* const name :
             {"int4-g64-bf16", "int8a-g64", "int4a-g32-mse", "int5a-g16", "mxfp6-e3m2", "mxfp8-e5m2", "int12-g64",
              "int4-row", "int4a-row", "int8-g128-f32", "int3-g16-mse", "int6a-g256-bf16", "fp8-e4m3-tensor", "fp8-e4m3-bf16", "fp4-g64",
              "fp4-g64-dq", "nf4-g16-dq", "nf4-g256-dq", "fp8-e4m3-block-bf16",
              "int2-g16-imx", "int3-g64-imx", "int4-g128-imx", "int4-g256-imx", "int4a-g32-imx", "nvfp4-imx", "nf4-g64-imx",
              "mxfp4-imx", "mxfp6-e2m3-mse",
              "int2-g16-fisher", "int3-g64-fisher", "int4-g128-fisher", "int4-g256-fisher", "int4a-g32-fisher", "nvfp4-fisher",
              "nf4-g64-fisher", "mxfp4-fisher"})
            list.push_back(format::get(name));
        return list;
    }();
    return all;
}

}  // namespace

class TargetsTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { simd::forceTarget(""); }

    void anUnknownTargetIsRefused() {
        DQ_THROWS(simd::forceTarget("AVX9"), "AVX9");
    }

    void errorSumsAreTheReferencesOnEveryTarget() {
        if (simd::targets().empty()) QSKIP("this processor has no vector unit that kernels are built for");
        for (const bool isShort : {false, true})
            for (const auto& [rows, cols] : tileShapes()) {
                const Matrix raw = randomMatrix(rows, cols, static_cast<std::uint32_t>(rows * 7 + cols));
                const Matrix matrix = isShort ? shortened(raw) : raw;
                compareErrors(matrix, fisherOf(matrix), randomWeights(static_cast<std::size_t>(cols), 4));
            }
    }

    void smallGroupsWhoseScalesAreCoarseAgreeToo() {
        for (const float size : {1e-3f, 1e-4f, 1e-5f, 1e-7f, 3e5f, 1e8f}) {
            Matrix matrix = shortened(randomMatrix(3, 600, 9));
            for (float& number : matrix.numbers)
                number = rounding::toBf16(number * size);
            compareErrors(matrix, randomWeights(matrix.numbers.size(), 3), randomWeights(600, 4));
        }
    }

    void weightsOnTiesAgreeToo() {
        Matrix matrix(4, 512);
        for (std::size_t k = 0; k < matrix.numbers.size(); ++k)
            matrix.numbers[k] = static_cast<float>(static_cast<int>(k * 37 % 57) - 28) * 0.25f;
        compareErrors(matrix, randomWeights(matrix.numbers.size(), 3), randomWeights(512, 4));
    }

    void fisherOfAnySizeAgreesToo() {
        const Matrix matrix = shortened(randomMatrix(3, 600, 9));
        for (const float size : {1e-38f, 1e-20f, 1e20f, 1e36f}) {
            std::vector<float> fisher = randomWeights(matrix.numbers.size(), 3), moment = randomWeights(600, 4);
            for (float& number : fisher)
                number *= size;
            for (float& number : moment)
                number *= size;
            compareErrors(matrix, fisher, moment);
        }
    }

    void packedBytesAndWeightsAreTheReferencesOnEveryTarget() {
        for (const float size : {1.0f, 1e-3f, 1e-30f, 1e6f})
            for (const auto& [rows, cols] : size == 1 ? tileShapes() : fewShapes()) {
                Matrix matrix = randomMatrix(rows, cols, 77);
                for (float& number : matrix.numbers)
                    number *= size;
                for (std::size_t j = 0; j < matrix.numbers.size() && j < 70; ++j)
                    matrix.numbers[j] = j % 3 ? 0.0f : -0.0f;
                for (const format::Format& format : formats())
                    comparePacking(matrix, format);
            }
    }

    void momentsAreTheReferencesOnEveryTarget() {
        for (const auto& [rows, cols] : tileShapes()) {
            Matrix matrix = randomMatrix(rows, cols, 5);
            if (matrix.numbers.size() > 20) matrix.numbers[17] = std::numeric_limits<float>::quiet_NaN();
            if (matrix.numbers.size() > 20) matrix.numbers[3] = -std::numeric_limits<float>::infinity();
            const Moments expected = reference::moments(matrix.view());
            for (const std::string& target : simd::targets()) {
                simd::forceTarget(target);
                const Moments found = moments(matrix.view());
                QCOMPARE(found.count, expected.count);
                QCOMPARE(found.notFinite, expected.notFinite);
                QVERIFY(found.squared == expected.squared && found.fourth == expected.fourth &&
                        found.largest == expected.largest);
            }
        }
    }

private:
    static void comparePacking(const Matrix& matrix, const format::Format& format) {
        Packed expected = emptyPacked(format.encoding, matrix.rows, matrix.cols);
        expected.globalScale = globalScaleFor(format.encoding, largestMagnitude(matrix.view()));
        const std::vector<float> moment = randomWeights(static_cast<std::size_t>(matrix.cols), 4);
        const Input input{moment, {}, std::make_shared<const std::vector<std::uint8_t>>(sensitivitiesOf(fisherOf(matrix), matrix.cols))};
        reference::quantizePack(matrix.view(), format.encoding, expected.globalScale, expected.codes,
                                expected.scales, input);
        Matrix back(matrix.rows, matrix.cols);
        reference::dequantize(format.encoding, matrix.rows, matrix.cols, expected.globalScale, expected.codes,
                              expected.scales, back.numbers);
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            const std::string what = target + " " + format.name + " [" + std::to_string(matrix.rows) + ", " +
                                     std::to_string(matrix.cols) + "]";
            QVERIFY2(packedOf(matrix, format.encoding, input) == expected, what.c_str());
            const Matrix found = unpackedOf(expected, format.encoding, matrix.rows, matrix.cols);
            QVERIFY2(found.numbers.empty() || std::memcmp(found.numbers.data(), back.numbers.data(), 4 * back.numbers.size()) == 0,
                     what.c_str());
        }
    }

    static void compareErrors(const Matrix& matrix, const std::vector<float>& fisher,
                              const std::vector<float>& moment) {
        std::vector<Encoding> palette;
        std::vector<float> scales;
        for (const format::Format& format : formats()) {
            palette.push_back(format.encoding);
            scales.push_back(globalScaleFor(format.encoding, largestMagnitude(matrix.view())));
        }
        const auto expected =
            reference::errorStats(matrix.view(), palette, scales, fisher.data(), moment.data());
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            const auto sums = errorStats(matrix.view(), palette, scales, fisher.data(), moment.data());
            for (std::size_t f = 0; f < palette.size(); ++f)
                QVERIFY2(same(sums[f], expected[f]),
                         (target + " " + formats()[f].name + " [" + std::to_string(matrix.rows) + ", " +
                          std::to_string(matrix.cols) + "]: " + std::to_string(sums[f].squared) + " for " +
                          std::to_string(expected[f].squared))
                             .c_str());
        }
    }
};

DQ_TEST(TargetsTest);
#include "targets_test.moc"
