#include <QTemporaryDir>
#include <fstream>

#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/support/runner.hpp"

using dq::json::Json;
using dq::text::Tokenizer;

namespace {

std::shared_ptr<const Tokenizer> opened(const std::string& text) {
    const QTemporaryDir directory;
    const std::string file = directory.filePath("tokenizer.json").toStdString();
    std::ofstream(file, std::ios::binary) << text;
    return Tokenizer::open(file);
}

/// A tokenizer of three tokens with one part of it replaced: `path` as in /model/vocab.
std::shared_ptr<const Tokenizer> with(const std::string& path, const std::string& value) {
    Json whole = Json::parse(R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}})");
    whole[Json::json_pointer(path)] = Json::parse(value);
    return opened(whole.dump());
}

std::string split(const std::string& pattern) {
    return Json({{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}}).dump();
}

}  // namespace

class HostileTokenizerTest : public QObject {
    Q_OBJECT

private slots:
    void refuses_data();
    void refuses();
    void refusesPatternsThatMeanSomethingElseHere_data();
    void refusesPatternsThatMeanSomethingElseHere();
    void refusesWhatIsNoTokenizer();
    void anUnknownDecoderMattersOnlyWhenDecoding();
    void aMissingUnknownTokenMattersOnlyWhenNeeded();
    void aPatternThatTakesForeverIsStopped();
};

void HostileTokenizerTest::refuses_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char* name, const char* path, const std::string& value, const char* wanted) {
        QTest::newRow(name) << QString(path) << QString(value.c_str()) << QString(wanted);
    };
    row("other model", "/model/type", R"("Unigram")", "model \"Unigram\" is not supported; BPE");
    row("negative id", "/model/vocab/a", "-1", "\"a\" has the id -1");
    row("huge id", "/model/vocab/a", "16777216", "\"a\" has the id 16777216|16777215");
    row("id a text", "/model/vocab/a", "\"0\"", "\"a\" has the id \"0\"");
    row("id twice", "/model/vocab/b", "0", "\"a\" and \"b\" both have the id 0");
    row("vocab a list", "/model/vocab", "[]", "vocab must be an object");
    row("merges an object", "/model/merges", "{}", "merges must be a list");
    row("merge of one", "/model/merges", R"(["ab"])", "two tokens|\"ab\"");
    row("merge of three", "/model/merges", R"(["a b a"])", "two tokens");
    row("merge of a list of three", "/model/merges", R"([["a","b","a"]])", "two tokens");
    row("merge of numbers", "/model/merges", "[[1,2]]", "two tokens");
    row("merge of an absent token", "/model/merges", R"(["a c"])", "names the token \"c\"");
    row("merge into an absent token", "/model/merges", R"([["b","a"]])", "names the token \"ba\"");
    row("dropout", "/model/dropout", "0.1", "dropout");
    row("prefix", "/model/continuing_subword_prefix", R"("##")", "continuing_subword_prefix is not supported");
    row("suffix", "/model/end_of_word_suffix", R"("</w>")", "end_of_word_suffix is not supported");
    row("normalizer", "/normalizer", R"({"type":"Nmt"})", "normalizer \"Nmt\" is not supported");
    row("normalizer inside", "/normalizer", R"({"type":"Sequence","normalizers":[{"type":"Precompiled"}]})", "normalizer \"Precompiled\"");
    row("deleting normalizer", "/normalizer", R"({"type":"Replace","pattern":{"String":"x"},"content":""})", "deletes text");
    row("empty pattern", "/normalizer", R"({"type":"Replace","pattern":{"String":""},"content":"y"})", "empty pattern");
    row("pre-tokenizer", "/pre_tokenizer", R"({"type":"BertPreTokenizer"})", "pre-tokenizer \"BertPreTokenizer\"");
    row("behavior", "/pre_tokenizer", R"({"type":"Split","pattern":{"String":"x"},"behavior":"Eaten"})", "behavior \"Eaten\"");
    row("prepend scheme", "/pre_tokenizer", R"({"type":"Metaspace","prepend_scheme":"last"})", "prepend_scheme \"last\"");
    row("contradicting scheme", "/pre_tokenizer", R"({"type":"Metaspace","prepend_scheme":"first","add_prefix_space":false})", "contradicts");
    row("post-processor", "/post_processor", R"({"type":"Truncating"})", "post-processor \"Truncating\" is not supported");
    row("separator without id", "/post_processor", R"({"type":"BertProcessing","cls":["a",0],"sep":["b"]})", "\"sep\" must be a token and its id");
    row("separator missing", "/post_processor", R"({"type":"RobertaProcessing","cls":["a",0]})", "\"sep\" is missing");
    row("separator with a negative id", "/post_processor", R"({"type":"RobertaProcessing","cls":["a",0],"sep":["b",-2]})", "id -2");
    row("long delimiter", "/pre_tokenizer", R"({"type":"CharDelimiterSplit","delimiter":"ab"})", "\"ab\" must be one character");
    row("template without text", "/post_processor", R"({"type":"TemplateProcessing","single":[],"special_tokens":{}})", "leaves the sequence A out");
    row("template with text twice", "/post_processor",
        R"({"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}},{"Sequence":{"id":"A"}}],"special_tokens":{}})", "once");
    row("template with an unknown token", "/post_processor",
        R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"special_tokens":{}})", "\"<s>\"");
    row("template with a negative id", "/post_processor",
        R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"s"}},{"Sequence":{"id":"A"}}],"special_tokens":{"s":{"ids":[-5]}}})", "id -5");
    row("added tokens no list", "/added_tokens", "{}", "added_tokens must be a list");
    row("added token with another id", "/added_tokens", R"([{"id":1,"content":"a"}])", "\"a\" has the id 1");
    row("added token takes an id", "/added_tokens", R"([{"id":1,"content":"x"}])", "\"x\" has the id 1 of \"b\"");
    row("added token twice", "/added_tokens", R"([{"id":3,"content":"x"},{"id":4,"content":"x"}])", "\"x\" stands twice");
    row("added token after a gap", "/added_tokens", R"([{"id":9,"content":"x"}])", "\"x\" has the id 9|next free one is 3");
    row("empty added token", "/added_tokens", R"([{"id":3,"content":""}])", "0 bytes");
    row("endless added token", "/added_tokens", R"([{"id":3,"content":")" + std::string(2000, 'x') + "\"}]", "2000 bytes|1024");
    row("bomb", "/normalizer", std::string(100, '[') + std::string(100, ']'), "64 levels");
}

void HostileTokenizerTest::refuses() {
    QFETCH(QString, path);
    QFETCH(QString, value);
    QFETCH(QString, wanted);
    for (const QString& one : wanted.split('|')) {
        const std::string expected = one.toStdString();
        DQ_THROWS(with(path.toStdString(), value.toStdString()), "tokenizer.json", expected.c_str());
    }
}

void HostileTokenizerTest::refusesPatternsThatMeanSomethingElseHere_data() {
    QTest::addColumn<QString>("pattern");
    for (const char* const pattern : {"^a", "a$", "[a[b]]", "[a&&b]", "[]a]", "a{1,3}+", "a{,3}", "(?m:.)", "(?#x)a", "(*FAIL)a", "\\ba", "\\Ka", "\\Ra",
                                      "\\1", "[\\W]", "\\pL", "\\p{}", "\\p{Nope}", "\\xff", "\\x{12", "\\u12", "[a", "(a", "a\\", "a*", "(?=a)", "\\h", "\\G"})
        QTest::newRow(pattern) << QString(pattern);
}

void HostileTokenizerTest::refusesPatternsThatMeanSomethingElseHere() {
    QFETCH(QString, pattern);
    DQ_THROWS(with("/pre_tokenizer", split(pattern.toStdString())), "tokenizer.json", "pattern");
}

void HostileTokenizerTest::refusesWhatIsNoTokenizer() {
    DQ_THROWS(opened(""), "tokenizer.json", "no valid JSON");
    DQ_THROWS(opened("[]"), "tokenizer.json", "JSON object");
    DQ_THROWS(opened("{}"), "tokenizer.json", "\"model\" is missing");
    DQ_THROWS(opened(R"({"model":{"vocab":{}}})"), "tokenizer.json", "\"merges\" is missing");
    DQ_THROWS(opened(R"({"model":{"vocab":{"a":0,"a":1},"merges":[]}})"), "tokenizer.json", "\"a\" stands twice");
    DQ_THROWS(Tokenizer::open("/nonexistent/tokenizer.json"), "/nonexistent/tokenizer.json");
}

void HostileTokenizerTest::anUnknownDecoderMattersOnlyWhenDecoding() {
    const auto tokenizer = with("/decoder", R"({"type":"CTC"})");

    QCOMPARE(tokenizer->encode("abba"), (std::vector<std::int32_t>{2, 1, 0}));
    DQ_THROWS(tokenizer->decode({0}), "tokenizer.json", "decoder \"CTC\"");
}

void HostileTokenizerTest::aMissingUnknownTokenMattersOnlyWhenNeeded() {
    const auto tokenizer = with("/model/unk_token", R"("<unk>")");

    QCOMPARE(tokenizer->encode("ab"), (std::vector<std::int32_t>{2}));
    DQ_THROWS(tokenizer->encode("ac"), "tokenizer.json", "<unk>");
}

void HostileTokenizerTest::aPatternThatTakesForeverIsStopped() {
    const auto tokenizer = with("/pre_tokenizer", split("(?:a|aa)+[bc]"));

    DQ_THROWS(tokenizer->encode(std::string(200, 'a')), "pattern", "cannot be matched");
}

DQ_TEST(HostileTokenizerTest);

#include "hostile_tokenizer_test.moc"
