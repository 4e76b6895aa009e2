#include "core/text/tokenizer.hpp"

#include <QElapsedTimer>
#include <map>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/json/json.hpp"
#include "tests/support/runner.hpp"

using dq::json::Json;
using dq::text::Tokenizer;

namespace {

const std::string fixtures = DQ_SOURCE_DIR "/tests/fixtures/text/";

/// "shared/NAME" is a model of ../shared, any other name a tokenizer beside the cases; null where it is not there.
std::shared_ptr<const Tokenizer> tokenizer(const std::string& name) {
    static std::map<std::string, std::shared_ptr<const Tokenizer>> opened;
    const std::string file = name.starts_with("shared/") ? dq::test::sharedModel(name.substr(7)) + "/tokenizer.json" : fixtures + name + ".json";
    if (!opened.contains(name)) opened[name] = std::filesystem::exists(file) ? Tokenizer::open(file) : nullptr;
    return opened[name];
}

std::string bytesOf(const Json& hexadecimal) {
    return QByteArray::fromHex(QByteArray::fromStdString(hexadecimal.get<std::string>())).toStdString();
}

}  // namespace

class TokenizerTest : public QObject {
    Q_OBJECT

private slots:
    void givesTheIdsOfPythonsTokenizers_data();
    void givesTheIdsOfPythonsTokenizers();
    void decodesWhatItEncodes();
    void knowsItsSizeAndLeadingTokens();
    void longTextsWithoutABreakTakeNoQuadraticTime_data();
    void longTextsWithoutABreakTakeNoQuadraticTime();
    void ignoresIdsItDoesNotKnowWhenDecoding();
};

void TokenizerTest::givesTheIdsOfPythonsTokenizers_data() {
    QTest::addColumn<QString>("name");
    for (const char* const name : {"byte_level", "sentence_piece", "metaspace", "shared/stories260K-bf16", "shared/mix3M-bf16"})
        QTest::newRow(name) << QString(name);
}

void TokenizerTest::givesTheIdsOfPythonsTokenizers() {
    QFETCH(QString, name);
    const auto subject = tokenizer(name.toStdString());
    if (!subject) QSKIP("../shared/models is not there");
    int compared = 0;
    for (const Json& one : dq::json::parseFile(fixtures + "cases.json")) {
        if (one["tokenizer"].get<std::string>() != name.toStdString()) continue;
        const std::string text = bytesOf(one["text"]);
        const auto ids = one["ids"].get<std::vector<std::int32_t>>();
        const auto special = one["special"].get<std::vector<std::ptrdiff_t>>();

        QVERIFY2(subject->encode(text) == ids, text.c_str());
        QVERIFY2(subject->encode(text, false) == std::vector(ids.begin() + special[0], ids.end() - special[1]), text.c_str());
        const bool decodes = !one.contains("decoded") || !one["decoded"].is_null();
        if (decodes) QCOMPARE(subject->decode(ids), one.contains("decoded") ? bytesOf(one["decoded"]) : text);
        ++compared;
    }
    QCOMPARE(compared, 60);
}

void TokenizerTest::decodesWhatItEncodes() {
    const std::string text = "The old miller\u2019s caf\u00e9:\n\t3 cats \U0001f600 \u65e5\u672c";

    QCOMPARE(tokenizer("byte_level")->decode(tokenizer("byte_level")->encode(text)), text);
    QCOMPARE(tokenizer("sentence_piece")->decode(tokenizer("sentence_piece")->encode(text)), text);
}

void TokenizerTest::knowsItsSizeAndLeadingTokens() {
    QCOMPARE(tokenizer("sentence_piece")->vocabularySize(), std::int64_t{481});
    QCOMPARE(tokenizer("sentence_piece")->leading().size(), std::size_t{1});
    QCOMPARE(tokenizer("sentence_piece")->leading()[0], 1);
    QVERIFY(tokenizer("metaspace")->leading().empty());
    QCOMPARE(tokenizer("byte_level")->encode("").size(), std::size_t{1});
}

void TokenizerTest::longTextsWithoutABreakTakeNoQuadraticTime_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("unit");
    for (const char* const name : {"byte_level", "sentence_piece", "metaspace"})
        for (const char* const unit : {"a", "the", " ", "\u00e9", "\n", "<|", "<s"}) QTest::addRow("%s %s", name, unit) << QString(name) << QString(unit);
}

void TokenizerTest::longTextsWithoutABreakTakeNoQuadraticTime() {
    QFETCH(QString, name);
    QFETCH(QString, unit);
    const std::string text = unit.repeated(200'000 / static_cast<int>(unit.size())).toStdString();
    QElapsedTimer timer;
    timer.start();

    QVERIFY(!tokenizer(name.toStdString())->encode(text).empty());
    QVERIFY2(timer.elapsed() < 20'000, "it takes a tenth of a second; quadratic work would take minutes");
}

void TokenizerTest::ignoresIdsItDoesNotKnowWhenDecoding() {
    QCOMPARE(tokenizer("byte_level")->decode({-1, 1'000'000}), std::string());
}

DQ_TEST(TokenizerTest);

#include "tokenizer_test.moc"
