#include "kernels/gguf/gguf.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "tests/kernels/gguf_rows.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::test;
namespace gguf = kernels::gguf;
using gguf::Type;

namespace {

std::vector<std::byte> quantized(Type type, std::span<const float> weights,
                                 const float* importance = nullptr) {
    std::vector<std::byte> bytes(gguf::rowBytes(type, weights.size()));
    gguf::quantizeRow(type, weights, importance, bytes);
    return bytes;
}

std::vector<float> roundTrip(Type type, std::span<const float> weights, const float* importance = nullptr) {
    std::vector<float> back(weights.size());
    gguf::dequantizeRow(type, quantized(type, weights, importance), back);
    return back;
}

/// 256 weights on the type's own grid, every code in every run, steps of 1/64.
std::vector<float> everyCode(int codes, int lowest) {
    std::vector<float> weights(256);
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] = static_cast<float>(lowest + static_cast<int>(i % static_cast<std::size_t>(codes))) / 64;
    return weights;
}

}  // namespace

class GgufTest : public QObject {
    Q_OBJECT

private slots:
    void theTableIsInTheOrderOfTheEnumAndNamesAreUnique() {
        std::set<std::string_view> names;
        std::set<std::uint32_t> ids;
        for (std::size_t i = 0; i < gguf::types().size(); ++i) {
            const gguf::TypeInfo& info = gguf::types()[i];
            QCOMPARE(static_cast<std::size_t>(info.type), i);
            QCOMPARE(gguf::typeNamed(info.name), &gguf::infoOf(info.type));
            names.insert(info.name);
            ids.insert(info.ggmlId);
        }
        QCOMPARE(names.size(), std::size_t{16});
        QCOMPARE(ids.size(), std::size_t{16});
        QVERIFY(gguf::typeNamed("Q4_k") == nullptr);
    }

    void bitsPerWeightAreStocks() {
        const std::array<double, 16> bits{16,  16, 8.5, 6.5625, 5.5, 4.5,  3.4375, 2.625,
                                          5.5, 6,  4.5, 5,      4.5, 4.25, 4.25,   4.5};
        for (const gguf::TypeInfo& info : gguf::types())
            QCOMPARE(8.0 * static_cast<double>(gguf::rowBytes(info.type, 1024)) / 1024,
                     bits[static_cast<std::size_t>(info.type)]);
    }

    void aRowThatNoBlockDividesFallsBackAsStockDoes() {
        QCOMPARE(gguf::typeFor(Type::Q4_K, 512), Type::Q4_K);
        QCOMPARE(gguf::typeFor(Type::Q2_K, 96), Type::Q4_0);
        QCOMPARE(gguf::typeFor(Type::Q3_K, 96), Type::Q4_0);
        QCOMPARE(gguf::typeFor(Type::Q4_K, 96), Type::Q5_0);
        QCOMPARE(gguf::typeFor(Type::Q5_K, 96), Type::Q5_1);
        QCOMPARE(gguf::typeFor(Type::Q6_K, 96), Type::Q8_0);
        QCOMPARE(gguf::typeFor(Type::Iq4Xs, 96), Type::Iq4Nl);
        QCOMPARE(gguf::typeFor(Type::Nvfp4, 96), Type::F16);
        for (const gguf::TypeInfo& info : gguf::types())
            QCOMPARE(gguf::typeFor(info.type, 172), info.blockWeights == 1 ? info.type : Type::F16);
    }

    void sizesThatDoNotFitAreRefused() {
        const std::vector<float> weights(300);
        std::vector<float> back(256);
        std::vector<std::byte> bytes(144);
        DQ_THROWS(gguf::quantizeRow(Type::Q4_K, weights, nullptr, bytes), "300", "Q4_K", "256");
        DQ_THROWS(gguf::quantizeRow(Type::Q4_K, {weights.data(), 255}, nullptr, bytes), "255", "256");
        DQ_THROWS(gguf::quantizeRow(Type::Q4_0, {weights.data(), 33}, nullptr, bytes), "33", "Q4_0", "32");
        DQ_THROWS(gguf::quantizeRow(Type::Q4_K, {weights.data(), 256}, nullptr, {bytes.data(), 143}), "144",
                  "143");
        DQ_THROWS(gguf::dequantizeRow(Type::Q4_K, {bytes.data(), 100}, back), "144", "100");
        DQ_THROWS(gguf::quantizeRows(Type::Q4_0, weights, 256, nullptr, bytes), "300", "256");
        DQ_THROWS(gguf::quantizeRows(Type::Q4_0, weights, 0, nullptr, bytes), "300");
    }

    void noBlocksAndOneBlock() {
        for (const gguf::TypeInfo& info : gguf::types()) {
            QVERIFY(quantized(info.type, {}).empty());
            const auto weights = makeRows(Rows::Gaussian, 1, info.blockWeights, 2);
            QCOMPARE(quantized(info.type, weights).size(), info.blockBytes);
        }
    }

    void everyCodeComesBack() {
        struct Case {
            Type type;
            int codes;
            int lowest;
        };
        const std::array<Case, 11> cases{{{Type::Q8_0, 32, -15},
                                          {Type::Q6_K, 16, -8},
                                          {Type::Q5_K, 32, -16},
                                          {Type::Q4_K, 16, -9},
                                          {Type::Q3_K, 8, -4},
                                          {Type::Q2_K, 4, -1},
                                          {Type::Q5_0, 32, -16},
                                          {Type::Q5_1, 32, -3},
                                          {Type::Q4_0, 16, -8},
                                          {Type::Q4_1, 16, -5},
                                          {Type::Bf16, 100, -50}}};
        for (const Case& one : cases) {
            const auto weights = everyCode(one.codes, one.lowest);
            const std::vector<float> even(256, 1.0f);
            for (const float* importance : std::initializer_list<const float*>{nullptr, even.data()}) {
                const auto back = roundTrip(one.type, weights, importance);
                for (std::size_t i = 0; i < weights.size();
                     ++i)  // halves hold scales to 1/2048, six bits to 1/64
                    QVERIFY2(std::fabs(back[i] - weights[i]) < 0.25f / 64,
                             gguf::infoOf(one.type).name.data());
            }
        }
    }

    void theLevelsOfTheFourBitTablesComeBackExactly() {
        const std::array<float, 16> levels{-127, -104, -83, -65, -49, -35, -22, -10,
                                           1,    13,   25,  38,  53,  69,  89,  113};
        const std::array<float, 16> fp4{0, 0.5f, 1, 1.5f, 2, 3, 4, 6, 0, -0.5f, -1, -1.5f, -2, -3, -4, -6};
        std::vector<float> uneven(256);
        std::vector<float> floats(256);
        for (std::size_t i = 0; i < 256; ++i) {
            uneven[i] = levels[i % 16] / 256;
            floats[i] = fp4[i % 16] * 4;
        }

        QCOMPARE(roundTrip(Type::Iq4Nl, uneven), uneven);
        QCOMPARE(roundTrip(Type::Iq4Xs, uneven), uneven);
        QCOMPARE(roundTrip(Type::Mxfp4, floats), floats);
        QCOMPARE(roundTrip(Type::Nvfp4, floats), floats);
    }

    void everySixteenBitNumberComesBack() {
        std::vector<float> halves;
        std::vector<float> brains;
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const auto code = static_cast<std::uint16_t>(bits);
            if (std::isfinite(fromF16(code))) halves.push_back(fromF16(code));
            if (std::isfinite(fromBf16(code))) brains.push_back(fromBf16(code));
        }

        QCOMPARE(roundTrip(Type::F16, halves), halves);
        QCOMPARE(roundTrip(Type::Bf16, brains), brains);
    }

    void anyBytesDequantize() {
        Noise noise(4);
        for (const gguf::TypeInfo& info : gguf::types())
            for (int round = 0; round < 200; ++round) {
                std::vector<std::byte> bytes(info.blockBytes);
                for (std::byte& byte : bytes)
                    byte = static_cast<std::byte>(noise.bits());
                std::vector<float> weights(info.blockWeights);
                gguf::dequantizeRow(info.type, bytes, weights);
            }
    }

    void whatIsNotFiniteStillGivesSomeBytes() {
        for (const gguf::TypeInfo& info : gguf::types())
            for (const float bad :
                 {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                  -std::numeric_limits<float>::infinity()}) {
                auto weights = makeRows(Rows::Gaussian, 1, 512, 2);
                weights[300] = bad;
                const auto importance = makeImportance(Importance::Random, 512, 2);
                QCOMPARE(roundTrip(info.type, weights).size(), weights.size());
                QCOMPARE(roundTrip(info.type, weights, importance.data()).size(), weights.size());
            }
    }
};

DQ_TEST(GgufTest);
#include "gguf_test.moc"
