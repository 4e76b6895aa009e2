#include "kernels/quantize_pack.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "core/base/dtype.hpp"
#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/element.hpp"
#include "kernels/scale.hpp"
#include "tests/kernels/every_name.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

std::uint32_t scaleOf(const Packed& packed, const Encoding& encoding, std::size_t index) {
    return loadScale(encoding.scale, packed.scales.data() + index * scaleSize(encoding.scale));
}

Matrix filled(std::int64_t cols, float number) {
    Matrix matrix(1, cols);
    for (float& one : matrix.numbers)
        one = number;
    return matrix;
}

/// The catalogue and one of each kind that only a name calls up.
std::vector<format::Format> everyKind() {
    std::vector<format::Format> all(format::catalogue().begin(), format::catalogue().end());
    for (const char* const name : {"mxfp6-e3m2", "mxfp8-e5m2", "fp8-e4m3-bf16", "fp8-e4m3-tensor", "fp4-g64", "int8-row-f32", "int9-g32",
                                   "int12-g64", "int4-g64-bf16", "int8a-g64", "int12a-g16", "int3a-row", "fp4-g32-dq", "nf4-g256-dq"})
        all.push_back(format::get(name));
    return all;
}

/// Every code that is a number and that the quantizer writes, the ones that decide the scale in every group.
std::vector<std::uint16_t> everyCode(const Encoding& encoding) {
    std::vector<std::uint16_t> first{encode(encoding, largestCode(encoding))};
    if (encoding.zeroPoint) first.push_back(0);
    const int lowestInt = encoding.element == Element::Int && !encoding.zeroPoint ? 1 << (encoding.bits - 1) : -1;
    const int minusZero = encoding.element == Element::Fp4 ? 8 : -1;
    std::vector<std::uint16_t> codes = first;
    for (int code = 0; code < 1 << encoding.bits; ++code) {
        const auto one = static_cast<std::uint16_t>(code);
        if (!std::isfinite(decode(encoding, one)) || code == lowestInt || code == minusZero) continue;
        if (encoding.group > 0 && codes.size() % static_cast<std::size_t>(encoding.group) == 0)
            codes.insert(codes.end(), first.begin(), first.end());
        codes.push_back(one);
    }
    return codes;
}

std::uint32_t someScale(ScaleType type) {
    switch (type) {
        case ScaleType::F16:
            return toF16(0.0123f);
        case ScaleType::E4M3:
            return 0x7e;
        case ScaleType::Bf16:
            return toBf16(0.0123f);
        case ScaleType::E8M0:
            return 120;
        case ScaleType::F32:
        case ScaleType::None:
        case ScaleType::Dynamic8:
            break;
    }
    return std::bit_cast<std::uint32_t>(0.5f);
}

/// Quantized scales that are all 0.5: nothing is off the mean.
void storeHalves(std::size_t groups, std::span<std::byte> bytes) {
    std::fill_n(bytes.begin(), groups, std::byte{127});
    for (std::size_t at = groups; at < bytes.size(); at += 4)
        storeScale(ScaleType::F32, std::bit_cast<std::uint32_t>(at + 4 < bytes.size() ? 1.0f : 0.5f), bytes.data() + at);
}

}  // namespace

class QuantizePackTest : public QObject {
    Q_OBJECT

private slots:
    void int4AgreesWithACalculationByHand() {
        Matrix matrix(1, 4);
        matrix.numbers = {7.0f, -3.5f, 2.5f, -7.0f};  // scale 1: ties at -3.5 and 2.5

        const Packed packed = packedOf(matrix, encodingOf("int4-g32"));

        QCOMPARE(scaleOf(packed, encodingOf("int4-g32"), 0), 0x3c00u);
        QCOMPARE(int(packed.codes[0]), 0xc7);  // 7, -4
        QCOMPARE(int(packed.codes[1]), 0x92);  // 2, -7
        QCOMPARE(unpackedOf(packed, encodingOf("int4-g32"), 1, 4).numbers,
                 (std::vector<float>{7, -4, 2, -7}));
    }

    void nvfp4AgreesWithACalculationByHand() {
        Matrix matrix(1, 17);
        matrix.numbers[0] = -2688.0f;  // global 1, first group's scale 448
        matrix.numbers[1] = 448.0f * 2.5f;
        matrix.numbers[16] = 12.0f;  // second group's scale 2

        const Encoding& nvfp4 = encodingOf("nvfp4");
        const Packed packed = packedOf(matrix, nvfp4);

        QCOMPARE(packed.globalScale, 1.0f);
        QCOMPARE(scaleOf(packed, nvfp4, 0), 0x7eu);
        QCOMPARE(scaleOf(packed, nvfp4, 1), 0x40u);
        QCOMPARE(int(packed.codes[0]), 0x4f);  // low nibble first: -6, then 2.5 -> 2
        QCOMPARE(int(packed.codes[8]), 0x07);
        QCOMPARE(unpackedOf(packed, nvfp4, 1, 17).numbers[1], 896.0f);
    }

    /// Groups made of every code with a scale that the group's largest number gives again.
    void everyCodeOfEveryFormatComesBack() {
        for (const std::string& name : everyName()) {
            const format::Format& format = format::get(name);
            const Encoding& encoding = format.encoding;
            const std::vector<std::uint16_t> codes = everyCode(encoding);
            const auto cols = static_cast<std::int64_t>(codes.size());
            const auto groups = static_cast<std::size_t>(groupsPerRow(encoding, cols));
            Packed packed = emptyPacked(encoding, 1, cols);
            packed.globalScale = encoding.globalScale ? 0.25f : 1.0f;
            if (encoding.groupRows > 1) continue;  // tests/kernels/matrix_scales_test.cpp
            packBits(codes, encoding.bits, packed.codes);
            if (encoding.scale == ScaleType::Dynamic8) storeHalves(groups, packed.scales);
            for (std::size_t g = 0; g < groups && !sharesScales(encoding); ++g)
                storeScale(encoding.scale, someScale(encoding.scale),
                           packed.scales.data() + g * scaleSize(encoding.scale));
            if (encoding.zeroPoint)
                packBits(std::vector<std::uint16_t>(groups, 2), encoding.bits,
                         std::span(packed.scales).subspan(groups * scaleSize(encoding.scale)));

            const Matrix numbers = unpackedOf(packed, encoding, 1, cols);
            const Packed again = packedOf(numbers, encoding);

            QVERIFY2(again == packed, format.name.c_str());
        }
    }

    void zeroPointsAgreeWithACalculationByHand() {
        Matrix matrix(1, 4);
        matrix.numbers = {-1.0f, 0.0f, 1.25f, 2.0f};  // range 3: scale 1, zero point 1; 2.25 is nearest to 2

        const Packed packed = packedOf(matrix, encodingOf("int2a-g32"));

        QCOMPARE(scaleOf(packed, encodingOf("int2a-g32"), 0), 0x3c00u);
        QCOMPARE(int(packed.scales[2]), 1);
        QCOMPARE(int(packed.codes[0]), 0b11100100);
        QCOMPARE(unpackedOf(packed, encodingOf("int2a-g32"), 1, 4).numbers, (std::vector<float>{-1, 0, 1, 2}));
    }

    void mxfp4AgreesWithACalculationByHand() {
        Matrix matrix(1, 4);
        matrix.numbers = {7.9f, -1.2f, 0.26f, 5.0f};  // floor(log2 7.9) = 2, that of 6 too: scale 1; 5 is a tie

        const Packed packed = packedOf(matrix, encodingOf("mxfp4"));

        QCOMPARE(scaleOf(packed, encodingOf("mxfp4"), 0), 127u);
        QCOMPARE(unpackedOf(packed, encodingOf("mxfp4"), 1, 4).numbers, (std::vector<float>{6, -1, 0.5f, 4}));
    }

    void zeroGroupsStayExactlyZero() {
        for (const format::Format& format : everyKind()) {
            Matrix matrix = randomMatrix(2, 300, 5);
            for (std::size_t j = 0; j < 300; ++j)
                matrix.numbers[j] = j % 2 ? 0.0f : -0.0f;
            for (std::size_t j = 300; j < 300 + 128; ++j)
                matrix.numbers[j] = 0.0f;

            const Matrix back = roundTrip(matrix, format.encoding);
            const Matrix none = roundTrip(Matrix(3, 40), format.encoding);

            for (std::size_t j = 0; j < 300 + 128; ++j)
                QVERIFY2(back.numbers[j] == 0, format.name.c_str());
            for (const float number : none.numbers)
                QVERIFY2(number == 0, format.name.c_str());
        }
    }

    void denormalAndHugeWeightsStayFiniteAndClose() {
        const float tiny = std::numeric_limits<float>::denorm_min();
        const float huge = std::numeric_limits<float>::max();
        for (const format::Format& format : everyKind())
            for (const float number : {tiny, 5 * tiny, 0x1p-130f, 1e-30f, 6e-8f, 65504.0f, 1e10f, huge}) {
                const Matrix back = roundTrip(filled(40, -number), format.encoding);
                for (const float one : back.numbers) {
                    QVERIFY2(std::isfinite(one), format.name.c_str());
                    QVERIFY2(one <= 0 && std::fabs(one - -number) <= number, format.name.c_str());
                }
            }
    }

    void scalesNeitherVanishNorOverflow() {
        const Encoding& int8 = encodingOf("int8-g32");
        const Encoding& nvfp4 = encodingOf("nvfp4");
        Matrix mixed(1, 32);
        mixed.numbers[0] = 1.0f;
        mixed.numbers[16] = 1e-7f;  // far below what an E4M3 scale can hold beside 1

        QCOMPARE(scaleOf(packedOf(filled(32, 1e-20f), int8), int8, 0), 1u);
        QCOMPARE(scaleOf(packedOf(filled(32, 1e20f), int8), int8, 0), 0x7bffu);
        QCOMPARE(scaleOf(packedOf(mixed, nvfp4), nvfp4, 1), 1u);
        QCOMPARE(roundTrip(filled(32, 1e20f), int8).numbers[3], 127.0f * 65504.0f);
        QCOMPARE(globalScaleFor(nvfp4, 0.0f), 1.0f);
        QCOMPARE(globalScaleFor(nvfp4, 2688.0f), 1.0f);
        QCOMPARE(globalScaleFor(nvfp4, 2688.5f), 2.0f);
        QCOMPARE(globalScaleFor(nvfp4, 0.03f), 0x1p-16f);
        QVERIFY(globalScaleFor(nvfp4, std::numeric_limits<float>::denorm_min()) > 0);
        QCOMPARE(globalScaleFor(int8, 1e20f), 1.0f);
    }

    void oneOutlierCostsOnlyItsOwnGroup() {
        Matrix matrix = randomMatrix(1, 128, 9);
        for (float& number : matrix.numbers)
            number = std::clamp(number, -0.05f, 0.05f);
        const Matrix calm = roundTrip(matrix, encodingOf("int4-g32"));
        matrix.numbers[40] = 100.0f;

        const Matrix back = roundTrip(matrix, encodingOf("int4-g32"));

        for (std::size_t j = 0; j < 128; ++j) {
            const bool near = j / 32 == 1;
            if (!near) QCOMPARE(back.numbers[j], calm.numbers[j]);
            if (near) QVERIFY(back.numbers[j] == 0 || j == 40);
        }
    }

    void errorStaysWithinHalfAStep() {
        for (int bits = 2; bits <= 8; ++bits) {
            const Encoding encoding{Element::Int, bits, 32, ScaleType::F16};
            const Matrix matrix = randomMatrix(7, 172, 11);
            const Packed packed = packedOf(matrix, encoding);
            const Matrix back = unpackedOf(packed, encoding, 7, 172);
            for (std::size_t k = 0; k < matrix.numbers.size(); ++k) {
                const std::size_t group = k / 172 * 6 + k % 172 / 32;
                const float scale = fromF16(static_cast<std::uint16_t>(scaleOf(packed, encoding, group)));
                // Half a step, and what rounding the scale to half can take from the largest code.
                const float allowed = scale * (0.5f + 0x1p-11f * largestCode(encoding) + 1e-5f);
                QVERIFY(std::fabs(matrix.numbers[k] - back.numbers[k]) <= allowed);
            }
        }
    }

    void dispatchAgreesWithTheReferenceOnEveryShapeAndThreadCount() {
        for (const format::Format& format : everyKind())
            for (const auto& [rows, cols] : shapes()) {
                const Matrix matrix = randomMatrix(rows, cols, 21);
                Packed expected = emptyPacked(format.encoding, rows, cols);
                expected.globalScale = globalScaleFor(format.encoding, largestMagnitude(matrix.view()));
                reference::quantizePack(matrix.view(), format.encoding, expected.globalScale, expected.codes,
                                        expected.scales);
                Matrix numbers(rows, cols);
                reference::dequantize(format.encoding, rows, cols, expected.globalScale, expected.codes,
                                      expected.scales, numbers.numbers);
                for (const int threads : {1, 5}) {
                    limitThreads(threads);
                    const Packed packed = packedOf(matrix, format.encoding);
                    QVERIFY2(packed == expected, format.name.c_str());
                    QCOMPARE(unpackedOf(packed, format.encoding, rows, cols).numbers, numbers.numbers);
                }
            }
        limitThreads(0);
    }

    void anyBytesCanBeDequantized() {
        std::mt19937 generator(2);
        for (const format::Format& format : everyKind()) {
            Packed packed = emptyPacked(format.encoding, 5, 172);
            for (std::byte& byte : packed.codes)
                byte = static_cast<std::byte>(generator() & 0xff);
            for (std::byte& byte : packed.scales)
                byte = static_cast<std::byte>(generator() & 0xff);
            packed.globalScale = -1e30f;
            QCOMPARE(unpackedOf(packed, format.encoding, 5, 172).numbers.size(), std::size_t{5 * 172});
        }
    }

    void largestMagnitudeLooksEverywhere() {
        QCOMPARE(largestMagnitude(Matrix(0, 0).view()), 0.0f);
        for (const std::size_t place : {std::size_t{0}, std::size_t{99999}, std::size_t{199999}}) {
            Matrix matrix(200, 1000);
            matrix.numbers[place] = -3.0f;
            QCOMPARE(largestMagnitude(matrix.view()), 3.0f);
        }
    }
};

DQ_TEST(QuantizePackTest);
#include "quantize_pack_test.moc"
