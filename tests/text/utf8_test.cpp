#include "core/text/utf8.hpp"

#include "core/text/byte_level.hpp"
#include "tests/support/runner.hpp"

using namespace dq::text;

class Utf8Test : public QObject {
    Q_OBJECT

private slots:
    void writesAndReadsEveryCodePoint();
    void repairsBrokenSequences_data();
    void repairsBrokenSequences();
    void repairedTextIsLeftAlone();
    void everyByteHasItsCharacter();
};

void Utf8Test::writesAndReadsEveryCodePoint() {
    for (char32_t point = 0; point < 0x110000; ++point) {
        if (point >= 0xd800 && point < 0xe000) continue;
        std::string text;
        appendCodePoint(text, point);
        std::size_t at = 0;
        if (repairUtf8(text) != text || codePointCount(text) != 1 || nextCodePoint(text, at) != point || at != text.size())
            QFAIL(QByteArray::number(point, 16));
    }
}

void Utf8Test::repairsBrokenSequences_data() {
    QTest::addColumn<QByteArray>("broken");
    QTest::addColumn<QByteArray>("repaired");  // ? stands for U+FFFD
    const auto row = [](const char* name, const char* broken, const char* repaired) {
        QTest::newRow(name) << QByteArray(broken) << QByteArray(repaired).replace("?", "\xEF\xBF\xBD");
    };
    row("lone continuation", "a\x80z", "a?z");
    row("never used", "\xc0\xaf\xf5\xff", "????");
    row("surrogate", "\xed\xa0\x80", "???");
    row("beyond the last", "\xf4\x90\x80\x80", "????");
    row("overlong", "\xe0\x80\xaf", "???");
    row("cut at the end", "\xf0\x9f\x98", "?");
    row("cut by a letter", "\xe4\xbdx", "?x");
    row("cut by another", "\xe4\xbd\xe4\xbd\xa0", "?\xe4\xbd\xa0");
    row("two cut", "\xc3\xc3", "??");
}

void Utf8Test::repairsBrokenSequences() {
    QFETCH(QByteArray, broken);
    QFETCH(QByteArray, repaired);
    QCOMPARE(repairUtf8(broken.toStdString()), repaired.toStdString());
}

void Utf8Test::repairedTextIsLeftAlone() {
    quint32 state = 1;
    for (int round = 0; round < 20'000; ++round) {
        std::string noise;
        for (int i = 0; i < 12; ++i) {
            state = state * 1664525u + 1013904223u;
            noise += static_cast<char>(state & 0x10000 ? state >> 24 : (state >> 24) | 0xc0);
        }
        const std::string once = repairUtf8(noise);
        QVERIFY(QString::fromUtf8(once.c_str(), static_cast<int>(once.size())).toUtf8().toStdString() == once);
        QCOMPARE(repairUtf8(once), once);
    }
}

void Utf8Test::everyByteHasItsCharacter() {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    std::string text;
    appendByteLevel(text, bytes);

    QCOMPARE(codePointCount(text), std::size_t{256});
    QVERIFY(bytesOfByteLevel(text) == bytes);
    QVERIFY(!bytesOfByteLevel(" ") && !bytesOfByteLevel("\u0144"));
    text.clear();
    appendByteLevel(text, " \n\x7f");
    QCOMPARE(text, std::string("\u0120\u010a\u0121"));
}

DQ_TEST(Utf8Test);

#include "utf8_test.moc"
