#include <algorithm>
#include <bit>

#include "kernels/gguf/gguf.hpp"
#include "kernels/simd/targets.hpp"
#include "tests/kernels/gguf_rows.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::test;
namespace gguf = kernels::gguf;
namespace simd = kernels::simd;

namespace {

/// Forces one vector unit for as long as it lives.
class Forced {
public:
    explicit Forced(const std::string& name) { simd::forceTarget(name); }
    ~Forced() { simd::forceTarget(""); }
    Forced(const Forced&) = delete;
    Forced& operator=(const Forced&) = delete;
};

std::vector<std::byte> byReference(gguf::Type type, std::span<const float> weights, std::size_t cols,
                                   const float* importance) {
    const std::size_t bytes = gguf::rowBytes(type, cols);
    std::vector<std::byte> out(weights.size() / cols * bytes);
    for (std::size_t row = 0; row < weights.size() / cols; ++row)
        gguf::reference::quantizeRow(type, weights.subspan(row * cols, cols), importance,
                                     std::span(out).subspan(row * bytes, bytes));
    return out;
}

std::vector<std::byte> fast(gguf::Type type, std::span<const float> weights, std::size_t cols,
                            const float* importance) {
    std::vector<std::byte> out(weights.size() / cols * gguf::rowBytes(type, cols));
    gguf::quantizeRows(type, weights, cols, importance, out);
    return out;
}

std::string where(const gguf::TypeInfo& info, const std::string& rows, Importance importance) {
    return std::string(info.name) + ", " + rows + " rows, importance " +
           std::to_string(static_cast<int>(importance));
}

/// Every type must give the reference's bytes for these weights, without importance and with the given kind.
std::string firstDifference(std::span<const float> weights, std::size_t cols, const std::string& rows,
                            Importance kind) {
    const std::vector<float> importance = makeImportance(kind, cols, 3);
    for (const float* used : std::initializer_list<const float*>{nullptr, importance.data()})
        for (const gguf::TypeInfo& info : gguf::types())
            if (cols % info.blockWeights == 0 &&
                fast(info.type, weights, cols, used) != byReference(info.type, weights, cols, used))
                return where(info, rows, used ? kind : Importance::None);
    return {};
}

}  // namespace

class GgufSimdTest : public QObject {
    Q_OBJECT

private slots:
    void everyUnitGivesTheReferencesBytes_data() {
        QTest::addColumn<QString>("target");
        for (const std::string& target : simd::targets())
            QTest::newRow(target.c_str()) << QString::fromStdString(target);
        if (simd::targets().empty()) QTest::newRow("none") << QString();
    }

    void everyUnitGivesTheReferencesBytes() {
        QFETCH(QString, target);
        const Forced forced(target.toStdString());
        for (int kind = 0; kind < rowKinds; ++kind) {
            const auto rows = static_cast<Rows>(kind);
            const auto importance = static_cast<Importance>(1 + kind % (importanceKinds - 1));
            QCOMPARE(firstDifference(makeRows(rows, 9, 512, 5), 512, nameOf(rows), importance),
                     std::string());
        }
    }

    void everyNumberOfBlocksAroundABatch() {
        for (const std::string& target : simd::targets()) {
            const Forced forced(target);
            for (const std::size_t rows : {1u, 3u, 4u, 5u, 8u, 15u, 16u, 17u, 33u})
                QCOMPARE(firstDifference(makeRows(Rows::HeavyTailed, rows, 32, rows), 32,
                                         std::to_string(rows), Importance::Random),
                         std::string());
            for (const std::size_t rows : {1u, 5u, 16u, 17u})
                QCOMPARE(firstDifference(makeRows(Rows::HeavyTailed, rows, 256, rows), 256,
                                         std::to_string(rows), Importance::LikeReal),
                         std::string());
        }
    }

    void halvesAndBrainsRoundAsTheReferenceAtEveryStep() {
        std::vector<float> weights;
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
            for (const std::uint32_t low :
                 {0u, 1u, 0x0fffu, 0x1000u, 0x1001u, 0x7fffu, 0x8000u, 0x8001u, 0xf000u, 0xffffu})
                weights.push_back(std::bit_cast<float>((bits << 16) | low));  // NaN and infinity too

        for (const gguf::Type type : {gguf::Type::F16, gguf::Type::Bf16})
            QVERIFY(fast(type, weights, weights.size(), nullptr) ==
                    byReference(type, weights, weights.size(), nullptr));
    }

    void neighboursOfADegenerateBlockAreNotTouched() {
        auto weights = makeRows(Rows::Gaussian, 16, 256, 8);
        const auto denormal = makeRows(Rows::Denormal, 1, 256, 8);
        std::copy(denormal.begin(), denormal.end(), weights.begin() + 5 * 256);
        std::fill_n(weights.begin() + 9 * 256 + 64, 32, 0.0f);

        QCOMPARE(firstDifference(weights, 256, "mixed", Importance::WithZeros), std::string());
    }
};

DQ_TEST(GgufSimdTest);
#include "gguf_simd_test.moc"
