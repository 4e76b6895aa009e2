#include <QRegularExpression>
#include <algorithm>
#include <set>

#include "app/demo/story/story.hpp"
#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

namespace {
using namespace dq::demo;

std::vector<Story> stories(std::uint64_t seed, int count) {
    Random random(seed);
    std::vector<Story> all;
    for (int i = 0; i < count; ++i)
        all.push_back(writeStory(random));
    return all;
}

QString body(const Story& story) {
    return QString::fromStdString(story.text).section('\n', 0, -2);
}

QString recap(const Story& story) {
    return QString::fromStdString(story.text).section('\n', -1);
}

int numberOf(const QString& word) {
    const auto numbers = words::numbers();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (word.compare(QString::fromUtf8(numbers[i].data(), static_cast<qsizetype>(numbers[i].size())),
                         Qt::CaseInsensitive) == 0)
            return static_cast<int>(i);
    return -1;
}

QRegularExpressionMatch match(const QString& pattern, const QString& text) {
    return QRegularExpression(pattern, QRegularExpression::UseUnicodePropertiesOption).match(text);
}
}  // namespace

class StoryTest : public QObject {
    Q_OBJECT

private slots:
    void theSameSeedTellsTheSameStories();
    void theFirstNumbersAreKnown();
    void textsOfDifferentUseShareNoStory();
    void everyAnswerOfARecapWasSettledBefore();
    void aThingIsFoundWhereItWasPut();
    void countsComeOut();
    void verseAndSecretWordsAreRepeated();
    void articlesFitTheirWords();
    void noTemplateMarkIsLeft();
    void aTemplateWithAnUnknownSlotIsRefused();
    void aListUsedUpIsRefused();
};

void StoryTest::theSameSeedTellsTheSameStories() {
    QCOMPARE(writeStories(7, 20), writeStories(7, 20));
    QVERIFY(writeStories(7, 20) != writeStories(8, 20));
}

void StoryTest::theFirstNumbersAreKnown() {
    Random random(0);  // the published first outputs of splitmix64 for seed 0

    QCOMPARE(random.next(), 0xe220a8397b1dcdafu);
    QCOMPARE(random.next(), 0x6e789e6aa1b965f4u);
}

void StoryTest::textsOfDifferentUseShareNoStory() {
    std::set<std::string> seen;
    std::size_t told = 0;
    for (const auto& [text, count] :
         {std::pair{Text::Calibration, 140}, {Text::Evaluation, 140}, {Text::Training, 12000}}) {
        for (std::string& story : writeStories(static_cast<std::uint64_t>(text), count))
            seen.insert(std::move(story));
        told += static_cast<std::size_t>(count);
    }
    QCOMPARE(seen.size(), told);
}

void StoryTest::everyAnswerOfARecapWasSettledBefore() {
    int asked = 0;
    for (const Story& story : stories(11, 500)) {
        const QString told = body(story), end = recap(story);
        int inThis = 0;
        for (const Fact& fact : story.facts) {
            const QString question = QString::fromStdString(fact.question);
            if (!end.contains(question)) continue;
            ++inThis;
            QVERIFY2(end.contains(question + " " + QString::fromStdString(fact.answer)), story.text.c_str());
            QVERIFY2(told.contains(QString::fromStdString(fact.value), Qt::CaseInsensitive),
                     story.text.c_str());
        }
        QCOMPARE(inThis, static_cast<int>(end.count('?')) - static_cast<int>(end.count("Do you remember?")));
        asked += inThis;
    }
    QVERIFY(asked >= 500);
}

void StoryTest::aThingIsFoundWhereItWasPut() {
    int checked = 0;
    for (const Story& story : stories(12, 1000)) {
        const auto question = match("Where was the (\\w+)\\? It was ([^.]+)\\.", recap(story));
        if (!question.hasMatch()) continue;
        ++checked;
        const QString put = "the " + question.captured(1) + " " + question.captured(2);
        QVERIFY2(body(story).contains(put), story.text.c_str());
    }
    QVERIFY(checked > 50);
}

void StoryTest::countsComeOut() {
    int checked = 0;
    for (const Story& story : stories(13, 800)) {
        const QString told = body(story);
        const auto had =
            match("(?:had|lay|collected) (\\w+) (\\w+)(?: in a (?:bag|box|jar)\\.|\\.|, and all)", told);
        if (!had.hasMatch() || numberOf(had.captured(1)) < 0) continue;
        const auto gave = match("(?:gave|take|for) (\\w+) (?:of my )?" + had.captured(2), told);
        const auto left =
            match("How many " + had.captured(2) + " did \\w+ have at the end\\? S?[Hh]e had (\\w+)\\.",
                  recap(story));
        if (!gave.hasMatch() || !left.hasMatch()) continue;
        ++checked;
        QCOMPARE(numberOf(left.captured(1)), numberOf(had.captured(1)) - numberOf(gave.captured(1)));
    }
    QVERIFY(checked > 10);
}

void StoryTest::verseAndSecretWordsAreRepeated() {
    int checked = 0;
    for (const Story& story : stories(14, 500)) {
        for (const Fact& fact : story.facts) {
            if (fact.topic != "song" && fact.topic != "words") continue;
            ++checked;
            QVERIFY2(body(story).count(QString::fromStdString(fact.value), Qt::CaseInsensitive) >= 2,
                     story.text.c_str());
        }
    }
    QVERIFY(checked > 100);
}

void StoryTest::articlesFitTheirWords() {
    for (const Story& story : stories(15, 500)) {
        const auto wrong = match("\\b[Aa] (?:[aeiou]|honest)|\\b[Aa]n (?!honest)[^aeiou]",
                                 QString::fromStdString(story.text));
        QVERIFY2(!wrong.hasMatch(), story.text.c_str());
    }
}

void StoryTest::noTemplateMarkIsLeft() {
    for (const Story& story : stories(16, 500)) {
        QVERIFY2(story.text.find_first_of("{}[]|^@") == std::string::npos, story.text.c_str());
        QVERIFY2(story.text.find("  ") == std::string::npos, story.text.c_str());
    }
}

void StoryTest::aTemplateWithAnUnknownSlotIsRefused() {
    Random random(1);
    Teller teller(random);

    DQ_THROWS(teller.fill("{nobody} went home."), "nobody");
    DQ_THROWS(teller.fill("{half"), "bracket", "{half");
}

void StoryTest::aListUsedUpIsRefused() {
    Random random(1);
    Teller teller(random);
    for (std::size_t i = 0; i < words::days().size(); ++i)
        teller.fresh("day", words::days());

    DQ_THROWS(teller.fresh("day", words::days()), "day");
}

DQ_TEST(StoryTest);
#include "story_test.moc"
