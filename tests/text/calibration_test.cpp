#include "core/text/calibration.hpp"

#include <QTemporaryDir>
#include <cstring>
#include <fstream>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using dq::text::readCalibration;
using dq::text::SampleOptions;
using dq::text::Samples;
using dq::text::Tokenizer;

namespace {

using Ids = std::vector<std::int32_t>;

/// One token for each letter from a on, <s> (id 26) in front.
std::shared_ptr<const Tokenizer> letters() {
    const QTemporaryDir directory;
    const std::string file = directory.filePath("tokenizer.json").toStdString();
    std::ofstream out(file);
    out << "{\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{";
    for (char c = 'a'; c <= 'z'; ++c) out << '"' << c << "\":" << c - 'a' << ',';
    out << "\"<s>\":26}},\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<s>\"}},"
           "{\"Sequence\":{\"id\":\"A\"}}],\"special_tokens\":{\"<s>\":{\"ids\":[26]}}}}";
    out.close();
    return Tokenizer::open(file);
}

Samples read(const std::string& name, const std::string& content, const SampleOptions& options, std::int64_t vocabulary = 27) {
    const QTemporaryDir directory;
    const std::string file = directory.filePath(QString::fromStdString(name)).toStdString();
    std::ofstream(file, std::ios::binary) << content;
    return readCalibration(file, letters, options, vocabulary);
}

template <typename T>
std::string bytesOf(const std::vector<T>& values) {
    std::string bytes(values.size() * sizeof(T), '\0');
    if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

std::string npy(const std::string& header, const std::string& elements, char version = 1) {
    std::string file = std::string("\x93NUMPY") + version + '\0';
    file += static_cast<char>(header.size() & 0xff);
    file += static_cast<char>(header.size() >> 8);
    if (version > 1) file += std::string(2, '\0');
    return file + header + elements;
}

std::string array(const std::string& type, const std::string& shape, const std::string& elements) {
    return npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }  \n", elements);
}

std::string safetensors(const std::string& header, const std::string& data) {
    const std::uint64_t length = header.size();
    return bytesOf(std::vector<std::uint64_t>{length}) + header + data;
}

std::vector<std::int32_t> counting(std::int32_t count) {
    std::vector<std::int32_t> ids;
    for (std::int32_t i = 0; i < count; ++i) ids.push_back(i % 26);
    return ids;
}

const std::string alphabet = "abcdefghijklmnopqrstuvwxyz";

}  // namespace

class CalibrationTest : public QObject {
    Q_OBJECT

private slots:
    void textIsReadAsBefore();
    void recordsAreDocuments();
    void manyRecordsStopAtTheBudget();
    void refusesRecords_data();
    void refusesRecords();
    void oneRowOfIdsIsAStream();
    void rowsOfIdsAreSequences();
    void sixtyFourBitsAndSafetensorsGiveTheSame();
    void idsNeedNoTokenizer();
    void refusesArrays_data();
    void refusesArrays();
    void refusesSafetensors();
    void anIdBehindTheBudgetIsNotLookedAt();
    void truncatedFilesAreRefusedOrShorter();
};

void CalibrationTest::textIsReadAsBefore() {
    QCOMPARE(read("a.txt", "abcdefgh", {.window = 4}).sequences, (std::vector<Ids>{{26, 0, 1, 2}, {26, 3, 4, 5}, {26, 6, 7}}));
    DQ_THROWS(read("a.txt", "abc", {.window = 5}), "a.txt", "holds 3 tokens", "window of 5");
    QCOMPARE(read("a.txt", "abcd", {.window = 5}).sequences.size(), std::size_t{1});
}

void CalibrationTest::recordsAreDocuments() {
    const std::string lines = "{\"id\":1,\"text\":\" " + alphabet + " \"}\r\n\n{\"text\":\"short\"}\n{\"id\":2,\"text\":\"" + alphabet.substr(4) + "\"}";

    const Samples samples = read("data.jsonl", lines, {.window = 24});

    QCOMPARE(samples.sequences.size(), std::size_t{2});
    QCOMPARE(samples.sequences[0].size(), std::size_t{24});
    QCOMPARE(samples.sequences[1], (Ids{26, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25}));
    QCOMPARE(samples.source, std::string("data.jsonl"));
    QCOMPARE(samples.field, std::string("text"));
    QCOMPARE(read("any.name", "{\"body\":\"" + alphabet + "\"}", {.field = "body"}).tokenCount(), std::int64_t{27});
}

void CalibrationTest::manyRecordsStopAtTheBudget() {
    std::string lines;
    for (int i = 0; i < 200; ++i) lines += "{\"text\":\"" + alphabet + "\"}\n";
    lines += "not reached, so not read";

    const Samples samples = read("data.jsonl", lines, {.limit = 100});

    QCOMPARE(samples.sequences.size(), std::size_t{100});
}

void CalibrationTest::refusesRecords_data() {
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("nothing") << "" << "holds no text";
    QTest::newRow("blank lines") << "\n \n" << "holds no text";
    QTest::newRow("no JSON") << "\nhello" << "line 2";
    QTest::newRow("half an object") << "{\"text\":" << "line 1";
    QTest::newRow("a list") << "[1]" << "must hold a JSON object";
    QTest::newRow("no field") << "{\"body\":\"x\"}" << "line 1: has no text \"text\"";
    QTest::newRow("no text") << "{\"text\":7}" << "has no text \"text\", but 7";
    QTest::newRow("short texts") << "{\"text\":\"abc\"}" << "more than 20 characters";
    QTest::newRow("bomb") << QString(200, '[') << "line 1";
    QTest::newRow("twice") << "{\"text\":\"a\",\"text\":\"b\"}" << "twice";
}

void CalibrationTest::refusesRecords() {
    QFETCH(QString, content);
    QFETCH(QString, wanted);
    const std::string expected = wanted.toStdString();
    DQ_THROWS(read("data.jsonl", content.toStdString(), {}), "data.jsonl", expected);
    DQ_THROWS(read("data.jsonl", "{\"text\":\"" + alphabet + "\"}", {.separator = "|"}), "separator");
}

void CalibrationTest::oneRowOfIdsIsAStream() {
    const Samples samples = read("ids.npy", array("<i4", "7,", bytesOf(counting(7))), {.window = 3});

    QCOMPARE(samples.sequences, (std::vector<Ids>{{0, 1, 2}, {3, 4, 5}}));  // one id more predicts nothing
    QCOMPARE(read("ids.npy", array("<i4", "7,", bytesOf(counting(7))), {.window = 3, .skip = 1, .limit = 1}).sequences,
             (std::vector<Ids>{{3, 4, 5}}));
}

void CalibrationTest::rowsOfIdsAreSequences() {
    const std::string file = array("<i4", "2, 4", bytesOf(counting(8)));

    QCOMPARE(read("ids.npy", file, {}).sequences, (std::vector<Ids>{{0, 1, 2, 3}, {4, 5, 6, 7}}));
    QCOMPARE(read("ids.npy", file, {.window = 3}).sequences, (std::vector<Ids>{{0, 1, 2}, {4, 5, 6}}));
    QCOMPARE(read("ids.npy", npy("{\"shape\":(2,4),\"descr\":\"<i4\",\"fortran_order\":False}", bytesOf(counting(8)), 2), {}).sequences.size(),
             std::size_t{2});
}

void CalibrationTest::sixtyFourBitsAndSafetensorsGiveTheSame() {
    const std::vector<std::int64_t> wide{5, 6, 7, 8};
    const std::string header = "{\"input_ids\":{\"dtype\":\"I64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}";
    const Samples one = read("ids.npy", array("<i8", "2, 2", bytesOf(wide)), {});
    const Samples other = read("ids.safetensors", safetensors(header, bytesOf(wide)), {.field = "input_ids"});

    QCOMPARE(one.sequences, (std::vector<Ids>{{5, 6}, {7, 8}}));
    QCOMPARE(other.sequences, one.sequences);
    QCOMPARE(other.fingerprint, one.fingerprint);
}

void CalibrationTest::idsNeedNoTokenizer() {
    const QTemporaryDir directory;
    const std::string file = directory.filePath("ids.npy").toStdString();
    std::ofstream(file, std::ios::binary) << array("<i4", "4,", bytesOf(counting(4)));

    QCOMPARE(readCalibration(file, {}, {.window = 4}, 10).tokenCount(), std::int64_t{4});
}

void CalibrationTest::refusesArrays_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char* name, const std::string& content, const char* wanted) {
        QTest::newRow(name) << QByteArray::fromStdString(content) << QString(wanted);
    };
    const std::string four = bytesOf(counting(4));
    row("empty file", "", "is no NumPy file");
    row("text", "hello, this is no array", "is no NumPy file");
    row("future", npy("{}", "", 4), "version 4");
    row("header past the end", npy(std::string(10, ' '), "").substr(0, 14), "takes 10 bytes");
    row("no dictionary", npy("hello", four), "\"{\" is missing");
    row("unclosed", npy("{'descr': '<i4'", four), "comma is missing");
    row("unclosed quote", npy("{'descr", four), "quote is not closed");
    row("key twice", npy("{'descr': '<i4', 'descr': '<i4'}", four), "twice");
    row("other key", npy("{'evil': '<i4'}", four), "\"evil\"");
    row("key missing", npy("{'descr': '<i4', 'fortran_order': False}", four), "must all be there");
    row("tail", npy("{'descr': '<i4', 'fortran_order': False, 'shape': (4,)} x", four), "follows");
    row("code", npy("{'descr': '<i4', 'fortran_order': exit(), 'shape': (4,)}", four), "True or False");
    row("negative axis", array("<i4", "-4,", four), "not negative");
    row("huge axis", array("<i4", "99999999999999999999,", four), "longer than");
    row("overflowing shape", array("<i4", "281474976710656, 281474976710656", four), "does not fit the 16 bytes");
    row("too few bytes", array("<i4", "5,", four), "does not fit the 16 bytes");
    row("too many bytes", array("<i4", "3,", four), "does not fit the 16 bytes");
    row("columns first", npy("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 2)}", four), "column by column");
    row("floats", array("<f4", "4,", four), "<f4; token ids must be int32 or int64");
    row("big-endian", array(">i4", "4,", four), ">i4; token ids");
    row("objects", array("|O", "4,", four), "is not supported");
    row("fields", npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (4,)}", four), "named fields");
    row("no axis", array("<i4", "", bytesOf(counting(1))), "shape is []");
    row("three axes", array("<i4", "1, 2, 2", four), "shape is [1, 2, 2]");
    row("no rows", array("<i4", "0, 4", ""), "holds no token id");
    row("id too large", array("<i4", "4,", bytesOf(std::vector<std::int32_t>{1, 2, 27, 3})), "id 27 at place 2|vocabulary of 27");
    row("id negative", array("<i4", "2, 2", bytesOf(std::vector<std::int32_t>{1, 2, 3, -100})), "id -100 at row 1, place 1");
    row("wide id", array("<i8", "4,", bytesOf(std::vector<std::int64_t>{1, 2, std::int64_t{1} << 32, 3})), "id 4294967296");
    row("shorter than a window", array("<i4", "3,", bytesOf(counting(3))), "holds 3 tokens|window of 4");
    row("rows of one", array("<i4", "4, 1", four), "at least 2 tokens");
}

void CalibrationTest::refusesArrays() {
    QFETCH(QByteArray, content);
    QFETCH(QString, wanted);
    for (const QString& one : wanted.split("|")) {
        const std::string expected = one.toStdString();
        DQ_THROWS(read("ids.npy", content.toStdString(), {.window = 4}), "ids.npy", expected);
    }
}

void CalibrationTest::refusesSafetensors() {
    const auto entry = [](const char* name, const char* type, int begin, int end) {
        return "\"" + std::string(name) + "\":{\"dtype\":\"" + type + "\",\"shape\":[4],\"data_offsets\":[" + std::to_string(begin) + "," +
               std::to_string(end) + "]}";
    };
    const std::string four = bytesOf(counting(4)), ids = entry("a", "I32", 0, 16);
    const SampleOptions options{.window = 4};

    QCOMPARE(read("x.safetensors", safetensors("{" + ids + "}", four), options).tokenCount(), std::int64_t{4});
    DQ_THROWS(read("x.safetensors", safetensors("{" + ids + "," + entry("b", "I32", 16, 32) + "}", four + four), options), "2 tensors");
    DQ_THROWS(read("x.safetensors", safetensors("{" + ids + "}", four), {.field = "c", .window = 4}), "no tensor \"c\"");
    DQ_THROWS(read("x.safetensors", safetensors("{" + entry("a", "F32", 0, 16) + "}", four), options), "tensor a", "F32; token ids");
    DQ_THROWS(read("x.safetensors", safetensors("{" + entry("a", "I32", 0, 32) + "}", four), options), "x.safetensors");
    DQ_THROWS(read("x.safetensors", safetensors("{}", ""), options), "x.safetensors", "0 tensors");
    DQ_THROWS(read("x.safetensors", "short", options), "x.safetensors");
}

void CalibrationTest::anIdBehindTheBudgetIsNotLookedAt() {
    const std::string file = array("<i4", "4,", bytesOf(std::vector<std::int32_t>{1, 2, 99, 99}));

    QCOMPARE(read("ids.npy", file, {.window = 2, .limit = 1}).sequences, (std::vector<Ids>{{1, 2}}));
}

void CalibrationTest::truncatedFilesAreRefusedOrShorter() {
    const std::string file = array("<i4", "2, 4", bytesOf(counting(8)));
    for (std::size_t length = 0; length < file.size(); ++length) DQ_THROWS(read("ids.npy", file.substr(0, length), {}), "ids.npy");
}

DQ_TEST(CalibrationTest);

#include "calibration_test.moc"
