#include "kernels/matrix_scales.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>

#include "kernels/dynamic_map.hpp"
#include "kernels/element.hpp"
#include "kernels/error_stats.hpp"
#include "tests/kernels/golden_matrix.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

float floatAt(const std::vector<std::byte>& bytes, std::size_t begin) {
    float number = 0;
    std::memcpy(&number, bytes.data() + begin, 4);
    return number;
}

/// The matrix of tests/fixtures/kernels/make_double_quant.py.
Matrix peersMatrix() {
    Matrix matrix = goldenMatrix(256, 300);
    for (float& number : matrix.numbers)
        number = std::nearbyint(number * 4096) / 4096;
    return matrix;
}

std::vector<std::string> peersLines() {
    std::ifstream file(DQ_SOURCE_DIR "/tests/fixtures/kernels/double_quant.txt");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

std::string fnv(std::span<const std::byte> bytes) {
    std::uint64_t digest = 0xcbf29ce484222325u;
    for (const std::byte byte : bytes)
        digest = (digest ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
    return QByteArray::number(static_cast<qulonglong>(digest), 16).rightJustified(16, '0').toStdString();
}

std::string hex(std::span<const std::byte> bytes) {
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())).toHex().toStdString();
}

}  // namespace

class MatrixScalesTest : public QObject {
    Q_OBJECT

private slots:
    void tilesHaveTheirOwnLargestWeight() {
        Matrix matrix(130, 200);
        matrix.numbers[0] = 448;                   // tile 0 0: scale 1
        matrix.numbers[127 * 200 + 128] = -896;    // tile 0 1: scale 2
        matrix.numbers[128 * 200 + 5] = 44.8f;     // tile 1 0
        matrix.numbers[3] = 17;                    // a tie of 16 and 18: the even code
        const Packed packed = packedOf(matrix, encodingOf("fp8-e4m3-block"));

        QCOMPARE(packed.scales.size(), std::size_t{4 * 4});
        QCOMPARE(floatAt(packed.scales, 0), 1.0f);
        QCOMPARE(floatAt(packed.scales, 4), 2.0f);
        QCOMPARE(floatAt(packed.scales, 8), 44.8f / 448);
        QCOMPARE(floatAt(packed.scales, 12), 0.0f);
        const Matrix back = unpackedOf(packed, encodingOf("fp8-e4m3-block"), 130, 200);
        QCOMPARE(back.numbers[0], 448.0f);
        QCOMPARE(back.numbers[3], 16.0f);
        QCOMPARE(back.numbers[127 * 200 + 128], -896.0f);
    }

    /// Two groups, of largest weights 1 and 3: mean 2, peak 1, so that the indices say -1 and 1, of which the map has 1 only.
    void doubleQuantizationByHand() {
        Matrix matrix(1, 128);
        matrix.numbers[0] = 1;
        matrix.numbers[127] = -3;
        const Packed packed = packedOf(matrix, encodingOf("nf4-g64-dq"));

        QCOMPARE(packed.scales.size(), std::size_t{2 + 4 + 4});
        QCOMPARE(int(packed.scales[0]), 0);
        QCOMPARE(int(packed.scales[1]), 255);
        QCOMPARE(floatAt(packed.scales, 2), 1.0f);
        QCOMPARE(floatAt(packed.scales, 6), 2.0f);
        const Matrix back = unpackedOf(packed, encodingOf("nf4-g64-dq"), 1, 128);
        QCOMPARE(back.numbers[0], dynamicMap()[0] + 2.0f);
        QCOMPARE(back.numbers[127], -3.0f);
        QCOMPARE(back.numbers[1], 0.0f);
    }

    void bytesAreThoseOfBitsandbytes() {
        const Matrix matrix = peersMatrix();
        const auto lines = peersLines();
        QCOMPARE(lines.size(), std::size_t{4});
        for (const std::string& line : lines) {
            if (line.starts_with("map")) {
                QCOMPARE(line, "map " + hex(std::as_bytes(dynamicMap())));
                continue;
            }
            const Encoding& encoding = format::get(line.substr(0, line.find(' '))).encoding;
            const Packed packed = packedOf(matrix, encoding);
            const auto groups = static_cast<std::size_t>(300 * groupsPerRow(encoding, 256));
            const std::span<const std::byte> scales(packed.scales);
            const std::string codes = encoding.element == Element::Fp4 ? "-" : fnv(packed.codes);
            const std::string found = line.substr(0, line.find(' ')) + " " + codes + " " + hex(scales.first(groups)) + " " +
                                      hex(scales.subspan(groups, scales.size() - groups - 4)) + " " + hex(scales.last(4));
            QCOMPARE(QString::fromStdString(found), QString::fromStdString(line));
        }
    }

    void everyNumberOfTheDynamicMapComesBack() {
        for (int code = 0; code < 256; ++code)
            QCOMPARE(int{toDynamic(dynamicMap()[static_cast<std::size_t>(code)])}, code);
        QCOMPARE(int{toDynamic(-7.0f)}, 0);
        QCOMPARE(int{toDynamic(7.0f)}, 255);
        for (std::size_t i = 0; i + 1 < 256; ++i) {
            const float middle = (dynamicMap()[i] + dynamicMap()[i + 1]) / 2;
            QCOMPARE(std::size_t{toDynamic(std::nextafter(middle, -2.0f))}, i);
            QCOMPARE(std::size_t{toDynamic(middle)}, i);
            QCOMPARE(std::size_t{toDynamic(std::nextafter(middle, 2.0f))}, i + 1);
        }
    }

    void allCodesRoundTripInTiles() {
        const Encoding& encoding = encodingOf("fp8-e4m3-block");
        Packed packed = emptyPacked(encoding, 200, 150);
        for (std::size_t k = 0; k < packed.codes.size(); ++k) {
            const auto code = static_cast<std::uint8_t>(k % 256);
            packed.codes[k] = static_cast<std::byte>((code & 0x7f) == 0x7f ? 0x7e : code);  // no NaN
        }
        for (std::size_t t = 0; t < 4; ++t) {
            const float scale = 0.01f * static_cast<float>(t + 1);
            std::memcpy(packed.scales.data() + 4 * t, &scale, 4);
        }
        const Matrix matrix = unpackedOf(packed, encoding, 200, 150);

        QVERIFY(packedOf(matrix, encoding).codes == packed.codes);
    }

    /// What the pass brings are rows of a matrix: their errors are those of the whole, wherever they are cut.
    void slabsKnowTheWholeMatrix() {
        const Matrix matrix = randomMatrix(300, 200, 8);
        const std::vector<Encoding> palette{encodingOf("fp8-e4m3-block"), encodingOf("int4-g32"), encodingOf("nf4-g64-dq"),
                                            encodingOf("q8_0"), encodingOf("fp4-g32-dq")};
        const std::vector<float> scales(palette.size(), 1.0f);
        const auto whole = errorStats(matrix.view(), palette, scales, nullptr, nullptr);
        std::vector<MatrixScales> shared;
        for (const Encoding& encoding : palette) {
            if (!sharesScales(encoding)) {
                shared.emplace_back();
                continue;
            }
            GroupMaxima maxima(encoding, 300, 200);
            for (const auto& [first, rows] : {std::pair{0, 70}, {70, 60}, {130, 1}, {131, 169}})
                maxima.add({matrix.view().row(first), rows, 200});
            shared.emplace_back(maxima);
        }
        std::vector<ErrorSums> sums(palette.size());
        for (const auto& [first, rows] : {std::pair{0, 127}, {127, 2}, {129, 171}}) {
            const auto part = errorStats({matrix.view().row(first), rows, 200}, palette, scales, nullptr, nullptr, {shared, first});
            for (std::size_t f = 0; f < palette.size(); ++f)
                sums[f].add(part[f]);
        }

        for (std::size_t f = 0; f < palette.size(); ++f) {
            QVERIFY(std::fabs(sums[f].squared - whole[f].squared) <= 1e-13 * whole[f].squared);  // another order of rows
            QCOMPARE(sums[f].largest, whole[f].largest);
        }
    }

    void edgesOfTheGridAreTilesOfTheirOwn() {
        for (const std::int64_t rows : {0, 1, 127, 128, 129, 256, 257})
            for (const std::int64_t cols : {0, 1, 127, 128, 129, 255}) {
                const Matrix matrix = randomMatrix(rows, cols, static_cast<std::uint32_t>(rows * 1000 + cols));
                for (const char* const name : {"fp8-e4m3-block", "nf4-g64-dq"}) {
                    const Encoding& encoding = encodingOf(name);
                    Packed slow = emptyPacked(encoding, rows, cols);
                    reference::quantizePack(matrix.view(), encoding, 1, slow.codes, slow.scales);
                    QVERIFY2(packedOf(matrix, encoding) == slow, name);
                    const std::vector<Encoding> palette{encoding};
                    const std::vector<float> one{1.0f};
                    const auto fast = errorStats(matrix.view(), palette, one, nullptr, nullptr)[0];
                    const auto expected = reference::errorStats(matrix.view(), palette, one, nullptr, nullptr)[0];
                    QVERIFY2(fast.squared == expected.squared && fast.largest == expected.largest, name);
                }
            }
    }
};

DQ_TEST(MatrixScalesTest);
#include "matrix_scales_test.moc"
