#include <QCheckBox>
#include <QJsonDocument>
#include <QLabel>
#include <QMenuBar>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "tests/ui/cut_text.hpp"
#include "tests/ui/opened.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/views/front_legend.hpp"
#include "ui/views/front_options.hpp"
#include "ui/window/workspace.hpp"
#include "ui/words/language.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

const QByteArray answer =
    "{\"model\": \"m\", \"text\": \"e.txt\", \"metric\": \"fisher-diagonal\", \"points\": [{\"name\": \"front\", \"bytes\": 400000,"
    "\"bits_per_weight\": 4, \"predicted\": 0.01, \"corrected\": 0.012, \"kl\": {\"mean\": 0.013, \"low\": 0.011, \"high\": 0.015}}],"
    "\"reallocated\": [], \"before\": {\"spearman\": 0.99, \"median_ratio\": 0.75, \"median_log_ratio\": 0.1},"
    "\"after\": {\"spearman\": 1, \"median_ratio\": 1, \"median_log_ratio\": 0.05}}";

QJsonObject object(const QByteArray& text) {
    return QJsonDocument::fromJson(text).object();
}

/// Every format of a table three times as bad as predicted, but for one that is ten times.
QString learnedOf(const measure::Measurements& table, const QTemporaryDir& folder) {
    quality::Correction correction{table.key.hex(), "fisher-diagonal", table.formats, std::vector<double>(table.formats.size(), 3), 0};
    correction.gains.front() = 10;
    const QString file = folder.filePath("learned.json");
    writeFile(file.toStdString(), quality::toJson(correction));
    return file;
}

}  // namespace

class ValidatedTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { speak("en"); }

    void aCorrectionChangesTheFrontAndCanBeUndone() {
        test::OpenSession open;
        Session& session = open.session;
        const double before = session.choice().loss;
        session.takeValidation(validatedOf(object(answer), learnedOf(*session.table(), open.folder)));
        QVERIFY(session.validated()->words.contains("0.75"));
        QCOMPARE(session.choice().loss, before);

        session.setCorrected(true);
        QTRY_VERIFY(session.question().correction != nullptr && !session.busy());
        QVERIFY(session.explored()->front->vertices().front().loss > 2.9 * before / 3);
        QVERIFY(session.choice().loss > 2 * before);

        session.history().undo();
        QTRY_VERIFY(session.question().correction == nullptr && !session.busy());
        QTRY_COMPARE(session.choice().loss, before);
    }

    void whatTheCorrectionChangesIsSaidAndBothFrontsAreThere() {
        test::ShownWindow shown;
        Session& session = shown.session();
        QLabel* const label = shown.window.workspace().correctionLabel();
        QVERIFY(!label->isVisible());
        Validated validated = validatedOf(object(answer), learnedOf(*session.table(), shown.folder));
        const Bytes size = session.choice().bytes;
        validated.pairs = {{{"front", size / 2, 9, 8, 10}, {"front", size / 2, 9, 8, 10}},
                           {{"front", size, 0.02, 0.018, 0.022}, {"front", size, 0.015, 0.014, 0.016}}};
        session.takeValidation(std::move(validated));

        QTRY_VERIFY(session.judgedOtherwise());
        QTRY_VERIFY2(label->text().contains("matrices"), qPrintable(label->text()));
        QVERIFY(label->isVisible());
        QVERIFY2(label->text().contains("0.0200") || label->text().contains("20.0"), qPrintable(label->text()));
        QVERIFY2(label->text().contains("25 %"), qPrintable(label->text()));
        QVERIFY(session.judgedOtherwise()->front->vertices().front().loss > 2.9 * session.explored()->front->vertices().front().loss);

        const QString before = label->text();
        session.setCorrected(true);
        QTRY_VERIFY(session.corrected() && session.judgedOtherwise() && !session.judgedOtherwise()->question.correction);
        QTRY_COMPARE(label->text(), before);  // the same two choices, whichever is shown
    }

    void theEffectAddsUp() {
        test::OpenSession open;
        const measure::Measurements* table = open.session.table();
        Question question = open.session.question();
        question.correction = validatedOf(object(answer), learnedOf(*table, open.folder)).correction;
        const auto predicted = explore(open.session.explored()->table, open.session.question());
        const auto corrected = explore(open.session.explored()->table, question);
        const Bytes budget = open.session.budget();

        const CorrectionEffect effect = effectOf(*predicted, *corrected, budget);

        QVERIFY(effect.changed >= 0 && effect.changed <= effect.matrices);
        QVERIFY(qAbs(effect.predicted.before / predicted->front->exact(budget).loss - 1) < 1e-12);
        QVERIFY(qAbs(effect.corrected.after / corrected->front->exact(budget).loss - 1) < 1e-12);
        QVERIFY(effect.predicted.before <= effect.predicted.after * (1 + 1e-12));  // each is the best by its own measure
        QVERIFY(effect.corrected.after <= effect.corrected.before * (1 + 1e-12));
        const CorrectionEffect none = effectOf(*predicted, *predicted, budget);
        QCOMPARE(none.changed, 0);
        QVERIFY(none.words().contains("keeps its format"));
    }

    void theLegendNamesMeasuredPointsOnceThereAreSome() {
        test::ShownWindow shown;
        FrontLegend* legend = shown.window.workspace().frontOptions()->measured();
        QVERIFY(!legend->isVisible());
        shown.session().takeValidation(validatedOf(object(answer), learnedOf(*shown.session().table(), shown.folder)));

        QTRY_VERIFY(legend->isVisible());
        QTRY_VERIFY(!shown.window.workspace().frontOptions()->corrected()->icon().isNull());
    }

    void nothingIsCutOffBesideThemInGerman() {
        speak("de");
        test::ShownWindow shown;
        shown.session().takeValidation(validatedOf(object(answer), learnedOf(*shown.session().table(), shown.folder)));
        QTRY_VERIFY(shown.session().judgedOtherwise());
        QTRY_VERIFY(!shown.session().finishing());
        shown.window.resize(1280, 720);
        QCoreApplication::processEvents();

        QCOMPARE(shown.window.size(), QSize(1280, 720));
        QCOMPARE(test::cutText(shown.window), QString());
    }

    void pointsOfAnotherTableAreRefused() {
        test::OpenSession open;
        quality::Correction other{"another table", "fisher-diagonal", {}, {}, 0};
        DQ_THROWS(open.session.takeValidation({{}, {}, std::make_shared<const quality::Correction>(other), {}}), "no longer open");
        QVERIFY(!open.session.validated());
    }

    void anotherTableForgetsThem() {
        test::OpenSession open;
        open.session.takeValidation(validatedOf(object(answer), learnedOf(*open.session.table(), open.folder)));
        open.session.showTable(test::twelveLayers());
        QTRY_VERIFY(!open.session.validated());
        QVERIFY(open.session.question().correction == nullptr);
    }

    void brokenAnswersAreRefused() {
        const QTemporaryDir folder;
        DQ_THROWS(validatedOf(object("{\"model\": \"m\"}"), folder.filePath("none")), "the worker's answer");
        DQ_THROWS(validatedOf(object(answer), folder.filePath("none")), "none");
    }

    void pointsAreDrawnAndTheBoxJudgesByThem() {
        test::ShownWindow shown;
        QCheckBox* const box = shown.window.workspace().frontOptions()->corrected();
        QVERIFY(!box->isEnabled());
        QVERIFY(box->toolTip().contains("Ctrl+R"));
        const QImage before = shown.window.workspace().frontPlot()->grab().toImage();

        Validated validated = validatedOf(object(answer), learnedOf(*shown.session().table(), shown.folder));
        const double loss = shown.session().choice().loss;
        validated.points.front() = {"front", shown.session().choice().bytes, 2 * loss, 1.8 * loss, 2.2 * loss};
        shown.session().takeValidation(std::move(validated));
        QCoreApplication::processEvents();
        QVERIFY(box->isEnabled());
        QVERIFY(shown.window.workspace().frontPlot()->grab().toImage() != before);

        QTest::mouseClick(box, Qt::LeftButton, Qt::NoModifier, QPoint(8, box->height() / 2));
        QTRY_VERIFY(shown.session().question().correction != nullptr);
        QTRY_VERIFY(box->isChecked());
        QTest::keyClick(&shown.window, Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(!box->isChecked());
    }
};

DQ_TEST(ValidatedTest);
#include "validated_test.moc"
