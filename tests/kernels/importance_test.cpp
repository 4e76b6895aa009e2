// Scales chosen under the importance of the columns.
#include "kernels/importance.hpp"

#include <algorithm>

#include "kernels/error_stats.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/group_scale.hpp"
#include "kernels/scale.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

const std::vector<std::string>& weighted() {
    static const std::vector<std::string> names{"int2-g32",  "int3-g64", "int4-g32",  "int4a-g32", "int4-g256", "nvfp4",
                                                "nf4-g64",   "mxfp4",    "int2a-g16", "int8-g128"};
    return names;
}

double weightedError(const Matrix& matrix, const Matrix& back, const std::vector<float>& moment) {
    double sum = 0;
    for (std::size_t k = 0; k < matrix.numbers.size(); ++k) {
        const double off = double{matrix.numbers[k]} - double{back.numbers[k]};
        sum += double{moment[k % moment.size()]} * off * off;
    }
    return sum;
}

Matrix comesBack(const Matrix& matrix, const std::string& format, const std::vector<float>& moment) {
    const Encoding& encoding = format::get(format).encoding;
    return unpackedOf(packedOf(matrix, encoding, {moment}), encoding, matrix.rows, matrix.cols);
}

}  // namespace

class ImportanceTest : public QObject {
    Q_OBJECT

private slots:
    /// Codes -2 .. 1. The large weight hardly counts, so that the scale fits the other: candidate 14, 1 - 14 * 0.0488.
    void theScaleFitsWhatMatters() {
        std::vector<float> group(16, 0.0f), importance(16, 0.0f);
        group[0] = 1.0f, group[1] = 0.3f;
        importance[0] = 0.01f, importance[1] = 1.0f;
        const Encoding& encoding = format::get("int2-g16-imx").encoding;

        const GroupScale found = groupScale(group, encoding, 1, importance.data());
        const GroupScale blind = groupScale(group, encoding, 1, nullptr);

        QCOMPARE(scaleValue(encoding.scale, found.bits), 0.31640625f);
        QCOMPARE(scaleValue(encoding.scale, blind.bits), 1.0f);
        QVERIFY(blind == groupScale(group, format::get("int2-g16-mse").encoding, 1, importance.data()));
    }

    void whatIsNotKnownCountsAlike() {
        const Matrix matrix = randomMatrix(5, 300, 8);
        const std::vector<float> none(300, 0.0f), same(300, 0.37f);
        for (const std::string& name : weighted()) {
            const Packed searched = packedOf(matrix, format::get(name + "-mse").encoding);
            const Encoding& encoding = format::get(name + "-imx").encoding;
            QVERIFY2(packedOf(matrix, encoding) == searched, name.c_str());
            QVERIFY2(packedOf(matrix, encoding, {none}) == searched, name.c_str());
            QVERIFY2(packedOf(matrix, encoding, {same}) == searched, name.c_str());
        }
    }

    /// Columns that met nothing but zeros say nothing about their own group; the others are weighed as ever.
    void groupsThatMetOnlyZerosCountAlike() {
        const Matrix matrix = randomMatrix(4, 256, 8);
        std::vector<float> moment = randomWeights(256, 5);
        std::fill_n(moment.begin() + 64, 64, 0.0f);
        const Matrix blind = comesBack(matrix, "int3-g64-mse", moment), found = comesBack(matrix, "int3-g64-imx", moment);
        bool differs = false;
        for (std::size_t k = 0; k < matrix.numbers.size(); ++k)
            if (k % 256 / 64 == 1)
                QCOMPARE(found.numbers[k], blind.numbers[k]);
            else
                differs = differs || found.numbers[k] != blind.numbers[k];
        QVERIFY(differs);
    }

    void theWeighedErrorIsSmallerThanWithoutImportance() {
        const Matrix matrix = randomMatrix(40, 512, 3);
        const std::vector<float> moment = randomWeights(512, 4);
        for (const std::string& name : weighted()) {
            const double plain = weightedError(matrix, comesBack(matrix, name, moment), moment);
            const double blind = weightedError(matrix, comesBack(matrix, name + "-mse", moment), moment);
            const double found = weightedError(matrix, comesBack(matrix, name + "-imx", moment), moment);
            QVERIFY2(found < blind && found < plain, name.c_str());
        }
    }

    void onlyTheirRatiosMatter() {
        const Matrix matrix = randomMatrix(5, 300, 8);
        const std::vector<float> moment = randomWeights(300, 4);
        for (const float factor : {0x1p-60f, 0x1p40f, 0x1p100f}) {
            std::vector<float> other = moment;
            for (float& one : other)
                one *= factor;
            for (const std::string& name : weighted()) {
                const Encoding& encoding = format::get(name + "-imx").encoding;
                QVERIFY2(packedOf(matrix, encoding, {other}) == packedOf(matrix, encoding, {moment}), name.c_str());
            }
        }
    }

    /// The table's numbers are those of what is packed under the same importance, in float64.
    void theTableIsComputedFromThePackedBytes() {
        const Matrix matrix = randomMatrix(20, 768, 5);
        const std::vector<float> moment = randomWeights(768, 7);
        std::vector<std::string> names{"q2_k-imx", "q3_k-imx", "q4_k-imx", "q5_k-imx", "q6_k-imx", "q4_0-imx", "q4_1-imx",
                                       "q5_0-imx", "q5_1-imx", "iq4_nl-imx", "iq4_xs-imx"};
        for (const std::string& name : weighted())
            names.push_back(name + "-imx");
        std::vector<Encoding> palette;
        std::vector<float> scales;
        for (const std::string& name : names) {
            palette.push_back(format::get(name).encoding);
            scales.push_back(globalScaleFor(palette.back(), largestMagnitude(matrix.view())));
        }
        const auto sums = errorStats(matrix.view(), palette, scales, nullptr, moment.data());
        const auto slow = reference::errorStats(matrix.view(), palette, scales, nullptr, moment.data());
        for (std::size_t f = 0; f < names.size(); ++f) {
            const double expected = weightedError(matrix, comesBack(matrix, names[f], moment), moment);
            QVERIFY2(std::fabs(sums[f].activation - expected) <= 1e-5 * expected, names[f].c_str());
            QVERIFY2(std::fabs(slow[f].activation - expected) <= 1e-5 * expected, names[f].c_str());
            QCOMPARE(sums[f].largest, slow[f].largest);
        }
    }

    void blockTypesAreTheStockQuantizersUnderThatImportance() {
        const Matrix matrix = randomMatrix(19, 512, 6);
        const std::vector<float> moment = randomWeights(512, 9), none(512, 0.0f);
        for (const gguf::TypeInfo& info : gguf::types()) {
            if (!info.usesImportance) continue;
            std::string name(info.name);
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            const Encoding &encoding = format::get(name + "-imx").encoding, &plain = format::get(name).encoding;
            Packed expected = emptyPacked(encoding, 19, 512), slow = expected;
            gguf::quantizeRows(info.type, matrix.numbers, 512, moment.data(), expected.codes);
            reference::quantizePack(matrix.view(), encoding, 1, slow.codes, slow.scales, {moment});
            QVERIFY2(packedOf(matrix, encoding, {moment}) == expected, name.c_str());
            QVERIFY2(slow == expected, name.c_str());
            QVERIFY2(packedOf(matrix, plain, {moment}) != expected, name.c_str());
            QVERIFY2(packedOf(matrix, encoding, {none}) == packedOf(matrix, plain), name.c_str());
        }
    }
};

DQ_TEST(ImportanceTest);
#include "importance_test.moc"
