// A matrix packed where it lies has the bytes of one that was copied out first.
#include "core/export/packing.hpp"

#include <atomic>
#include <cmath>
#include <cstring>
#include <random>

#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "core/checkpoint/gguf/orders.hpp"
#include "core/format/format.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::exporting;
using checkpoint::TensorView;

namespace {

/// Random BF16 weights; `damage` puts a NaN into one of them.
struct Weights {
    std::vector<std::uint16_t> codes;
    TensorView view;

    std::shared_ptr<const checkpoint::Placement> placed(const checkpoint::gguf::Order& order) const {
        auto placement = std::make_shared<checkpoint::Placement>();
        placement->rows.assign(order.size(), nullptr);
        for (std::size_t i = 0; i < order.size(); ++i)
            placement->rows[static_cast<std::size_t>(order[i])] = view.bytes.data() + i * view.bytes.size() / order.size();
        return placement;
    }

    Weights(std::int64_t rows, std::int64_t cols, std::int64_t heads = 0, bool transposed = false) : codes(static_cast<std::size_t>(rows * cols)) {
        std::mt19937 random(7);
        std::normal_distribution<float> normal(0, 0.05f);
        for (std::uint16_t& code : codes) code = toBf16(normal(random));
        view = {"w", DType::BF16, {rows, cols}, std::as_bytes(std::span(codes)), "f", transposed};
        if (heads > 0) view.placement = placed(checkpoint::gguf::interleaved(rows, heads));
    }
};

/// What is taken of `count` rows of BF16, which may come from several threads at once.
template <class Pack>
std::vector<std::byte> bf16Of(std::int64_t count, std::int64_t width, Pack pack) {
    std::vector<std::byte> all(static_cast<std::size_t>(count * width * 2));
    std::atomic<std::int64_t> taken = 0;
    pack([&](std::int64_t first, std::span<const std::byte> bytes) {
        std::ranges::copy(bytes, all.begin() + first * width * 2);
        taken += std::ssize(bytes);
    });
    return taken == std::ssize(all) ? all : std::vector<std::byte>();
}

/// 300 x 512: more rows than one thread takes at a time. The first table is measured by default.
constexpr std::int64_t rows = 300, cols = 512;

}  // namespace

class PackingTest : public QObject {
    Q_OBJECT

private slots:
    void everyFormatGivesTheSameBytes_data() {
        QTest::addColumn<QString>("name");
        for (const format::Format& format : format::catalogue()) QTest::newRow(format.name.c_str()) << QString::fromStdString(format.name);
        for (const char* const name : {"fp8-e4m3-block", "nf4-g64-dq", "fp8-e4m3-tensor", "int4a-g32"}) QTest::newRow(name) << name;
    }
    void everyFormatGivesTheSameBytes() {
        QFETCH(QString, name);
        const format::Format& format = format::get(name.toStdString());
        const Weights weights(rows, cols);
        const std::vector<float> moment(static_cast<std::size_t>(cols), 0.5f);
        const kernels::Input input{.moment = format.looksAtInput() ? std::span<const float>(moment) : std::span<const float>()};
        if (format.needsSensitivities()) return;

        const Packed found = packedMatrix(weights.view, format, input), expected = packed(weights.view.floats(), rows, cols, format, input);

        QVERIFY(found.codes == expected.codes);
        QVERIFY(found.scales == expected.scales);
        QVERIFY(found.zeros == expected.zeros);
        QCOMPARE(found.global, expected.global);
        const std::vector<float> plain = unpacked(expected, rows, cols, format);
        QVERIFY(bf16Of(rows, cols, [&](const TakeBytes& take) { bf16Rows(weights.view, format, input, take); }) == packed(plain, rows, cols, format::get("bf16")).codes);
    }

    void rowsInAnotherOrderAreFound() {
        for (const Weights& weights : {Weights(rows, cols, 3), Weights(rows, cols, 0, true)}) {
            const format::Format& format = format::get("int4-g32");
            const std::vector<float> floats = weights.view.floats();
            QVERIFY(packedMatrix(weights.view, format).codes == packed(floats, rows, cols, format).codes);
            QCOMPARE(largestIn(weights.view), std::abs(*std::ranges::max_element(floats, {}, [](float x) { return std::abs(x); })));
            const std::vector<std::byte> plain = bf16Of(rows, cols, [&](const TakeBytes& take) { ggufBf16Rows(weights.view, take); });
            QVERIFY(plain == packed(floats, rows, cols, format::get("bf16")).codes);
        }
    }

    void damagedWeightsAreCounted() {
        Weights weights(rows, cols);
        weights.codes[100'000] = 0x7fc0;
        DQ_THROWS(packedMatrix(weights.view, format::get("int4-g32")), "1 weights are NaN", "int4-g32");
        const std::vector<std::byte> kept = packedMatrix(weights.view, format::get("bf16")).codes;
        QVERIFY(std::memcmp(kept.data(), weights.codes.data(), kept.size()) == 0);
    }

    void whatAFormatWantsToKnowIsInsistedOn() {
        const Weights weights(rows, cols);
        DQ_THROWS(packedMatrix(weights.view, format::get("q4_k-imx")), "q4_k-imx needs the mean square", "512");
    }
};

DQ_TEST(PackingTest);
#include "packing_test.moc"
