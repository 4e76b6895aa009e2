#include "core/flow/allocating.hpp"

#include "core/base/error.hpp"
#include "tests/allocate/demo_table.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using flow::choose;
using flow::View;

namespace {

std::shared_ptr<const allocate::Front> demoFront(const View& view = {}) {
    return flow::frontOf(test::demoTable(), "all", quality::Metric::FisherDiagonal, view);
}

model::Architecture hybrid() {
    model::Architecture architecture;
    architecture.blocks = 4;
    architecture.kvHeads = 2;
    architecture.headDim = 64;
    architecture.kinds.assign(4, {model::Attention::Linear, model::FeedForward::Dense});
    architecture.kinds[3].attention = model::Attention::Full;
    architecture.delta = {.keyHeads = 2, .valueHeads = 4, .keyDim = 16, .valueDim = 32, .kernel = 4};
    return architecture;
}

}  // namespace

class AllocatingTest : public QObject {
    Q_OBJECT

private slots:
    void sizesAndBitsAreAnsweredByTheOptimum() {
        const auto front = demoFront();
        const Bytes budget = front->problem().budgetFor(4.6);

        QCOMPARE(choose(*front, flow::BySize{budget}).formats, front->exact(budget).formats);
        QCOMPARE(choose(*front, flow::ByBits{4.6}).formats, front->exact(budget).formats);
        QCOMPARE(choose(*front, flow::ByBits{4.6}).gap(), 0.0);
    }

    void aCardLeavesWhatItsCacheDoesNotTake() {
        const auto front = demoFront();
        const Bytes budget = front->problem().budgetFor(5);
        const allocate::KvCache cache{.layers = 2, .kvHeads = 2, .headSize = 32, .context = 1024};
        const Bytes overhead = 1_GiB - budget - allocate::cacheBytes(cache);

        const allocate::Choice choice = choose(*front, flow::ByCard{{1, overhead}, cache});

        QCOMPARE(choice.formats, front->exact(budget).formats);
        DQ_THROWS(choose(*front, flow::ByCard{{1, 1_GiB}, cache}), "nothing is left for weights");
        DQ_THROWS(choose(*front, flow::ByCard{{1, 1_GiB - 100'000 - allocate::cacheBytes(cache)}, cache}),
                  "too small", "bits per weight");
    }

    void targetsOutsideTheRangeAreToldTheRange() {
        const auto front = demoFront();

        DQ_THROWS(choose(*front, flow::BySize{100}), "choices run from");
        DQ_THROWS(choose(*front, flow::ByBits{1}), "bits per weight");
        DQ_THROWS(choose(*front, flow::ByBits{-4}), "no budget");
        DQ_THROWS(choose(*front, flow::ByLoss{-1}), "the front runs from");
        DQ_THROWS(choose(*front, flow::ByFormat{"int1"}), "int1");
    }

    void constraintsAndViewsReachTheRecipe() {
        const View view{allocate::Grouping::Fused, {allocate::constraintOf("pin:role=down=int8-g32")}};
        const measure::Measurements table = test::demoTable();

        const recipe::Recipe recipe =
            flow::allocate(table, "all", quality::Metric::FisherDiagonal, flow::ByBits{5}, view);

        for (std::size_t m = 0; m < table.rows.size(); ++m) {
            if (table.rows[m].role == "down") QCOMPARE(recipe.entries[m].format, std::string("int8-g32"));
            if (table.rows[m].role == "up")
                QCOMPARE(recipe.entries[m].format, recipe.entries[m - 1].format);  // gate stands before it
        }
        QVERIFY(recipe.bitsPerWeight <= 5);
    }

    void aLimitOfTimeReachesTheRecipe() {
        const measure::Measurements table = test::demoTable();
        const recipe::Recipe large = flow::allocate(table, "all", quality::Metric::FisherDiagonal, flow::ByLargest{});
        const allocate::Pace slow{.bytesPerSecond = 1e6, .secondsPerToken = 1, .cached = 1000};
        View view{.pace = slow};
        view.pace->secondsPerToken = flow::secondsOf(large, table, slow) / 3;

        const recipe::Recipe small = flow::allocate(table, "all", quality::Metric::FisherDiagonal, flow::ByLargest{}, view);

        QVERIFY(flow::secondsOf(small, table, slow) <= view.pace->secondsPerToken);
        QVERIFY(flow::secondsOf(small, table, slow) > 0.9 * view.pace->secondsPerToken);
        QVERIFY(small.bound <= small.predictedLoss && small.predictedLoss > large.predictedLoss);
        const auto front = demoFront();
        const allocate::Traffic traffic = allocate::trafficOf(front->problem(), table, slow);
        QCOMPARE(choose(*front, flow::ByKnee{}, traffic, 1e3).choice.bytes, front->exact(front->vertices()[front->knee().vertex].bytes).bytes);
        DQ_THROWS(choose(*front, flow::ByLoss{1}, traffic, 1), "not with a loss");
        view.pace->secondsPerToken = 1e-3;
        DQ_THROWS(flow::allocate(table, "all", quality::Metric::FisherDiagonal, flow::ByLargest{}, view), "too fast", "from");
    }

    void aPaceCountsTheCacheAndTheExpertsOfAllSequences() {
        model::Architecture architecture = hybrid();
        allocate::KvCache cache = flow::cacheOf(architecture);
        cache.context = 1024;
        architecture.experts = {.count = 8, .perToken = 2};

        const allocate::Pace one = flow::paceOf(architecture, cache, 1e9, 50);
        cache.batch = 2;
        const allocate::Pace two = flow::paceOf(architecture, cache, 1e9, 50);

        QCOMPARE(one.secondsPerToken, 0.02);
        QCOMPARE(one.activeExperts, 0.25);
        QCOMPARE(two.activeExperts, 1 - 0.75 * 0.75);
        QCOMPARE(two.cached, 2 * one.cached);
        DQ_THROWS(flow::paceOf(architecture, cache, 1e9, 0), "tokens a second");
        DQ_THROWS(flow::paceOf(architecture, cache, -1, 5), "GB/s");
    }

    void linearAttentionCachesAStateInsteadOfPositions() {
        const allocate::KvCache cache = flow::cacheOf(hybrid());

        QCOMPARE(cache.layers, 1);
        QCOMPARE(cache.kvHeads, 2);
        QCOMPARE(cache.headSize, 64);
        // Three blocks of 4 heads of 16 x 32, and the last 3 columns of (2 * 32 + 128) channels; 4 bytes
        // each.
        QCOMPARE(cache.state, 3 * 4 * (4 * 16 * 32 + 3 * (2 * 32 + 128)));
    }

    void slidingAttentionCachesItsWindow() {
        model::Architecture architecture = hybrid();
        architecture.kinds.assign(4, {model::Attention::Sliding, model::FeedForward::Dense});
        architecture.kinds[2].attention = model::Attention::Full;
        architecture.window = 512;

        const allocate::KvCache cache = flow::cacheOf(architecture);

        QCOMPARE(cache.layers, 1);
        QCOMPARE(cache.slidingLayers, 3);
        QCOMPARE(cache.window, 512);
    }
};

DQ_TEST(AllocatingTest);
#include "allocating_test.moc"
