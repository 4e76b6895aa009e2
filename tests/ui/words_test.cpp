#include <limits>

#include "tests/support/runner.hpp"
#include "ui/words/words.hpp"

using namespace dq;
using namespace dq::ui;

namespace {
/// Thin spaces made plain, so that the expected text can be read.
QString plain(QString text) {
    return text.replace(QChar(0x202f), ' ');
}
}  // namespace

class WordsTest : public QObject {
    Q_OBJECT

private slots:
    void sizesAreWrittenInTheUnitThatFitsTheModel() {
        QCOMPARE(sizeUnitFor(6_GiB).name, "GiB");
        QCOMPARE(sizeUnitFor(7_MiB).name, "MiB");
        QCOMPARE(sizeUnitFor(500_KiB).name, "KiB");
        QCOMPARE(sizeUnitFor(2_GiB).toBytes(1.5), Bytes{1536} << 20);
        QCOMPARE(plain(sizeText(6656_MiB)), "6.50 GiB");
    }

    void countsAreGroupedByThousands() {
        QCOMPARE(plain(countText(0)), "0");
        QCOMPARE(plain(countText(999)), "999");
        QCOMPARE(plain(countText(131072)), "131 072");
        QCOMPARE(plain(countText(-1234567)), "-1 234 567");
    }

    void smallLossesGetAPrefix() {
        QCOMPARE(plain(lossText(0.0125, "nats/token")), "0.0125 nats/token");
        QCOMPARE(plain(lossText(3.1e-6, "nats/token")), "3.10 µnats/token");
        QCOMPARE(plain(lossText(0, "nats/token")), "0 nats/token");
        QCOMPARE(lossText(12.5, ""), "12.5");
    }

    void pricesAreSaidPerMegabyte() {
        QCOMPARE(plain(priceText(7e-13, "nats/token")), "0.700 µnats/MB");
        QCOMPARE(plain(priceText(2e-8, "nats/token")), "20.0 mnats/MB");
        QCOMPARE(plain(priceText(2e-6, "")), "2.00 per MB");
    }

    void perplexityIsAFactor() {
        QCOMPARE(perplexityText(0), "× 1.0000");
        QCOMPARE(perplexityText(0.0125), "× 1.0126");
        QCOMPARE(perplexityText(5), "× 148");
        QCOMPARE(perplexityText(1e9), "× ∞");
    }

    void durationsNameTheirUnits() {
        QCOMPARE(plain(durationText(12.3)), "13 s");
        QCOMPARE(plain(durationText(125)), "2 min 5 s");
        QCOMPARE(plain(durationText(7260)), "2 h 1 min");
        QCOMPARE(durationText(-1), "");
        QCOMPARE(durationText(std::numeric_limits<double>::quiet_NaN()), "");
    }

    void absurdSizesDoNotOverflow() { QVERIFY(sizeUnitFor(1_GiB).toBytes(1e30) > 0); }
};

DQ_TEST(WordsTest);
#include "words_test.moc"
