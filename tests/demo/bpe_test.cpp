#include "app/demo/bpe/bpe.hpp"
#include "app/demo/bpe/split.hpp"
#include "app/demo/ngram/trigram.hpp"
#include "app/demo/texts.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/support/runner.hpp"

#include <QTemporaryDir>

namespace {
using namespace dq::demo;
using Ids = std::vector<std::int32_t>;
using Pieces = std::vector<std::string_view>;
}  // namespace

class BpeTest : public QObject {
    Q_OBJECT

private slots:
    void textIsSplitAsGpt2Does();
    void piecesAddUpToTheText();
    void theMostFrequentPairIsJoinedFirst();
    void equalPairsAreJoinedInOrderOfTheirIds();
    void textsComeBack();
    void aTextTooSmallForTheVocabularyIsRefused();
    void theProgramsTokenizerReadsTheFileAlike();
    void trigramProbabilitiesAddUpToOne();
    void trigramLearnsARepeatedSequence();
};

void BpeTest::textIsSplitAsGpt2Does() {
    QCOMPARE(splitPieces("It's 12 o'clock, Zoë!"),
             (Pieces{"It", "'s", " 12", " o", "'", "clock", ",", " Zoë", "!"}));
    QCOMPARE(splitPieces("a  b\n\nc \n"), (Pieces{"a", " ", " b", "\n", "\n", "c", " \n"}));
    QCOMPARE(splitPieces(" \"Hi,\" x"), (Pieces{" \"", "Hi", ",\"", " x"}));
    QVERIFY(splitPieces("").empty());
}

void BpeTest::piecesAddUpToTheText() {
    const std::string text = joinStories(writeStories(3, 30)) + "  \n\t 'll 's' '\n";
    std::string joined;
    for (const std::string_view piece : splitPieces(text))
        joined += piece;

    QCOMPARE(joined, text);
}

void BpeTest::theMostFrequentPairIsJoinedFirst() {
    const Bpe bpe = Bpe::learn("bcd bcd bc xy", 259);  // pairs: bc 3, " b" 2, cd 2, " x" 1, xy 1

    QCOMPARE(bpe.merges().size(), std::size_t{2});
    QCOMPARE(bpe.merges()[0], (Pair{'b', 'c'}));
    QCOMPARE(bpe.bytesOf(257), std::string(" bc"));  // now " "+bc 2 and bc+d 2: the smaller ids first
    QCOMPARE(bpe.encode("bcd bc"), (Ids{256, 'd', 257}));
}

void BpeTest::equalPairsAreJoinedInOrderOfTheirIds() {
    QCOMPARE(Bpe::learn("zy", 258).merges().front(), (Pair{'z', 'y'}));
    QCOMPARE(Bpe::learn("zy\nab", 258).merges().front(), (Pair{'a', 'b'}));
}

void BpeTest::textsComeBack() {
    const Bpe bpe = demoVocabulary();
    for (const std::string& text :
         {joinStories(writeStories(99, 5)), std::string(), std::string("Any byte: \xff\x00\x80.", 14)})
        QCOMPARE(bpe.decode(bpe.encode(text)), text);
}

void BpeTest::aTextTooSmallForTheVocabularyIsRefused() {
    DQ_THROWS(Bpe::learn("ab", 1024), "pairs");
}

void BpeTest::theProgramsTokenizerReadsTheFileAlike() {
    const Bpe bpe = demoVocabulary();
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.path().toStdString() + "/tokenizer.json";
    dq::writeFile(file, tokenizerJson(bpe));
    const auto tokenizer = dq::text::Tokenizer::open(file);

    QCOMPARE(tokenizer->vocabularySize(), std::int64_t{kVocabulary});
    for (const std::string& story : writeStories(77, 50)) {
        QCOMPARE(tokenizer->encode(story), asTokens(bpe, story));
        QCOMPARE(tokenizer->decode(asTokens(bpe, story)), story);
    }
}

void BpeTest::trigramProbabilitiesAddUpToOne() {
    const std::vector<Ids> seen = {{0, 1, 2, 3, 1, 2}, {0, 2, 2, 1, 3}};
    const Trigram trigram(seen, 5);
    for (const auto& [before, last] : {Pair{0, 0}, {1, 2}, {2, 2}, {4, 4}}) {
        double sum = 0;
        for (std::int32_t next = 0; next < 5; ++next)
            sum += trigram.probability(before, last, next);
        QVERIFY2(std::abs(sum - 1) < 1e-12, std::to_string(sum).c_str());  // a handful of roundings
    }
}

void BpeTest::trigramLearnsARepeatedSequence() {
    const std::vector<Ids> seen(50, Ids{0, 1, 2, 3, 4});
    const Trigram trigram(seen, 1024);

    QVERIFY(trigram.probability(1, 2, 3) > 0.98);
    QVERIFY(trigram.perplexity(seen) < 1.1);
    QVERIFY(trigram.perplexity(std::vector<Ids>{{0, 4, 3, 2, 1}}) > 4);
}

DQ_TEST(BpeTest);
#include "bpe_test.moc"
