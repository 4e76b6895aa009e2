#include "core/allocate/card.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Card;
using allocate::KvCache;

namespace {

/// Llama-3.1-8B: 32 layers, 8 heads of 128.
const KvCache llama{.layers = 32, .kvHeads = 8, .headSize = 128, .context = 8192};

}  // namespace

class CardTest : public QObject {
    Q_OBJECT

private slots:
    void eightThousandPositionsOfLlamaAreOneGibibyte() {
        QCOMPARE(allocate::cacheBytes(llama), 1_GiB);
        KvCache many = llama;
        many.batch = 3;
        many.bytesPerValue = 1;
        QCOMPARE(allocate::cacheBytes(many), 3_GiB / 2);
    }

    void linearAttentionKeepsOneStateASequence() {
        KvCache hybrid = llama;
        hybrid.layers = 8;
        hybrid.state = 24 * 1_MiB;
        hybrid.batch = 2;

        QCOMPARE(allocate::cacheBytes(hybrid), 2 * (256_MiB + 24_MiB));
        hybrid.context *= 4;
        QCOMPARE(allocate::cacheBytes(hybrid), 2 * (1024_MiB + 24_MiB));
    }

    /// 24 layers of 4096 positions each beside 8 of 8192.
    void slidingLayersKeepTheirWindow() {
        KvCache sliding = llama;
        sliding.layers = 8;
        sliding.slidingLayers = 24;
        sliding.window = 4096;
        QCOMPARE(allocate::cacheBytes(sliding), 256_MiB + 384_MiB);
        sliding.context = 1024;
        QCOMPARE(allocate::cacheBytes(sliding), 128_MiB);
        sliding.window = 0;
        DQ_THROWS(allocate::cacheBytes(sliding), "attention window: 0", "from 1");
    }

    void whatACardLeavesIsMemoryLessCacheLessOverhead() {
        QCOMPARE(allocate::roomOn({24, 512_MiB}, llama), 24_GiB - 512_MiB - 1_GiB);
        QCOMPARE(allocate::roomOn({0.5, 0}, {}), 512_MiB);
    }

    void aFullCardSaysWhatFillsIt() {
        DQ_THROWS(allocate::roomOn({1, 200_MiB}, llama), "card of 1.00 GiB", "takes 1.00 GiB",
                  "overhead 200 MiB");
    }

    void figuresThatMakeNoSenseAreRefused() {
        DQ_THROWS(allocate::roomOn({0, 0}, llama), "card of 0");
        DQ_THROWS(allocate::roomOn({-24, 0}, llama), "GiB");
        DQ_THROWS(allocate::roomOn({24, -1}, llama), "overhead", "-1");
        DQ_THROWS(allocate::roomOn({std::nan(""), 0}, llama), "GiB");
        KvCache wrong = llama;
        wrong.batch = 0;
        DQ_THROWS(allocate::cacheBytes(wrong), "batch: 0", "from 1");
        wrong = llama;
        wrong.layers = -1;
        DQ_THROWS(allocate::cacheBytes(wrong), "attention layers: -1");
        wrong = llama;
        wrong.bytesPerValue = 0;
        DQ_THROWS(allocate::cacheBytes(wrong), "bytes a cached value");
        wrong = llama;
        wrong.context = wrong.kvHeads = wrong.headSize = std::int64_t{1} << 40;
        DQ_THROWS(allocate::cacheBytes(wrong), "63 bits");
    }

    void sizesAreKnownBeforeAnythingIsMeasured() {
        const std::vector<allocate::Shape> shapes{{64, 64}, {128, 64}};

        const auto range = allocate::sizesOf(shapes, {"test", "", {"int4-g32", "bf16"}}, 100);

        QCOMPARE(range.least, 100 + (64 * 64 + 128 * 64) * 9 / 16);
        QCOMPARE(range.most, 100 + (64 * 64 + 128 * 64) * 2);
        DQ_THROWS(allocate::sizesOf(shapes, {"none", "", {}}, 0), "palette none");
    }
};

DQ_TEST(CardTest);
#include "card_test.moc"
