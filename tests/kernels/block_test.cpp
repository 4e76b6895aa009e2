// GGUF's block types through the doors every format goes through.
#include "kernels/error_stats.hpp"
#include "kernels/gguf/gguf.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

std::vector<std::string> blockNames() {
    std::vector<std::string> names = format::palette("gguf").formats;
    names.pop_back();  // bf16
    for (const char* more : {"f16", "mxfp4-gguf", "nvfp4-gguf"})
        names.emplace_back(more);
    return names;
}

}  // namespace

class BlockTest : public QObject {
    Q_OBJECT

private slots:
    void everyTypeHasAFormatWithItsBytes() {
        QCOMPARE(format::get("q4_k").bytes(3, 512), 3 * 2 * 144);
        QCOMPARE(format::get("q8_0").bytes(1, 64), 68);
        QCOMPARE(format::get("iq4_xs").bytes(1, 256), 136);
        QCOMPARE(format::get("mxfp4-gguf").bytes(1, 32), 17);
        QVERIFY(!format::find("q4_K") && !format::find("q4_x") && !format::find("f32"));
    }

    /// As stock llama-quantize: rows that 256 does not divide take a type with blocks of 32, others F16.
    void rowsThatNoBlockDividesFallBackAndArePricedSo() {
        QCOMPARE(format::get("q4_k").bytes(1, 288), 9 * 22);
        QCOMPARE(format::get("q6_k").bytes(1, 100), 200);
    }

    void packedRowsAreTheBlockQuantizersBytes() {
        const Matrix matrix = randomMatrix(37, 256, 3);
        for (const std::string& name : blockNames()) {
            const Encoding& encoding = format::get(name).encoding;
            const Packed packed = packedOf(matrix, encoding);
            std::vector<std::byte> expected(packed.codes.size());
            gguf::quantizeRows(static_cast<gguf::Type>(encoding.block), matrix.numbers, 256, nullptr, expected);
            QVERIFY2(packed.codes == expected && packed.scales.empty(), name.c_str());
            Packed slow = emptyPacked(encoding, 37, 256);
            reference::quantizePack(matrix.view(), encoding, 1, slow.codes, slow.scales);
            QVERIFY2(slow.codes == expected, name.c_str());
        }
    }

    /// The table's numbers are those of quantizing, dequantizing and subtracting, in float64.
    void errorsAreThoseOfTheWeightsThatComeBack() {
        const Matrix matrix = randomMatrix(35, 512, 5);
        const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 6), moment = randomWeights(512, 7);
        std::vector<Encoding> palette{format::get("int4-g32").encoding};
        for (const std::string& name : blockNames())
            palette.push_back(format::get(name).encoding);
        palette.push_back(format::get("bf16").encoding);
        const std::vector<float> scales(palette.size(), 1.0f);

        const auto sums = errorStats(matrix.view(), palette, scales, fisher.data(), moment.data());

        const auto slow = reference::errorStats(matrix.view(), palette, scales, fisher.data(), moment.data());
        for (std::size_t f = 0; f < palette.size(); ++f) {
            const Matrix back = unpackedOf(packedOf(matrix, palette[f]), palette[f], matrix.rows, matrix.cols);
            double squared = 0, loss = 0;
            for (std::size_t k = 0; k < matrix.numbers.size(); ++k) {
                const double off = double{matrix.numbers[k]} - double{back.numbers[k]};
                squared += off * off;
                loss += 0.5 * double{fisher[k]} * off * off;
            }
            // One float subtraction a weight and another order of adding.
            QVERIFY(std::abs(sums[f].squared - squared) <= 1e-5 * squared);
            QVERIFY(std::abs(sums[f].fisher - loss) <= 1e-5 * loss);
            QVERIFY(std::abs(sums[f].activation - slow[f].activation) <= 1e-5 * slow[f].activation);
            QCOMPARE(sums[f].largest, slow[f].largest);
        }
    }

    void emptyMatricesAreNoTrouble() {
        const Matrix none(0, 256), narrow(3, 0);
        const std::vector<Encoding> palette{format::get("q4_k").encoding};
        const std::vector<float> scales{1.0f};
        QCOMPARE(errorStats(none.view(), palette, scales, nullptr, nullptr)[0].squared, 0.0);
        QCOMPARE(errorStats(narrow.view(), palette, scales, nullptr, nullptr)[0].squared, 0.0);
        QVERIFY(packedOf(none, palette[0]).codes.empty());
    }
};

DQ_TEST(BlockTest);
#include "block_test.moc"
