#include "core/flow/decoding.hpp"

#include <numeric>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using flow::DecodeLaunch;

namespace {

std::int64_t weightsOf(const std::vector<DecodeLaunch>& launches) {
    std::int64_t all = 0;
    for (const DecodeLaunch& launch : launches)
        for (const flow::DecodeProduct& one : launch)
            all += one.weights();
    return all;
}

}  // namespace

class DecodingTest : public QObject {
    Q_OBJECT

private slots:
    /// Figures of methods and of the model's card: 449 products, 257 inputs, 25.62e9 weights read for a token.
    void aKnownShapeHasItsModelsProducts() {
        const auto launches = flow::launchesOf("qwen3.5-27b", "int4-g32");
        QCOMPARE(launches.size(), std::size_t{257});
        QCOMPARE(std::accumulate(launches.begin(), launches.end(), std::size_t{0}, [](std::size_t sum, const DecodeLaunch& one) { return sum + one.size(); }),
                 std::size_t{449});
        QCOMPARE(weightsOf(launches) / 10'000'000, std::int64_t{2562});
        DQ_THROWS(flow::launchesOf("gpt-5", "bf16"), "gpt-5", "qwen3-8b");
    }

    void matricesOfOneInputGoTogether() {
        const auto model = model::Model::open(DQ_SOURCE_DIR "/resources/demo");
        const auto launches = flow::launchesOf(*model);
        QCOMPARE(launches.size(), std::size_t{4 * 4 + 1});  // q k v, o, gate up, down of four blocks, and the head
        QCOMPARE(launches[0].size(), std::size_t{3});
        QCOMPARE(launches[2].size(), std::size_t{2});
        QCOMPARE(launches.back().front().rows, std::int64_t{1024});
    }

    void everyFormatIsTimedAndWhatNoProductReadsIsNamed() {
        const std::vector<DecodeLaunch> launches{{{256, 512, "int4-g32"}, {128, 512, "q6_k"}, {64, 512, "nf4-g64"}}, {{512, 256, "int8-g64"}}};
        const flow::DecodeReport report = flow::benchDecode(launches, {.batch = 2, .rounds = 1, .memory = 8_MiB, .formatMemory = 2_MiB}, {});
        QCOMPARE(report.unknown, std::vector<std::string>{"nf4-g64"});
        QCOMPARE(report.formats.size(), std::size_t{4});  // and bfloat16
        for (const flow::FormatSpeed& one : report.formats)
            QVERIFY2(one.bytesPerSecond > 0 && report.costs.efficiency.contains(one.format), one.format.c_str());
        QCOMPARE(report.launchesRun, std::size_t{2});
        QVERIFY(report.seconds.median > 0 && report.plainSeconds.median > 0 && report.foretold > 0);
        QVERIFY(report.bytes < report.plainBytes / 2);
    }

    void whatCannotBeRunIsRefused() {
        const std::vector<DecodeLaunch> launches{{{256, 512, "nf4-g64"}}};
        DQ_THROWS(flow::benchDecode({}, {}, {}), "nothing to run");
        DQ_THROWS(flow::benchDecode(launches, {.batch = 17}, {}), "17 sequences", "1 to 16");
        DQ_THROWS(flow::benchDecode(launches, {.rounds = 0}, {}), "0 rounds");
        DQ_THROWS(flow::benchDecode(launches, {.rounds = 1, .formatMemory = 1_MiB}, {}), "nothing was run");
    }
};

DQ_TEST(DecodingTest);
#include "decoding_test.moc"
