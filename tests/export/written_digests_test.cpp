// What was written in pieces, in any order, is known again; any other bytes are not.
#include "core/export/written_digests.hpp"

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::exporting;
using json::Json;

namespace {

std::vector<std::byte> someBytes(std::size_t count) {
    std::vector<std::byte> bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i * 37 >> 3);
    return bytes;
}

/// Of pieces of 1000 bytes, the last first.
WrittenDigests ofPieces(const std::vector<std::byte>& bytes) {
    DigestMaker maker;
    constexpr std::size_t step = 1000;
    for (std::size_t at = (bytes.size() - 1) / step * step + step; at > 0; at -= step)
        maker.add(static_cast<Bytes>(at - step), std::span(bytes).subspan(at - step, std::min(step, bytes.size() - at + step)));
    WrittenDigests digests;
    digests.add("t", maker.digest());
    return digests;
}

}  // namespace

class WrittenDigestsTest : public QObject {
    Q_OBJECT

private slots:
    void piecesInAnyOrderMakeOneTensor() {
        const std::vector<std::byte> bytes = someBytes(5500);
        const WrittenDigests digests = ofPieces(bytes);
        QVERIFY(digests.holds("t", bytes));
        QVERIFY(!digests.holds("u", bytes));
    }

    void everyOtherByteIsSeen() {
        const std::vector<std::byte> bytes = someBytes(5500);
        const WrittenDigests digests = ofPieces(bytes);
        for (std::size_t at = 0; at < bytes.size(); at += 499) {
            std::vector<std::byte> changed = bytes;
            changed[at] ^= std::byte{4};
            QVERIFY(!digests.holds("t", changed));
        }
        QVERIFY(!digests.holds("t", std::span(bytes).first(5499)));
        std::vector<std::byte> longer = bytes;
        longer.push_back({});
        QVERIFY(!digests.holds("t", longer));
        DQ_THROWS(digests.require("t", longer, "file: tensor t"), "file: tensor t", "not what the quantizer gave");
    }

    void aNoteSaysTheSame() {
        const std::vector<std::byte> bytes = someBytes(5500);
        const Json note = ofPieces(bytes).toJson();
        QCOMPARE(note["t"]["pieces"].dump(), std::string("[[1000,5],[500,1]]"));
        QVERIFY(WrittenDigests::fromJson(note, "note").holds("t", bytes));
    }

    void damagedNotesAreRefusedOrHoldNothing() {
        const std::vector<std::byte> bytes = someBytes(5500);
        const Json good = ofPieces(bytes).toJson();
        const std::vector<Json> runs{7, Json::array({7}), Json::parse("[[1000]]"), Json::parse("[[-1000,5]]"), Json::parse("[[1000,900000000]]"),
                                     Json::parse("[[1000,\"5\"]]")};
        for (const Json& run : runs) {
            Json bad = good;
            bad["t"]["pieces"] = run;
            DQ_THROWS(WrittenDigests::fromJson(bad, "note"), "note", "fingerprint");
        }
        DQ_THROWS(WrittenDigests::fromJson(Json::array(), "note"), "note");
        for (const char* const text : {"[[18446744073709551615,1]]", "[[5500,2]]", "[[5400,1]]", "[]"}) {
            Json other = good;
            other["t"]["pieces"] = Json::parse(text);
            QVERIFY(!WrittenDigests::fromJson(other, "note").holds("t", bytes));
        }
    }
};

DQ_TEST(WrittenDigestsTest);
#include "written_digests_test.moc"
