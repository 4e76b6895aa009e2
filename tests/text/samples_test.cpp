#include "core/text/samples.hpp"

#include <QTemporaryDir>
#include <fstream>
#include <numeric>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using dq::text::readSamples;
using dq::text::SampleOptions;
using dq::text::Samples;
using dq::text::Tokenizer;

namespace {

using Ids = std::vector<std::int32_t>;

/// One token for each letter, <s> (id 26) in front.
std::shared_ptr<const Tokenizer> letters(const QTemporaryDir& directory, bool leading = true) {
    std::string vocab;
    for (char c = 'a'; c <= 'z'; ++c) vocab += "\"" + std::string(1, c) + "\":" + std::to_string(c - 'a') + ",";
    const std::string file = directory.filePath("tokenizer.json").toStdString();
    std::ofstream(file) << R"({"model":{"type":"BPE","merges":[],"vocab":{)" << vocab << R"("<s>":26}},"post_processor":)"
                        << (leading ? R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],
                                         "special_tokens":{"<s>":{"ids":[26]}}})"
                                    : "null")
                        << "}";
    return Tokenizer::open(file);
}

std::string textFile(const QTemporaryDir& directory, const std::string& text) {
    const std::string file = directory.filePath("text.utf8").toStdString();
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

Samples read(const std::string& text, const SampleOptions& options, std::int64_t vocabulary = 27) {
    const QTemporaryDir directory;
    return readSamples(textFile(directory, text), *letters(directory), options, vocabulary);
}

const std::string alphabet = "abcdefghijklmnopqrstuvwxyz";

}  // namespace

class SamplesTest : public QObject {
    Q_OBJECT

private slots:
    void splitsStripsAndLeavesShortDocumentsOut();
    void countsCharactersAndNotBytes();
    void stripsWhatPythonStrips();
    void cutsDocumentsAtTheWindow();
    void skipsAndLimits();
    void stopsAtATokenBudget();
    void cutsAStreamIntoWindows();
    void theFingerprintKnowsIdsAndLengths();
    void refusesWhatMakesNoSample();
    void countsTheTokensOfTheSharedModels_data();
    void countsTheTokensOfTheSharedModels();
};

void SamplesTest::splitsStripsAndLeavesShortDocumentsOut() {
    const std::string text = "||  " + alphabet + "\n||" + std::string(20, 'x') + "||" + std::string(21, 'y') + "||   ||";

    const auto documents = dq::text::splitDocuments(text, "||");

    QCOMPARE(documents.size(), std::size_t{2});
    QCOMPARE(documents[0], std::string_view(alphabet));
    QCOMPARE(documents[1], std::string_view(text).substr(text.find("yyy"), 21));
}

void SamplesTest::countsCharactersAndNotBytes() {
    std::string twenty, more;
    for (int i = 0; i < 20; ++i) twenty += "\U0001f600";
    more = twenty + "!";

    QVERIFY(dq::text::splitDocuments(twenty, "|").empty());
    QCOMPARE(dq::text::splitDocuments(more, "|").size(), std::size_t{1});
}

void SamplesTest::stripsWhatPythonStrips() {
    const std::string all = "\t\n\v\f\r\x1c\x1d\x1e\x1f \u0085\u00a0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000";
    const std::string kept = "\u200b" + alphabet + "\ufeff";  // no white space to Python

    QCOMPARE(dq::text::splitDocuments(all + kept + all, "|").at(0), std::string_view(kept));
}

void SamplesTest::cutsDocumentsAtTheWindow() {
    const Samples samples = read(alphabet + "|" + alphabet.substr(0, 21), {.separator = "|", .window = 24});

    QCOMPARE(samples.sequences.size(), std::size_t{2});
    QCOMPARE(samples.sequences[0].size(), std::size_t{24});
    QCOMPARE(samples.sequences[0][0], 26);
    QCOMPARE(samples.sequences[0][23], 22);
    QCOMPARE(samples.sequences[1].size(), std::size_t{22});
    QCOMPARE(samples.tokenCount(), std::int64_t{46});
    QCOMPARE(samples.predictedCount(), std::int64_t{44});
    QCOMPARE(samples.source, std::string("text.utf8"));
}

void SamplesTest::skipsAndLimits() {
    std::string text;
    for (char c = 'a'; c < 'k'; ++c) text += std::string(30, c) + "|short|";

    const Samples samples = read(text, {.separator = "|", .skip = 3, .limit = 2});

    QCOMPARE(samples.sequences.size(), std::size_t{2});
    QCOMPARE(samples.sequences[0][1], 3);
    QCOMPARE(samples.sequences[1][1], 4);
}

void SamplesTest::stopsAtATokenBudget() {
    const std::string text = alphabet + "|" + alphabet + "|" + alphabet;

    QCOMPARE(read(text, {.separator = "|", .tokens = 30}).tokenCount(), std::int64_t{30});
    QCOMPARE(read(text, {.separator = "|", .tokens = 30}).sequences[1], (Ids{26, 0, 1}));
    QCOMPARE(read(text, {.separator = "|", .tokens = 28}).sequences.size(), std::size_t{1});  // one token more predicts nothing
    QCOMPARE(read(text, {.separator = "|", .tokens = 1000}).tokenCount(), std::int64_t{81});
}

void SamplesTest::cutsAStreamIntoWindows() {
    const Samples samples = read("abcdefgh", {.window = 4});

    QCOMPARE(samples.sequences, (std::vector<Ids>{{26, 0, 1, 2}, {26, 3, 4, 5}, {26, 6, 7}}));
    QCOMPARE(read("abcdefgh", {.window = 4, .skip = 1, .limit = 1}).sequences, (std::vector<Ids>{{26, 3, 4, 5}}));

    const QTemporaryDir directory;
    const auto bare = letters(directory, false);
    QCOMPARE(readSamples(textFile(directory, "abcde"), *bare, {.window = 2}, 27).sequences, (std::vector<Ids>{{0, 1}, {2, 3}}));
}

void SamplesTest::theFingerprintKnowsIdsAndLengths() {
    const std::string print = read("abcdef", {.window = 4}).fingerprint;

    QCOMPARE(print.size(), std::size_t{32});
    QCOMPARE(read("abcdef", {.window = 4}).fingerprint, print);
    QVERIFY(read("abcdeg", {.window = 4}).fingerprint != print);
    QVERIFY(read("abcdef", {.window = 5}).fingerprint != print);
}

void SamplesTest::refusesWhatMakesNoSample() {
    DQ_THROWS(read("", {}), "text.utf8", "holds no text");
    DQ_THROWS(read(" \n\u3000", {}), "text.utf8", "holds no text");
    DQ_THROWS(read("short|texts", {.separator = "|"}), "text.utf8", "no document", "20 characters");
    DQ_THROWS(read(alphabet, {.separator = "|", .skip = 1}), "text.utf8", "after skipping 1");
    DQ_THROWS(read("0123", {.window = 3}), "text.utf8", "holds 0 tokens", "window of 3");
    DQ_THROWS(read("xyz", {.window = 4}, 26), "text.utf8", "id 26", "only 26 tokens");
    DQ_THROWS(read("xyz", {.window = 1}), "window of 1");
    DQ_THROWS(read("xyz", {.skip = -1}), "skip -1");
    DQ_THROWS(read("xyz", {.limit = 0}), "limit of 0");
    DQ_THROWS(read("xyz", {.tokens = 1}), "budget of 1");
    DQ_THROWS(read("xyz", {.separator = ""}), "separator");
    const QTemporaryDir directory;
    DQ_THROWS(readSamples("/nonexistent/text", *letters(directory), {}, 27), "/nonexistent/text");
}

void SamplesTest::countsTheTokensOfTheSharedModels_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("window");
    QTest::addColumn<int>("limit");
    QTest::addColumn<int>("predicted");
    QTest::newRow("stories260K") << "stories260K-bf16" << 512 << 100 << 36989;
    QTest::newRow("mix3M, short") << "mix3M-bf16" << 256 << 60 << 12318;
    QTest::newRow("mix3M, long") << "mix3M-bf16" << 512 << 60 << 12749;
}

void SamplesTest::countsTheTokensOfTheSharedModels() {
    QFETCH(QString, model);
    QFETCH(int, window);
    QFETCH(int, limit);
    QFETCH(int, predicted);
    const std::string file = dq::test::sharedModel(model.toStdString()) + "/tokenizer.json";
    if (!std::filesystem::exists(file)) QSKIP("../shared/models is not there");

    const Samples samples = readSamples(dq::test::sharedText("tinystories_exllamav2_tiny.utf8"), *Tokenizer::open(file),
                                        {.separator = "<|endoftext|>", .window = window, .limit = limit}, 2048);

    QCOMPARE(samples.sequences.size(), static_cast<std::size_t>(limit));
    QCOMPARE(samples.predictedCount(), static_cast<std::int64_t>(predicted));
}

DQ_TEST(SamplesTest);

#include "samples_test.moc"
