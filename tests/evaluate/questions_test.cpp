#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/evaluate/questions.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using evaluate::Question;
using evaluate::questionsOf;

namespace {

Question only(const std::string& line) {
    return questionsOf(line, "q.jsonl").at(0);
}

}  // namespace

class QuestionsTest : public QObject {
    Q_OBJECT

private slots:
    void readsArc();
    void readsPiqaHellaSwagAndBoolQ();
    void readsOursAndPassesBlankLinesBy();
    void stopsAtTheLimit();
    void namesLineAndFault_data();
    void namesLineAndFault();
};

void QuestionsTest::readsArc() {
    const std::string head = "{\"question\": \"Why?\", \"choices\": {\"text\": [\"sun\", \"rain\"], \"label\": [\"A\", \"B\"]}, \"answerKey\": ";
    const Question question = only(head + "\"B\"}");

    QCOMPARE(question.context, std::string("Question: Why?\nAnswer:"));
    QCOMPARE(question.choices, (std::vector<std::string>{" sun", " rain"}));
    QCOMPARE(question.answer, 1u);
    QCOMPARE(only(head + "\"1\"}").answer, 0u);
}

void QuestionsTest::readsPiqaHellaSwagAndBoolQ() {
    const Question piqa = only("{\"goal\": \"Boil\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": 1}");
    QCOMPARE(piqa.context, std::string("Question: Boil\nAnswer:"));
    QCOMPARE(piqa.choices.at(1), std::string(" b"));
    QCOMPARE(piqa.answer, 1u);

    const Question swag = only("{\"activity_label\": \"Dance\", \"ctx_a\": \"She\", \"ctx_b\": \"then\", \"endings\": [\"x\", \"y\", \"z\"], \"label\": \"2\"}");
    QCOMPARE(swag.context, std::string("Dance: She then"));
    QCOMPARE(swag.answer, 2u);

    const Question bool1 = only("{\"passage\": \"P.\", \"question\": \"is it\", \"answer\": true}");
    QCOMPARE(bool1.context, std::string("P.\nQuestion: is it?\nAnswer:"));
    QCOMPARE(bool1.choices.at(bool1.answer), std::string(" yes"));
}

void QuestionsTest::readsOursAndPassesBlankLinesBy() {
    const auto questions = questionsOf("\n{\"context\": \"He is\", \"choices\": [\" tall.\", \" old.\"], \"answer\": 0}\r\n\n", "q.jsonl");

    QCOMPARE(questions.size(), 1u);
    QCOMPARE(questions[0].choices.at(0), std::string(" tall."));
}

void QuestionsTest::stopsAtTheLimit() {
    const std::string line = "{\"context\": \"c\", \"choices\": [\"a\", \"b\"], \"answer\": 0}\n";
    QCOMPARE(questionsOf(line + line + "no JSON behind the limit", "q.jsonl", 2).size(), 2u);
}

void QuestionsTest::namesLineAndFault_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("fault");
    QTest::newRow("no JSON") << "{" << "line 1";
    QTest::newRow("a list") << "[1]" << "JSON object";
    QTest::newRow("no shape") << "{\"text\": \"a\"}" << "none of the shapes";
    QTest::newRow("one choice") << "{\"context\": \"c\", \"choices\": [\"a\"], \"answer\": 0}" << "two at least";
    QTest::newRow("empty choice") << "{\"context\": \"c\", \"choices\": [\"a\", \" \"], \"answer\": 0}" << "empty choice";
    QTest::newRow("answer beyond") << "{\"context\": \"c\", \"choices\": [\"a\", \"b\"], \"answer\": 2}" << "choice 2 counted from 0";
    QTest::newRow("answer negative") << "{\"context\": \"c\", \"choices\": [\"a\", \"b\"], \"answer\": -1}" << "number of a choice";
    QTest::newRow("wrong label") << "{\"question\": \"q\", \"choices\": {\"text\": [\"a\", \"b\"], \"label\": [\"A\", \"B\"]}, \"answerKey\": \"E\"}"
                                 << "no choice's label";
    QTest::newRow("too few labels") << "{\"question\": \"q\", \"choices\": {\"text\": [\"a\", \"b\"], \"label\": [\"A\"]}, \"answerKey\": \"A\"}"
                                    << "2 choices, but 1 labels";
    QTest::newRow("missing solution") << "{\"goal\": \"g\", \"sol1\": \"a\", \"label\": 0}" << "sol2";
    QTest::newRow("answer no truth value") << "{\"passage\": \"p\", \"question\": \"q\", \"answer\": \"yes\"}" << "true or false";
    QTest::newRow("choice no text") << "{\"context\": \"c\", \"choices\": [1, 2], \"answer\": 0}" << "must hold texts";
    QTest::newRow("nothing") << "\n\n" << "holds no question";
}

void QuestionsTest::namesLineAndFault() {
    QFETCH(QString, line);
    QFETCH(QString, fault);
    DQ_THROWS(questionsOf(line.toStdString(), "q.jsonl"), "q.jsonl", fault.toStdString());
}

DQ_TEST(QuestionsTest);
#include "questions_test.moc"
