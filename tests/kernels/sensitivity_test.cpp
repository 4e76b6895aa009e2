// Scales chosen under the Fisher diagonal.
#include "kernels/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/error_stats.hpp"
#include "kernels/group_scale.hpp"
#include "kernels/scale.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

const std::vector<std::string>& searchable() {
    static const std::vector<std::string> names{"int2-g32", "int3-g64", "int4-g32",  "int4a-g32", "int4-g256", "nvfp4",
                                                "nf4-g64",  "mxfp4",    "int2a-g16", "int8-g128", "fp4-g64"};
    return names;
}

Input inputOf(const std::vector<float>& fisher, std::int64_t cols) {
    return {{}, {}, std::make_shared<const std::vector<std::uint8_t>>(sensitivitiesOf(fisher, cols))};
}

double loss(const Matrix& matrix, const Matrix& back, const std::vector<float>& fisher) {
    double sum = 0;
    for (std::size_t k = 0; k < matrix.numbers.size(); ++k)
        sum += 0.5 * double{fisher[k]} * std::pow(double{matrix.numbers[k]} - double{back.numbers[k]}, 2);
    return sum;
}

Matrix comesBack(const Matrix& matrix, const std::string& format, const Input& input = {}) {
    const Encoding& encoding = format::get(format).encoding;
    return unpackedOf(packedOf(matrix, encoding, input), encoding, matrix.rows, matrix.cols);
}

}  // namespace

class SensitivityTest : public QObject {
    Q_OBJECT

private slots:
    /// 1.5 becomes 1.5 of the row's own unit, the rest stands below it.
    void codesAreThoseOneComputesByHand() {
        const std::vector<float> row{0.0f, 1.5f, 1.0f, 0.53125f, 0.59375f, 0x1p-31f, 0x1.2p-31f, 0x1p-40f, 0x1p-149f, -0.0f};
        const std::vector<std::uint8_t> expected{0, 252, 248, 240, 242, 0 + 1, 1, 1, 1, 0};
        QCOMPARE(sensitivitiesOf(row, 10), expected);

        std::vector<float> doubled;
        for (const float one : row)
            doubled.push_back(one * 0x1p60f);
        QCOMPARE(sensitivitiesOf(doubled, 10), expected);
        QCOMPARE(sensitivitiesOf(std::vector<float>{1.99f, 0.99f}, 2), (std::vector<std::uint8_t>{255, 248}));
        QCOMPARE(sensitivitiesOf(std::vector<float>{0, 0, 0}, 3), (std::vector<std::uint8_t>{0, 0, 0}));
        QVERIFY(sensitivitiesOf(std::vector<float>(), 0).empty());
    }

    void everyCodeIsTheNearestToItsNumber() {
        QCOMPARE(sensitivity(0), 0.0f);
        QCOMPARE(sensitivity(1), 0x1.2p-31f);
        QCOMPARE(sensitivity(255), 1.875f);
        for (int code = 1; code < 256; ++code) {
            const float number = sensitivity(static_cast<std::uint8_t>(code));
            QVERIFY(number > sensitivity(static_cast<std::uint8_t>(code - 1)));
            QCOMPARE(sensitivitiesOf(std::vector<float>{1.0f, number}, 2)[1], static_cast<std::uint8_t>(code));
            const float step = std::ldexp(0.125f, std::ilogb(number));
            for (const float off : {-0.49f, 0.49f})
                if (code % 8 != 0 || off > 0)
                    QCOMPARE(sensitivitiesOf(std::vector<float>{1.875f, number + off * step}, 2)[1], static_cast<std::uint8_t>(code));
        }
    }

    void rowsAreOnTheirOwn() {
        const std::vector<float> fisher{1, 2, 3e-9f, 6e-9f};
        const auto codes = sensitivitiesOf(fisher, 2);
        QCOMPARE(sensitivitiesOf(std::span(fisher).subspan(2), 2), (std::vector<std::uint8_t>{codes[2], codes[3]}));
        QCOMPARE(codes[1] - codes[0], 8);
        QCOMPARE(codes[3] - codes[2], 8);
    }

    /// Codes -2 .. 1, two rows with the same weights. The scale fits the weight that matters, in each row another.
    void theScaleFitsWhatMattersInItsRow() {
        Matrix matrix(2, 16);
        matrix.numbers[0] = matrix.numbers[16] = 1.0f;
        matrix.numbers[1] = matrix.numbers[17] = 0.3f;
        std::vector<float> fisher(32, 0.0f);
        fisher[0] = fisher[17] = 0.01f;
        fisher[1] = fisher[16] = 1.0f;
        const Encoding& encoding = format::get("int2-g16-fisher").encoding;
        const Packed packed = packedOf(matrix, encoding, inputOf(fisher, 16));
        const auto scaleOf = [&](std::size_t row) { return scaleValue(encoding.scale, loadScale(encoding.scale, packed.scales.data() + row * 2)); };
        QCOMPARE(scaleOf(0), 0.31640625f);  // candidate 14, 1 - 14 * 0.0488
        QCOMPARE(scaleOf(1), 1.0f);
    }

    void whatIsNotKnownCountsAlike() {
        const Matrix matrix = randomMatrix(5, 300, 8);
        const std::vector<float> none(1500, 0.0f), same(1500, 0.37f);
        for (const std::string& name : searchable()) {
            const Packed searched = packedOf(matrix, format::get(name + "-mse").encoding);
            const Encoding& encoding = format::get(name + "-fisher").encoding;
            QVERIFY2(packedOf(matrix, encoding) == searched, name.c_str());
            QVERIFY2(packedOf(matrix, encoding, inputOf(none, 300)) == searched, name.c_str());
            QVERIFY2(packedOf(matrix, encoding, inputOf(same, 300)) == searched, name.c_str());
        }
    }

    void groupsThatNothingReachedCountAlike() {
        const Matrix matrix = randomMatrix(4, 256, 8);
        std::vector<float> fisher = randomWeights(4 * 256, 5);
        for (std::size_t row = 0; row < 4; ++row)
            std::fill_n(fisher.begin() + static_cast<std::ptrdiff_t>(row * 256 + 64), 64, 0.0f);
        const Matrix blind = comesBack(matrix, "int3-g64-mse"), found = comesBack(matrix, "int3-g64-fisher", inputOf(fisher, 256));
        bool differs = false;
        for (std::size_t k = 0; k < matrix.numbers.size(); ++k)
            if (k % 256 / 64 == 1)
                QCOMPARE(found.numbers[k], blind.numbers[k]);
            else
                differs = differs || found.numbers[k] != blind.numbers[k];
        QVERIFY(differs);
    }

    void theLossIsSmallerThanThatOfOtherSearches() {
        const Matrix matrix = randomMatrix(40, 512, 3);
        const std::vector<float> fisher = randomWeights(40 * 512, 4);
        for (const std::string& name : searchable()) {
            const double blind = loss(matrix, comesBack(matrix, name + "-mse"), fisher);
            const double found = loss(matrix, comesBack(matrix, name + "-fisher", inputOf(fisher, 512)), fisher);
            QVERIFY2(found < blind, name.c_str());
        }
    }

    /// The table's numbers are those of what is packed under the codes of the same entries, in float64.
    void theTableIsComputedFromThePackedBytes() {
        const Matrix matrix = randomMatrix(20, 768, 5);
        const std::vector<float> fisher = randomWeights(20 * 768, 7);
        std::vector<Encoding> palette;
        std::vector<float> scales;
        for (const std::string& name : searchable()) {
            palette.push_back(format::get(name + "-fisher").encoding);
            scales.push_back(globalScaleFor(palette.back(), largestMagnitude(matrix.view())));
        }
        const auto sums = errorStats(matrix.view(), palette, scales, fisher.data(), nullptr);
        const auto slow = reference::errorStats(matrix.view(), palette, scales, fisher.data(), nullptr);
        for (std::size_t f = 0; f < palette.size(); ++f) {
            const std::string& name = searchable()[f];
            const double expected = loss(matrix, comesBack(matrix, name + "-fisher", inputOf(fisher, 768)), fisher);
            QVERIFY2(std::fabs(sums[f].fisher - expected) <= 1e-5 * expected, name.c_str());
            QVERIFY2(sums[f].fisher == slow[f].fisher && sums[f].squared == slow[f].squared, name.c_str());
        }
    }
};

DQ_TEST(SensitivityTest);
#include "sensitivity_test.moc"
