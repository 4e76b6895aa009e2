#include "ui/command_line.hpp"
#include "tests/support/runner.hpp"

using namespace dq::ui;

class CommandLineTest : public QObject {
    Q_OBJECT

    static QString complaint(const QStringList& words) {
        const auto read = readCommandLine(QStringList{"dynaquant"} + words);
        const auto* answer = std::get_if<Answer>(&read);
        return answer && answer->exitCode == 2 ? answer->text : QString();
    }

private slots:
    void everyWordFindsItsPlace() {
        const auto read = readCommandLine({"dynaquant", "/m", "--cache", "/c", "--screenshot", "s.png",
                                           "--size", "1280x720", "--theme", "dark", "--bits", "4.5",
                                           "--select", "down_proj", "--platform", "offscreen"});

        const auto& request = std::get<Request>(read);
        QCOMPARE(request.model, "/m");
        QCOMPARE(request.cache, "/c");
        QCOMPARE(request.screenshot, "s.png");
        QCOMPARE(request.size, QSize(1280, 720));
        QCOMPARE(request.bits, 4.5);
        QCOMPARE(request.select, "down_proj");
        QVERIFY(request.scheme == Scheme::Dark);
    }

    void nothingIsAskedByDefault() {
        const auto read = readCommandLine({"dynaquant"});

        QVERIFY(std::get<Request>(read).model.isEmpty());
        QVERIFY(!std::get<Request>(read).size.isValid());
    }

    void helpAndVersionAreAnswersWithExitCodeZero() {
        for (const char* word : {"--help", "-h", "--version", "-v"}) {
            const auto read = readCommandLine({"dynaquant", word});
            QCOMPARE(std::get<Answer>(read).exitCode, 0);
            QVERIFY(std::get<Answer>(read).text.contains("dynaquant", Qt::CaseInsensitive));
        }
    }

    void whatIsNotUnderstoodIsSaid() {
        QVERIFY(complaint({"--size", "3x"}).contains("WIDTHxHEIGHT"));
        QVERIFY(complaint({"--size", "99999999999x4"}).contains("WIDTHxHEIGHT"));
        QVERIFY(complaint({"--theme", "pink"}).contains("light or dark"));
        QVERIFY(complaint({"--bits", "many"}).contains("number"));
        QVERIFY(complaint({"a", "b"}).contains("one model"));
        QVERIFY(!complaint({"--party"}).isEmpty());
    }
};

DQ_TEST(CommandLineTest);
#include "command_line_test.moc"
