#include "core/base/error.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/checkpoint/files.hpp"
#include "tests/support/runner.hpp"

using dq::checkpoint::Checkpoint;
using dq::test::Folder;
using dq::test::lengthPrefix;
using dq::test::safetensors;

namespace {

/// A header with one entry t of these parts.
QByteArray one(const char* dtype, const char* shape, const char* offsets, const char* rest = "") {
    return QByteArray("{\"t\":{\"dtype\":") + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}" + rest + "}";
}

}  // namespace

/// Files that lie about themselves. Each must be refused with a sentence that names the file, the tensor and the number.
class HostileCheckpointTest : public QObject {
    Q_OBJECT

private slots:
    void refusesHeaders_data();
    void refusesHeaders();
    void refusesFilesThatEndTooSoon();
    void refusesFoldersThatAreNone();
    void refusesWrongShards_data();
    void refusesWrongShards();
    void refusesTensorsThatTwoShardsHold();
    void survivesEveryTruncationAndManyFlippedBytes();
};

void HostileCheckpointTest::refusesHeaders_data() {
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("parts");  // besides file; after | a second one
    const auto row = [](const char* name, const QByteArray& header, const char* parts) { QTest::newRow(name) << header << QString(parts); };
    row("no object", "[]", "must be a JSON object");
    row("no JSON", "{\"t\":", "no valid JSON");
    row("JSON bomb", QByteArray(100'000, '['), "8 levels");
    row("name twice", "{\"t\":{},\"t\":{}}", "\"t\" stands twice");
    row("no entry object", "{\"t\":7}", "tensor t|described by an object");
    row("no dtype", "{\"t\":{\"shape\":[4],\"data_offsets\":[0,16]}}", "tensor t|\"dtype\" is missing");
    row("no shape", "{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,16]}}", "tensor t|\"shape\" is missing");
    row("no offsets", "{\"t\":{\"dtype\":\"F32\",\"shape\":[4]}}", "tensor t|\"data_offsets\" is missing");
    row("unknown dtype", one("\"F33\"", "[4]", "[0,16]"), "tensor t|\"F33\" is unknown");
    row("dtype below a byte", one("\"F4\"", "[32]", "[0,16]"), "tensor t|\"F4\" is unknown");
    row("dtype a number", one("4", "[4]", "[0,16]"), "tensor t|\"dtype\" must be a text");
    row("negative size", one("\"F32\"", "[-4]", "[0,16]"), "tensor t|whole numbers from 0|-4");
    row("fractional size", one("\"F32\"", "[4.0]", "[0,16]"), "tensor t|whole numbers from 0|4.0");
    row("huge size", one("\"F32\"", "[9223372036854775808]", "[0,16]"), "tensor t|9223372036854775808");
    row("overflowing product", one("\"F32\"", "[4294967296,4294967296]", "[0,16]"), "tensor t|4294967296");
    row("product that wraps to the right size", one("\"I8\"", "[16,1152921504606846977]", "[0,16]"), "tensor t|no possible size");
    row("many dimensions", one("\"F32\"", "[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,16]"), "tensor t|at most 16");
    row("shape too small", one("\"F32\"", "[3]", "[0,16]"), "tensor t|need 12 bytes|span 16");
    row("shape too large", one("\"BF16\"", "[3,3]", "[0,16]"), "tensor t|need 18 bytes|span 16");
    row("one offset", one("\"F32\"", "[4]", "[0]"), "tensor t|two numbers");
    row("negative offset", one("\"F32\"", "[4]", "[-16,0]"), "tensor t|-16");
    row("end before begin", one("\"F32\"", "[4]", "[16,0]"), "tensor t|end at 0|begin at 16");
    row("end behind the file", one("\"F32\"", "[8]", "[0,32]"), "tensor t|byte 32|only 16 bytes");
    row("far behind the file", one("\"F32\"", "[4]", "[18446744073709551599,18446744073709551615]"), "tensor t|18446744073709551615|only 16");
    row("overlap", one("\"F32\"", "[4]", "[0,16]", ",\"u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}"),
        "tensor u|byte 12|overlaps|16");
    row("same bytes", one("\"F32\"", "[4]", "[0,16]", ",\"u\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}"), "overlaps");
    row("gap in front", one("\"F32\"", "[3]", "[4,16]"), "tensor t|byte 4|gap after byte 0");
    row("gap between", one("\"F32\"", "[1]", "[0,4]", ",\"u\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}"),
        "tensor u|byte 8|gap after byte 4");
    row("data left over", one("\"F32\"", "[3]", "[0,12]"), "holds 16 bytes of data|cover 12");
    row("metadata no object", "{\"__metadata__\":[1]}", "__metadata__ must be an object");
    row("metadata no text", "{\"__metadata__\":{\"k\":1}}", "__metadata__ \"k\" must be a text");
    row("control characters in a name", "{\"\\u001b[2J\":7}", "tensor ?[2J");
}

void HostileCheckpointTest::refusesHeaders() {
    QFETCH(QByteArray, header);
    QFETCH(QString, parts);
    const Folder folder;
    folder.put("model.safetensors", safetensors(header.toStdString(), std::string(16, '\0')));

    for (const QString& one : parts.split('|')) {
        const std::string expected = one.toStdString();
        DQ_THROWS(Checkpoint::open(folder.path()), "model.safetensors", expected.c_str());
    }
}

void HostileCheckpointTest::refusesFilesThatEndTooSoon() {
    const auto refused = [](const std::string& content, const char* parts) {
        const Folder folder;
        folder.put("model.safetensors", content);
        DQ_THROWS(Checkpoint::open(folder.path()), "model.safetensors", parts);
    };

    refused("", "holds 0 bytes");
    refused("1234567", "holds 7 bytes");
    refused(lengthPrefix(3) + "{}", "header of 3 bytes, but only 2 follow");
    refused(lengthPrefix(UINT64_MAX) + "{}", "header of 18446744073709551615 bytes; at most 100000000");
    refused(lengthPrefix(2) + "{}", "holds no tensor");
    refused(lengthPrefix(0), "no valid JSON");
    refused(safetensors("{\"t\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", std::string(15, '\0')), "only 15 bytes");
}

void HostileCheckpointTest::refusesFoldersThatAreNone() {
    const Folder folder;
    DQ_THROWS(Checkpoint::open(folder.path() / "absent"), "absent", "no such folder");
    DQ_THROWS(Checkpoint::open(folder.path() / "config.json"), "config.json", "neither a folder");
    DQ_THROWS(Checkpoint::open(folder.path()), "holds no model.safetensors");

    folder.put("one.safetensors", "");
    folder.put("two.safetensors", "");
    DQ_THROWS(Checkpoint::open(folder.path()), "2 .safetensors files", "index.json");

    std::filesystem::remove(folder.path() / "config.json");
    DQ_THROWS(Checkpoint::open(folder.path()), "no config.json");
}

void HostileCheckpointTest::refusesWrongShards_data() {
    QTest::addColumn<QByteArray>("index");
    QTest::addColumn<QString>("parts");
    const auto row = [](const char* name, const char* map, const char* parts) {
        QTest::newRow(name) << QByteArray("{\"weight_map\":") + map + "}" << QString(parts);
    };
    row("absent shard", R"({"t":"s.safetensors","u":"gone.safetensors"})", "gone.safetensors, which is not in the folder");
    row("promised tensor is not there", R"({"t":"s.safetensors","u":"s.safetensors"})", "tensor u|s.safetensors|is not there");
    row("tensor lies elsewhere", R"({"t":"other.safetensors","o":"s.safetensors"})", "tensor t|said to lie in other.safetensors|lies in s.safetensors");
    row("path that leaves the folder", R"({"t":"../s.safetensors"})", "tensor t|../s.safetensors|plain name");
    row("absolute path", R"({"t":"/etc/s.safetensors"})", "tensor t|plain name");
    row("other file", R"({"t":"config.json"})", "tensor t|config.json|plain name");
    row("file a number", R"({"t":1})", "tensor t|plain name");
    row("no map", "[]", "weight_map must name");
    row("empty map", "{}", "weight_map must name");
    row("name twice", R"({"t":"s.safetensors","t":"s.safetensors"})", "\"t\" stands twice");
}

void HostileCheckpointTest::refusesWrongShards() {
    QFETCH(QByteArray, index);
    QFETCH(QString, parts);
    const Folder folder;
    folder.put("s.safetensors", safetensors({{"t", "U8", {1}, "x"}}));
    folder.put("other.safetensors", safetensors({{"o", "U8", {1}, "x"}}));
    folder.put("model.safetensors.index.json", index.toStdString());

    for (const QString& one : parts.split('|')) {
        const std::string expected = one.toStdString();
        DQ_THROWS(Checkpoint::open(folder.path()), "model.safetensors.index.json", expected.c_str());
    }
}

void HostileCheckpointTest::refusesTensorsThatTwoShardsHold() {
    const Folder folder;
    folder.put("a.safetensors", safetensors({{"t", "U8", {1}, "x"}}));
    folder.put("b.safetensors", safetensors({{"t", "U8", {1}, "x"}, {"u", "U8", {1}, "x"}}));
    folder.put("model.safetensors.index.json", R"({"weight_map":{"t":"a.safetensors","u":"b.safetensors"}})");

    DQ_THROWS(Checkpoint::open(folder.path()), "tensor t", "a.safetensors", "b.safetensors");
}

void HostileCheckpointTest::survivesEveryTruncationAndManyFlippedBytes() {
    const std::string whole = safetensors({{"t", "F32", {2, 2}, std::string(16, 'a')}, {"u", "BF16", {3}, "abcdef"}});
    const auto survives = [](const std::string& content) {
        const Folder folder;
        folder.put("model.safetensors", content);
        try {
            const auto checkpoint = Checkpoint::open(folder.path());
            for (const auto& tensor : checkpoint->tensors())
                if (tensor.bytes.size() != static_cast<std::size_t>(tensor.count()) * elementSize(tensor.dtype)) return false;
            requireFinite(*checkpoint);
        } catch (const dq::Error& error) {
            return error.sentence().find("model.safetensors") != std::string::npos;
        }
        return true;
    };

    for (std::size_t size = 0; size < whole.size(); ++size) QVERIFY(survives(whole.substr(0, size)));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char mask : {'\x01', '\x10', '\x80', '\xff'}) {
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ mask);
            QVERIFY2(survives(changed), changed.c_str());
        }
    }
}

DQ_TEST(HostileCheckpointTest);

#include "hostile_test.moc"
