#include "core/text/normal_form.hpp"

#include <QElapsedTimer>
#include <random>

#include "core/base/error.hpp"
#include "core/text/characters.hpp"
#include "core/text/utf8.hpp"
#include "tests/support/runner.hpp"

using dq::text::normalized;
using dq::text::NormalForm;

class NormalFormTest : public QObject {
    Q_OBJECT

private slots:
    void normalizes_data();
    void normalizes();
    void agreesWithQt();
    void aTextOfNothingButMarksTakesNoQuadraticTime();
    void lowersOneCharacterAtATime();
};

void NormalFormTest::normalizes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("nfc");
    QTest::addColumn<QString>("nfd");
    QTest::addColumn<QString>("nfkc");
    QTest::addColumn<QString>("nfkd");
    const auto row = [](const char* name, const QString& text, const QString& c, const QString& d, const QString& kc, const QString& kd) {
        QTest::newRow(name) << text << c << d << kc << kd;
    };
    row("nothing", "", "", "", "", "");
    row("ascii", "a b", "a b", "a b", "a b", "a b");
    row("composed", "x\u00e9y", "x\u00e9y", "xe\u0301y", "x\u00e9y", "xe\u0301y");
    row("decomposed", "xe\u0301y", "x\u00e9y", "xe\u0301y", "x\u00e9y", "xe\u0301y");
    row("marks out of order", "a\u0301\u0316", "\u00e1\u0316", "a\u0316\u0301", "\u00e1\u0316", "a\u0316\u0301");
    row("mark alone", "\u0301a", "\u0301a", "\u0301a", "\u0301a", "\u0301a");
    row("ligature", "\ufb01", "\ufb01", "\ufb01", "fi", "fi");
    row("excluded from composition", "\u0958", "\u0915\u093c", "\u0915\u093c", "\u0915\u093c", "\u0915\u093c");
    row("syllable", "\u1100\u1161\u11a8", "\uac01", "\u1100\u1161\u11a8", "\uac01", "\u1100\u1161\u11a8");
    row("syllable and consonant", "\uac00\u11a8", "\uac01", "\u1100\u1161\u11a8", "\uac01", "\u1100\u1161\u11a8");
    row("singleton", "\u212b\u2126", "\u00c5\u03a9", "A\u030a\u03a9", "\u00c5\u03a9", "A\u030a\u03a9");
}

void NormalFormTest::normalizes() {
    QFETCH(QString, text);
    QFETCH(QString, nfc);
    QFETCH(QString, nfd);
    QFETCH(QString, nfkc);
    QFETCH(QString, nfkd);
    const std::string given = text.toStdString();

    QCOMPARE(normalized(given, NormalForm::NFC), nfc.toStdString());
    QCOMPARE(normalized(given, NormalForm::NFD), nfd.toStdString());
    QCOMPARE(normalized(given, NormalForm::NFKC), nfkc.toStdString());
    QCOMPARE(normalized(given, NormalForm::NFKD), nfkd.toStdString());
}

/// Qt carries tables of its own, of Unicode 14 here.
void NormalFormTest::agreesWithQt() {
    std::mt19937 random(5);
    const std::vector<std::pair<char32_t, char32_t>> blocks{{0x20, 0x7e},     {0xa0, 0x24f},   {0x300, 0x36f},   {0x390, 0x3ff}, {0x590, 0x5ff},
                                                            {0x900, 0x97f},   {0x1100, 0x11ff}, {0x1e00, 0x1fff}, {0x2000, 0x218f}, {0x3040, 0x30ff},
                                                            {0xac00, 0xad00}, {0xf900, 0xfaff}, {0xfb00, 0xfb4f}, {0x1d100, 0x1d1ff}};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::size_t left = random() % 12; left > 0; --left) {
            const auto [low, high] = blocks[random() % blocks.size()];
            dq::text::appendCodePoint(text, low + static_cast<char32_t>(random()) % (high - low + 1));
        }
        const QString whole = QString::fromStdString(text);
        for (const auto& [form, theirs] : {std::pair{NormalForm::NFC, QString::NormalizationForm_C}, std::pair{NormalForm::NFD, QString::NormalizationForm_D},
                                           std::pair{NormalForm::NFKC, QString::NormalizationForm_KC}, std::pair{NormalForm::NFKD, QString::NormalizationForm_KD}})
            QVERIFY2(normalized(text, form) == whole.normalized(theirs).toStdString(), QByteArray::fromStdString(text).toPercentEncoding());
    }
}

void NormalFormTest::aTextOfNothingButMarksTakesNoQuadraticTime() {
    std::string text = "a";
    for (int i = 0; i < 100'000; ++i) text += "\u0301\u0316";
    QElapsedTimer timer;
    timer.start();

    QCOMPARE(normalized(text, NormalForm::NFC).size(), text.size() - 1);  // a and the first acute become one
    QVERIFY2(timer.elapsed() < 20'000, "it takes hundredths of a second; quadratic work would take minutes");
}

void NormalFormTest::lowersOneCharacterAtATime() {
    std::string text;
    for (const char32_t point : {U'A', U'\u00c9', U'\u03a3', U'\u0130', U'\u01c5', U'1', U'\u00df'}) dq::text::appendLower(text, point);

    QCOMPARE(text, std::string("a\u00e9\u03c3i\u0307\u01c61\u00df"));
}

DQ_TEST(NormalFormTest);

#include "normal_form_test.moc"
