#include "core/base/fingerprint.hpp"

#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::string fingerprintOf(const std::vector<std::string>& texts) {
    Fingerprint print;
    for (const std::string& text : texts)
        print.add(text);
    return print.hex();
}

std::string ofBytes(std::string_view bytes, std::size_t piece) {
    Fingerprint print;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        print.add(std::as_bytes(std::span(bytes.substr(0, piece))));
    return print.hex();
}

}  // namespace

class FingerprintTest : public QObject {
    Q_OBJECT

private slots:
    void isThePublishedHash() {
        // XXH3-128 of nothing, as xxHash's own xxh128sum prints it.
        QCOMPARE(Fingerprint().hex(), std::string("99aa06d3014798d86001c324468d497f"));
    }

    void lengthsOfTextsCount() {
        QVERIFY(fingerprintOf({"ab", "c"}) != fingerprintOf({"a", "bc"}));
        QVERIFY(fingerprintOf({"abc"}) != fingerprintOf({"abc", ""}));
        QCOMPARE(fingerprintOf({"ab", "c"}), fingerprintOf({"ab", "c"}));
    }

    void piecesOfBytesDoNot() {
        const std::string bytes(10000, 'x');
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}})
            QCOMPARE(ofBytes(bytes, piece), ofBytes(bytes, bytes.size()));
        QVERIFY(ofBytes(bytes, 7) != ofBytes(bytes.substr(1), 7));
    }

    void readingDoesNotDisturb() {
        Fingerprint print;
        print.add("a");
        QCOMPARE(print.hex(), print.hex());
        QCOMPARE(print.hex().size(), std::size_t{32});
    }

    void errorsTakeContextInFront() {
        const Error inner(Kind::Corrupt, "offset 9 of 8");
        QCOMPARE(inner.during("tensor q").during("a.safetensors").sentence(),
                 std::string("a.safetensors: tensor q: offset 9 of 8"));
        QVERIFY(inner.during("x").kind() == Kind::Corrupt);
    }
};

DQ_TEST(FingerprintTest);
#include "fingerprint_test.moc"
