#include "core/text/words.hpp"

#include <random>

#include "core/base/error.hpp"
#include "core/text/characters.hpp"
#include "core/text/pattern.hpp"
#include "core/text/regex.hpp"
#include "core/text/utf8.hpp"
#include "tests/support/runner.hpp"

using dq::text::Regex;
using dq::text::Words;

namespace {

/// Characters that the patterns tell apart, each likely; now and then any other one that PCRE2's older Unicode knows too.
char32_t anyCharacter(std::mt19937& random) {
    static constexpr std::u32string_view likely =
        U" \n\r\t  \u00a0\u3000\u0085''''\u2019stmdrevlSTMDREVL\u017f\u212aabzABZ\u00e9\u00c9\u01c5\u02b0\u65e5\u0627\u0301\u093f\u0488\u20dd"
        U"019\u0663\u2167\u00b2//..,!?$+_-\u200d\u200b\u00ad\U0001f600\ufffd\x00\x1b";
    if (random() % 8 != 0) return likely[random() % likely.size()];
    static const auto assigned = Regex::compile("[^\\p{Cn}\\p{Cs}]", "assigned characters");
    while (true) {
        const char32_t point = static_cast<char32_t>(random()) % (random() % 3 == 0 ? 0x110000 : 0x3100);
        if (point >= 0xd800 && point < 0xe000) continue;
        std::string one;
        dq::text::appendCodePoint(one, point);
        if (!assigned->matches(one).empty()) return point;
    }
}

std::string anyText(std::mt19937& random) {
    std::string text;
    for (std::size_t left = random() % 24; left > 0; --left) {
        const char32_t point = anyCharacter(random);
        for (std::size_t again = random() % 5 == 0 ? random() % 5 : 1; again > 0; --again) dq::text::appendCodePoint(text, point);
    }
    return text;
}

}  // namespace

class WordsTest : public QObject {
    Q_OBJECT

private slots:
    void findsWhatPcreFinds_data();
    void findsWhatPcreFinds();
    void knowsNoOtherPattern();
    void kindsAreThoseOfPcre_data();
    void kindsAreThoseOfPcre();
};

void WordsTest::findsWhatPcreFinds_data() {
    QTest::addColumn<int>("which");
    for (std::size_t i = 0; i < Words::patterns().size(); ++i) QTest::addRow("pattern %d", static_cast<int>(i)) << static_cast<int>(i);
}

void WordsTest::findsWhatPcreFinds() {
    QFETCH(int, which);
    const std::string pattern(Words::patterns().at(static_cast<std::size_t>(which)));
    const Words words = Words::of(pattern).value();
    const auto regex = Regex::compile(dq::text::translatePattern(pattern, "words"), "words");
    std::mt19937 random(static_cast<unsigned>(which) + 1);

    for (int round = 0; round < 40'000; ++round) {
        const std::string text = anyText(random);
        std::size_t at = 0;
        for (const dq::text::Range match : regex->matches(text)) {
            QVERIFY2(match.begin == at, QByteArray::fromStdString(text).toPercentEncoding());
            at = words.end(text, at);
            QVERIFY2(match.end == at, QByteArray::fromStdString(text).toPercentEncoding());
        }
        QCOMPARE(at, text.size());
    }
}

void WordsTest::knowsNoOtherPattern() {
    QVERIFY(!Words::of("").has_value());
    QVERIFY(!Words::of(std::string(Words::patterns()[0]) + " ").has_value());
}

void WordsTest::kindsAreThoseOfPcre_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<int>("kinds");
    using namespace dq::text;
    QTest::newRow("capitals") << "[\\p{Lu}\\p{Lt}]" << int{kind::upper};
    QTest::newRow("small letters") << "\\p{Ll}" << int{kind::lower};
    QTest::newRow("letters") << "\\p{L}" << int{kind::anyLetter};
    QTest::newRow("marks") << "\\p{M}" << int{kind::mark};
    QTest::newRow("numbers") << "\\p{N}" << int{kind::number};
    QTest::newRow("white space") << "\\p{White_Space}" << int{kind::space};
    QTest::newRow("punctuation") << "\\p{P}" << int{kind::punctuation};
}

/// Of every character that PCRE2 10.42 (Unicode 14) knows; the few whose category changed since would show here.
void WordsTest::kindsAreThoseOfPcre() {
    QFETCH(QString, pattern);
    QFETCH(int, kinds);
    const auto matches = Regex::compile(pattern.toStdString(), "kinds"), assigned = Regex::compile("\\P{Cn}", "assigned");

    for (char32_t point = 0; point < 0x32000; ++point) {
        if (point >= 0xd800 && point < 0xe000) continue;
        std::string one;
        dq::text::appendCodePoint(one, point);
        if (assigned->matches(one).empty()) continue;
        const bool ours = (dq::text::kindOf(point) & kinds) != 0;
        QVERIFY2(ours == !matches->matches(one).empty(), qPrintable(QString::number(point, 16)));
    }
}

DQ_TEST(WordsTest);

#include "words_test.moc"
