#include "core/base/dtype.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::uint32_t bitsOf(float value) {
    return std::bit_cast<std::uint32_t>(value);
}

/// The half's value from its definition, in double.
double halfByDefinition(int bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    const double magnitude =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

/// Checks that everything from `low` to `next` (neighbours, positive) goes to the nearer one, the middle to
/// the even.
template <class Encode>
bool roundsBetween(Encode encode, int low, double lowValue, double nextValue) {
    const auto middle = static_cast<float>((lowValue + nextValue) / 2);
    const int even = low % 2 == 0 ? low : low + 1;
    return encode(middle) == even && encode(std::nextafter(middle, 0.0f)) == low &&
           encode(std::nextafter(middle, std::numeric_limits<float>::infinity())) == low + 1;
}

}  // namespace

class DtypeTest : public QObject {
    Q_OBJECT

private slots:
    void namesAndSizesAreThoseOfSafetensors() {
        const std::vector<std::pair<const char*, std::size_t>> all{
            {"F64", 8},     {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"F8_E4M3", 1},
            {"F8_E5M2", 1}, {"I64", 8}, {"I32", 4}, {"I16", 2},  {"I8", 1},
            {"U64", 8},     {"U32", 4}, {"U16", 2}, {"U8", 1},   {"BOOL", 1}};
        for (const auto& [name, size] : all) {
            QVERIFY2(dtypeOf(name).has_value(), name);
            QCOMPARE(elementSize(*dtypeOf(name)), size);
            QCOMPARE(std::string(dtypeName(*dtypeOf(name))), std::string(name));
        }
        QVERIFY(!dtypeOf("bf16") && !dtypeOf("") && !dtypeOf("F4"));
        QVERIFY(dtypeOf("BF16") == DType::BF16 && dtypeOf("BOOL") == DType::Bool &&
                dtypeOf("U8") == DType::U8);
    }

    void everyHalfHasItsValueAndComesBack() {
        for (int bits = 0; bits < 65536; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            const float value = fromF16(half);
            if ((bits & 0x7c00) == 0x7c00) {
                QCOMPARE(std::isinf(value), (bits & 1023) == 0);
                QCOMPARE(std::isnan(value), (bits & 1023) != 0);
                QCOMPARE(std::signbit(value), bits >= 0x8000);
                if (std::isnan(value))
                    QVERIFY((toF16(value) & 0x7c00) == 0x7c00 && (toF16(value) & 1023) != 0);
                if (std::isinf(value)) QCOMPARE(toF16(value), half);
                continue;
            }
            QCOMPARE(bitsOf(value), bitsOf(static_cast<float>(halfByDefinition(bits))));
            QCOMPARE(toF16(value), half);
        }
    }

    void everyMiddleOfTwoHalvesGoesToTheEvenOne() {
        for (int low = 0; low < 0x7bff; ++low) {
            const auto up = [](float x) { return int{toF16(x)}; };
            const auto down = [](float x) { return toF16(-x) ^ 0x8000; };
            QVERIFY(roundsBetween(up, low, halfByDefinition(low), halfByDefinition(low + 1)));
            QVERIFY(roundsBetween(down, low, halfByDefinition(low), halfByDefinition(low + 1)));
        }
        QCOMPARE(int{toF16(65519.996f)}, 0x7bff);
        QCOMPARE(int{toF16(65520.0f)}, 0x7c00);
        QCOMPARE(int{toF16(std::numeric_limits<float>::max())}, 0x7c00);
        QCOMPARE(int{toF16(std::numeric_limits<float>::denorm_min())}, 0);
        QCOMPARE(int{toF16(-0.0f)}, 0x8000);
    }

    void everyBf16ComesBackAndMiddlesGoToTheEvenOne() {
        for (int bits = 0; bits < 65536; ++bits) {
            const float value = fromBf16(static_cast<std::uint16_t>(bits));
            if (std::isnan(value)) {
                QVERIFY(std::isnan(fromBf16(toBf16(value))));
                continue;
            }
            QCOMPARE(int{toBf16(value)}, bits);
        }
        for (int low = 0; low < 0x7f7f; ++low) {
            const double value = fromBf16(static_cast<std::uint16_t>(low));
            const double next = fromBf16(static_cast<std::uint16_t>(low + 1));
            QVERIFY(roundsBetween([](float x) { return int{toBf16(x)}; }, low, value, next));
            QVERIFY(roundsBetween([](float x) { return toBf16(-x) ^ 0x8000; }, low, value, next));
        }
        QCOMPARE(int{toBf16(std::numeric_limits<float>::max())}, 0x7f80);
    }

    void nansWithLowBitsOnlyStayNans() {
        for (const std::uint32_t bits : {0x7f800001u, 0xff800001u, 0x7fffffffu, 0xffffffffu, 0x7fc00000u}) {
            const auto nan = std::bit_cast<float>(bits);
            QVERIFY(std::isnan(fromBf16(toBf16(nan))));
            QVERIFY(std::isnan(fromF16(toF16(nan))));
        }
    }

    void readsElementsAtAnyAlignment() {
        const std::vector<float> numbers{1.5f, -2.0f, 0.0f, 448.0f};
        for (const DType type : {DType::F32, DType::F16, DType::BF16}) {
            std::vector<std::byte> bytes(1 + 4 * elementSize(type));
            for (std::size_t i = 0; i < 4; ++i) {
                const std::uint16_t half = type == DType::F16 ? toF16(numbers[i]) : toBf16(numbers[i]);
                std::byte* const to = bytes.data() + 1 + i * elementSize(type);
                if (type == DType::F32) std::memcpy(to, &numbers[i], 4);
                if (type != DType::F32) std::memcpy(to, &half, 2);
            }
            std::vector<float> back(4);
            toFloat(type, std::span(bytes).subspan(1), back);
            QCOMPARE(back, numbers);
        }
        toFloat(DType::BF16, {}, {});
    }

    void refusesTypesThatAreNoWeights() {
        std::vector<float> out(1);
        const std::vector<std::byte> bytes(8);
        DQ_THROWS(toFloat(DType::I64, bytes, out), "I64");
        DQ_THROWS(toFloat(DType::F8E4M3, std::span(bytes).first(1), out), "F8_E4M3", "BF16");
    }
};

DQ_TEST(DtypeTest);
#include "dtype_test.moc"
