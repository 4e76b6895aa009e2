#include <QAbstractButton>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>
#include <QXmlStreamReader>

#include "core/allocate/compare/peers.hpp"
#include "core/format/format.hpp"
#include "core/quality/peer_losses.hpp"
#include "tests/ui/cut_text.hpp"
#include "tests/ui/opened.hpp"
#include "ui/session/export_target.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/export_dialog.hpp"
#include "ui/window/workspace.hpp"
#include "ui/words/core_words.hpp"
#include "ui/words/language.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

const QString sources = QStringLiteral(DQ_SOURCE_DIR);
const QString german = sources + "/resources/translations/dynaquant_de.ts";

struct Message {
    QString context, source, translation, type;
};

QList<Message> messagesIn(const QString& file) {
    QFile ts(file);
    if (!ts.open(QIODevice::ReadOnly)) return {};
    QXmlStreamReader xml(&ts);
    QList<Message> messages;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == u"name") context = xml.readElementText();
        if (xml.name() == u"message") messages.append({context, {}, {}, {}});
        if (xml.name() == u"source") messages.last().source = xml.readElementText();
        if (xml.name() == u"translation") {
            messages.last().type = xml.attributes().value("type").toString();
            messages.last().translation = xml.readElementText();
        }
    }
    return xml.hasError() ? QList<Message>() : messages;
}

/// "%1", "%2", … in order.
QStringList placesIn(const QString& text) {
    static const QRegularExpression place("%\\d");
    QStringList found;
    for (auto match = place.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    found.sort();
    found.removeDuplicates();
    return found;
}

QAction* actionNamed(const QMenu* menu, const QString& text) {
    for (QAction* action : menu->actions()) {
        if (action->text() == text) return action;
        if (action->menu())
            if (QAction* inside = actionNamed(action->menu(), text)) return inside;
    }
    return nullptr;
}

QAction* actionNamed(const MainWindow& window, const QString& text) {
    for (QAction* top : window.menuBar()->actions())
        if (QAction* found = actionNamed(top->menu(), text)) return found;
    return nullptr;
}

}  // namespace

/// The window speaks the languages it says, wholly.
class LanguageTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        QSettings().clear();
        speak("en");
        if (!isLanguage("de")) QSKIP("this build was made without Qt's translation tools (qt6-l10n-tools)");
    }
    void cleanup() {
        speak("en");
        QCoreApplication::processEvents();
    }
    void cleanupTestCase() { QSettings().clear(); }

    void everyTextHasATranslationWithTheSamePlaces() {
        const QList<Message> messages = messagesIn(german);
        QVERIFY(messages.size() > 400);
        for (const Message& message : messages) {
            QVERIFY2(message.type.isEmpty() && !message.translation.isEmpty(), qPrintable(message.source));
            QVERIFY2(placesIn(message.source) == placesIn(message.translation), qPrintable(message.source));
        }
    }

    void noTextOfTheSourcesIsMissingFromIt() {
        const QString lupdate = QStandardPaths::findExecutable("lupdate", {"/usr/lib/qt6/bin"});
        if (lupdate.isEmpty()) QSKIP("lupdate is not installed");
        QTemporaryDir folder;
        const QString copy = folder.filePath("dynaquant_de.ts");
        QVERIFY(QFile::copy(german, copy));

        QProcess tool;
        tool.setWorkingDirectory(sources);
        tool.start(lupdate, {"-no-obsolete", "-I", ".", "ui", "-ts", copy, "-locations", "none"});
        QVERIFY(tool.waitForFinished(120000) && tool.exitCode() == 0);

        for (const Message& message : messagesIn(copy))
            QVERIFY2(message.type.isEmpty(), qPrintable(message.context + ": " + message.source + " (" + message.type + ')'));
        QCOMPARE(messagesIn(copy).size(), messagesIn(german).size());
    }

    void whatTheCoreSaysIsTranslatedToo() {
        speak("de");
        const auto differs = [](std::string_view english) {
            return coreWords(english) != QString::fromUtf8(english.data(), static_cast<qsizetype>(english.size()));
        };
        for (const format::Palette& palette : format::palettes())
            QVERIFY2(differs(palette.description), palette.description.c_str());
        for (const quality::Metric metric : quality::metrics()) {
            if (!quality::isPeerMetric(metric)) QVERIFY(differs(quality::metricName(metric)));  // the others are names of tools
            QVERIFY(differs(quality::metricSentence(metric)));
        }
        for (const allocate::compare::Peer& peer : allocate::compare::peers())
            QVERIFY2(differs(peer.source), std::string(peer.source).c_str());
        QCOMPARE(coreWords("nobody ever said this"), "nobody ever said this");
    }

    void theMenuSwitchesItAtOnceAndKeepsTheSession() {
        test::ShownWindow shown;
        shown.session().setBitsPerWeight(4.5);
        shown.session().select(7);
        const Bytes budget = shown.session().budget();
        QVERIFY(shown.window.statusLine().choiceText().contains("bits per weight"));
        QAction* deutsch = actionNamed(shown.window, "Deutsch");
        QVERIFY(deutsch);

        deutsch->trigger();

        QTRY_COMPARE(shown.window.menuBar()->actions().front()->text(), "&Datei");
        QVERIFY(shown.window.statusLine().choiceText().contains("Bits je Gewicht"));
        QCOMPARE(shown.session().budget(), budget);
        QCOMPARE(shown.session().selected(), 7);
        QTRY_VERIFY(shown.window.workspace().isVisible());
        QCOMPARE(rememberedLanguage(), "de");
        QTest::keyClick(&shown.window, Qt::Key_L, Qt::ControlModifier);  // the new actions work, and only once
        QVERIFY(!shown.session().logLoss());
        actionNamed(shown.window, "English")->trigger();
        QTRY_COMPARE(shown.window.menuBar()->actions().front()->text(), "&File");
    }

    void nothingIsCutOffInGermanEither() {
        speak("de");
        test::ShownWindow shown;
        shown.session().setBitsPerWeight(4.5);
        QTRY_VERIFY(!shown.session().finishing());
        shown.window.resize(1280, 720);
        QCoreApplication::processEvents();

        QCOMPARE(shown.window.size(), QSize(1280, 720));
        QCOMPARE(test::cutText(shown.window), QString());
        shown.session().takeSnapshot();
        QCoreApplication::processEvents();
        QCOMPARE(test::cutText(shown.window), QString());
    }

    void nothingIsCutOffAtTwiceTheSizeEither_data() {
        QTest::addColumn<QString>("function");
        QTest::newRow("the window") << "nothingIsCutOffInGermanEither";
        QTest::newRow("start page and export") << "theStartPageAndTheExportDialogAreWholeInGerman";
    }

    /// The scale is asked for when a program starts, so this program is started once more.
    void nothingIsCutOffAtTwiceTheSizeEither() {
        QFETCH(QString, function);
        if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR")) QSKIP("this is the program that was started once more");
        QProcess again;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QT_SCALE_FACTOR", "2");
        again.setProcessEnvironment(environment);
        again.start(QCoreApplication::applicationFilePath(), {function, "-nocrashhandler"});
        QVERIFY(again.waitForFinished(120000));
        const QString said = again.readAllStandardOutput();
        QVERIFY2(said.contains("PASS   : LanguageTest::" + function), qPrintable(said));
    }

    void theStartPageAndTheExportDialogAreWholeInGerman() {
        speak("de");
        QTemporaryDir folder;
        MainWindow window(folder.path().toStdString());
        window.resize(1280, 720);
        window.show();
        QCoreApplication::processEvents();
        QCOMPARE(test::cutText(window), QString());

        test::OpenSession open;
        ExportDialog dialog(open.session, open.folder.path());
        dialog.show();
        QTRY_VERIFY(!open.session.busy());
        QCoreApplication::processEvents();
        QCOMPARE(test::cutText(dialog), QString());
        QVERIFY(exportTargets().front().sentence().startsWith("Eine Datei"));
    }
};

DQ_TEST(LanguageTest);
#include "language_test.moc"
