#include "core/text/merging.hpp"

#include <random>

#include "core/base/error.hpp"
#include "core/text/word_cache.hpp"
#include "tests/support/runner.hpp"

using dq::text::PairTable;
using dq::text::WordCache;
using Ids = std::vector<std::int32_t>;

namespace {

/// Merges of random pairs, each into a token of its own, as training would add them.
PairTable randomMerges(std::mt19937& random, std::int32_t letters, std::int32_t count) {
    PairTable merges;
    for (std::int32_t rank = 0; rank < count; ++rank) {
        const auto known = static_cast<std::uint32_t>(letters + rank);
        merges.put(static_cast<std::int32_t>(random() % known), static_cast<std::int32_t>(random() % known), {rank, letters + rank});
    }
    return merges;
}

}  // namespace

class MergingTest : public QObject {
    Q_OBJECT

private slots:
    void mergesTheLowestRankFirstAndLeftmost();
    void bothWaysAgree();
    void theCacheGivesBackWhatItWasGiven();
};

void MergingTest::mergesTheLowestRankFirstAndLeftmost() {
    PairTable merges;
    merges.put(0, 0, {0, 2});  // aa
    merges.put(0, 1, {1, 3});  // ab
    merges.put(2, 3, {2, 4});  // aaab
    Ids ids{0, 0, 0, 0, 1}, odd{0, 0, 0, 1};

    dq::text::mergeNeighbours(merges, ids);
    dq::text::mergeNeighbours(merges, odd);

    QCOMPARE(ids, (Ids{2, 2, 1}));
    QCOMPARE(odd, (Ids{4}));
}

void MergingTest::bothWaysAgree() {
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        const PairTable merges = randomMerges(random, 3, static_cast<std::int32_t>(random() % 40));
        Ids few(random() % (dq::text::fewSymbols + 1));
        for (auto& id : few) id = static_cast<std::int32_t>(random() % 3);
        Ids many = few;

        dq::text::mergeFew(merges, few);
        dq::text::mergeMany(merges, many);

        QCOMPARE(few, many);
    }
}

void MergingTest::theCacheGivesBackWhatItWasGiven() {
    WordCache cache;
    std::mt19937 random(2);
    for (int i = 0; i < 100'000; ++i) {
        const auto number = static_cast<std::int32_t>(random() % 30'000);
        const std::string word = std::string(random() % 2, '\0') + std::to_string(number);
        const WordCache::Key key(word);
        const Ids right(static_cast<std::size_t>(number % 9), number);  // some are too many to remember
        Ids ids{-1};
        if (!cache.recall(key, key.place(), ids)) {
            cache.remember(key, key.place(), right);
            continue;
        }
        QCOMPARE(Ids(ids.begin() + 1, ids.end()), right);
    }
}

DQ_TEST(MergingTest);

#include "merging_test.moc"
