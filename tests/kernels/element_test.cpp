#include "kernels/element.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "core/base/dtype.hpp"
#include "core/format/format.hpp"
#include "kernels/codes.hpp"
#include "kernels/scale.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;

namespace {

const Encoding e4m3{.element = Element::E4M3, .bits = 8, .scale = ScaleType::F32};
const Encoding e2m1{
    .element = Element::E2M1, .bits = 4, .group = 16, .scale = ScaleType::E4M3, .globalScale = true};
const Encoding nf4{.element = Element::Nf4, .bits = 4, .group = 64, .scale = ScaleType::F32};

/// The nearest code of all that are finite, ties to the even one, by trying them all; x >= 0.
int nearestByTrying(const Encoding& encoding, int codes, float x) {
    int best = 0;
    for (int code = 1; code < codes; ++code) {
        const double here = std::fabs(double{decode(encoding, static_cast<std::uint16_t>(code))} - double{x});
        const double there =
            std::fabs(double{decode(encoding, static_cast<std::uint16_t>(best))} - double{x});
        if (here < there || (here == there && code % 2 == 0)) best = code;
    }
    return best;
}

/// Every representable number, the middles between neighbours, and the floats next to both.
std::vector<float> telling(const Encoding& encoding, int codes) {
    std::vector<float> numbers{0.0f, std::numeric_limits<float>::denorm_min(), 1e6f};
    const auto around = [&numbers](float x) {
        for (const float y : {x, std::nextafter(x, 1e30f), std::nextafter(x, -1e30f)})
            if (y >= 0) numbers.push_back(y);
    };
    for (int code = 0; code < codes; ++code) {
        const float low = decode(encoding, static_cast<std::uint16_t>(code));
        around(low);
        if (code + 1 < codes) around((low + decode(encoding, static_cast<std::uint16_t>(code + 1))) / 2);
    }
    return numbers;
}

bool sameBits(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

}  // namespace

class ElementTest : public QObject {
    Q_OBJECT

private slots:
    void e4m3HasTheNumbersOfItsDefinition() {
        for (int code = 0; code < 128; ++code) {
            const int exponent = code >> 3;
            const int fraction = code & 7;
            const double expected = exponent == 0 ? fraction / 8.0 * std::pow(2.0, -6)
                                                  : (1 + fraction / 8.0) * std::pow(2.0, exponent - 7);
            const float positive = fromE4M3(static_cast<std::uint8_t>(code));
            const float negative = fromE4M3(static_cast<std::uint8_t>(code | 0x80));
            if (code == 127) {
                QVERIFY(std::isnan(positive) && std::isnan(negative));
                continue;
            }
            QCOMPARE(double{positive}, expected);
            QVERIFY(sameBits(negative, -positive));
        }
        QCOMPARE(fromE4M3(0x7e), 448.0f);
        QCOMPARE(fromE4M3(0x01), 0x1p-9f);
        QCOMPARE(fromE4M3(0x38), 1.0f);
    }

    void e2m1HasItsEightMagnitudes() {
        const std::vector<float> magnitudes{0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
        for (std::uint8_t code = 0; code < 8; ++code) {
            QCOMPARE(fromE2M1(code), magnitudes[code]);
            QVERIFY(sameBits(fromE2M1(code | 8), -magnitudes[code]));
        }
    }

    void everyCodeComesBack() {
        for (const format::Format& format : format::catalogue())
            for (int code = 0; code < 1 << format.encoding.bits; ++code) {
                const float number = decode(format.encoding, static_cast<std::uint16_t>(code));
                if (!std::isfinite(number)) continue;
                QCOMPARE(int{encode(format.encoding, number)}, code);
            }
    }

    void mxFloatsRoundToTheNearestAndTiesToEven() {
        const std::vector<std::pair<const char*, int>> types{{"mxfp8-e5m2", 0x7c}, {"mxfp6-e2m3", 32}, {"mxfp6-e3m2", 32}};
        for (const auto& [name, codes] : types) {
            const Encoding encoding = format::get(name).encoding;
            const int sign = 1 << (encoding.bits - 1);
            QCOMPARE(decode(encoding, static_cast<std::uint16_t>(codes - 1)), largestCode(encoding));
            QCOMPARE(int{encode(encoding, -1e30f)}, (codes - 1) | sign);
            for (const float x : telling(encoding, codes)) {
                QCOMPARE(int{encode(encoding, x)}, nearestByTrying(encoding, codes, x));
                QCOMPARE(int{encode(encoding, -x)}, nearestByTrying(encoding, codes, x) | sign);
            }
        }
    }

    void fp4IsTheTableOfBitsandbytes() {
        const std::vector<float> magnitudes{0, 5.208333333e-03f, 0.66666667f, 1, 0.33333333f, 0.5f, 0.16666667f, 0.25f};
        for (std::uint8_t code = 0; code < 8; ++code) {
            QCOMPARE(fromFp4(code), magnitudes[code]);
            QCOMPARE(int{toFp4(magnitudes[code])}, int{code});
            if (code > 0) QCOMPARE(int{toFp4(-magnitudes[code])}, code | 8);
        }
        QCOMPARE(int{toFp4(-0.0f)}, 0);
        QCOMPARE(int{toFp4(9.0f)}, 3);
    }

    void smallFloatsRoundToTheNearestAndTiesToEven() {
        for (const float x : telling(e4m3, 0x7f)) {
            QCOMPARE(int{toE4M3(x)}, nearestByTrying(e4m3, 0x7f, x));
            QCOMPARE(int{toE4M3(-x)}, nearestByTrying(e4m3, 0x7f, x) | 0x80);
        }
        for (const float x : telling(e2m1, 8)) {
            QCOMPARE(int{toE2M1(x)}, nearestByTrying(e2m1, 8, x));
            QCOMPARE(int{toE2M1(-x)}, nearestByTrying(e2m1, 8, x) | 8);
        }
    }

    void saturatesInsteadOfInfinity() {
        QCOMPARE(int{toE4M3(1e30f)}, 0x7e);
        QCOMPARE(int{toE4M3(-1e30f)}, 0xfe);
        QCOMPARE(int{toE2M1(1e30f)}, 7);
        QCOMPARE(int{toBf16Saturated(std::numeric_limits<float>::max())}, 0x7f7f);
        QCOMPARE(int{toBf16Saturated(-std::numeric_limits<float>::max())}, 0xff7f);
        QCOMPARE(int{toBf16Saturated(0x1.fep127f)}, 0x7f7f);
        QCOMPARE(int{toBf16Saturated(1.0f)}, 0x3f80);
    }

    void nf4PicksTheNearestLevelAndTheLowerOfTwo() {
        for (std::size_t i = 0; i + 1 < 16; ++i) {
            const double middle = (double{nf4Levels[i]} + double{nf4Levels[i + 1]}) / 2;
            const float near = static_cast<float>(middle);
            for (const float x : {near, std::nextafter(near, 2.0f), std::nextafter(near, -2.0f)})
                QCOMPARE(std::size_t{toNf4(x)}, double{x} > middle ? i + 1 : i);
        }
        QCOMPARE(int{toNf4(-5.0f)}, 0);
        QCOMPARE(int{toNf4(5.0f)}, 15);
        QCOMPARE(int{toNf4(0.0f)}, 7);
        QCOMPARE(decode(nf4, 7), 0.0f);
    }

    void intsRoundTiesToEvenAndClamp() {
        const Encoding int4{.element = Element::Int, .bits = 4, .group = 32, .scale = ScaleType::F16};
        const std::vector<std::pair<float, int>> cases{{0.5f, 0},   {1.5f, 2},    {2.5f, 2},  {-0.5f, 0},
                                                       {-1.5f, -2}, {-2.5f, -2},  {7.5f, 7},  {99.0f, 7},
                                                       {-8.5f, -8}, {-99.0f, -8}, {6.51f, 7}, {-0.0f, 0}};
        for (const auto& [scaled, expected] : cases)
            QCOMPARE(decode(int4, encode(int4, scaled)), static_cast<float>(expected));
    }

    /// Three hundred thousand floats of every exponent and sign, and every number where a decision falls.
    void arithmeticSharedWithDevicesIsTheSame() {
        for (const Encoding& encoding :
             {e4m3, e2m1, nf4, Encoding{}, Encoding{Element::Int, 2, 32, ScaleType::F16},
              Encoding{Element::Int, 5, 32, ScaleType::F16}, Encoding{Element::Int, 8, 32, ScaleType::F16},
              format::get("int3a-g32").encoding, format::get("int12a-g32").encoding, format::get("fp4-g64").encoding,
              format::get("mxfp8-e5m2").encoding, format::get("mxfp6-e2m3").encoding,
              format::get("mxfp6-e3m2").encoding}) {
            const auto agrees = [&encoding](float x) {
                const std::uint16_t code = encode(encoding, x);
                const float fast = codes::rounded(encoding, x);
                return fast == decode(encoding, code) && codes::encode(encoding, x) == code;
            };
            for (std::uint64_t bits = 0; bits < 1ull << 32; bits += 14561) {
                const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
                if (std::isfinite(x)) QVERIFY2(agrees(x), std::to_string(x).c_str());
            }
            const int codes = encoding.bits == 16
                                  ? 0x7f80
                                  : (encoding.element == Element::E4M3   ? 0x7f
                                     : encoding.element == Element::E5M2 ? 0x7c
                                     : encoding.element == Element::E2M3 ? 32
                                     : encoding.element == Element::E3M2 ? 32
                                                                         : 1 << encoding.bits);
            for (const float x : telling(encoding, codes))
                QVERIFY2(agrees(x) && agrees(-x), std::to_string(x).c_str());
        }
    }

    void decodingSharedWithDevicesIsTheSame() {
        for (const format::Format& format : format::catalogue())
            for (int code = 0; code < 1 << format.encoding.bits; ++code) {
                const float slow = decode(format.encoding, static_cast<std::uint16_t>(code));
                const float fast = codes::decode(format.encoding, static_cast<std::uint32_t>(code));
                QVERIFY(sameBits(fast, slow) || (std::isnan(fast) && std::isnan(slow)));
            }
    }

    void scalesSharedWithDevicesAreTheSame() {
        for (const ScaleType type : {ScaleType::F16, ScaleType::E4M3, ScaleType::F32, ScaleType::Bf16, ScaleType::E8M0}) {
            const Encoding encoding{Element::Int, 3, 32, type, type == ScaleType::E4M3};
            for (std::uint64_t bits = 0; bits < 0x7f800000u; bits += 4099) {
                const float largest = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
                const std::uint32_t slow = scaleBitsFor(encoding, largest, 0.37f);
                QCOMPARE(codes::scaleBits(encoding, largestCode(encoding), largest, 0.37f), slow);
                QVERIFY(sameBits(codes::scaleValue(type, slow), scaleValue(type, slow)));
            }
        }
        for (std::uint32_t bits = 0; bits < 65536; ++bits) {
            const float slow = scaleValue(ScaleType::F16, bits);
            const float fast = codes::scaleValue(ScaleType::F16, bits);
            QVERIFY(sameBits(fast, slow) || (std::isnan(fast) && std::isnan(slow)));
        }
    }
};

DQ_TEST(ElementTest);
#include "element_test.moc"
