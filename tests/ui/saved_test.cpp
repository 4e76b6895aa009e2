#include <QAbstractButton>
#include <QDragEnterEvent>
#include <QFile>
#include <QJsonArray>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QSplitter>

#include "core/base/atomic_file.hpp"
#include "core/recipe/recipe.hpp"
#include "core/store/store.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/session/cell_shades.hpp"
#include "ui/session/recipe_fit.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

SavedView someView() {
    SavedView view;
    view.question.palette = "int-g32,bf16";
    view.question.metric = quality::Metric::Activation;
    view.question.grouping = allocate::Grouping::Fused;
    view.question.constraints = {allocate::constraintOf("pin:layers.3.q=int8-g32"),
                                 allocate::constraintOf("min:role=down,bits=4")};
    view.budget = 123456789;
    view.selection = {"model.layers.1.mlp.down_proj", "lm_head"};
    view.current = "lm_head";
    view.look = {.logLoss = false, .perplexity = true, .context = 4096, .card = 20};
    return view;
}

}  // namespace

class SavedTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString write(const QString& name, const recipe::Recipe& recipe) {
        const QString file = folder_.filePath(name);
        writeFile(file.toStdString(), recipe::toJson(recipe));
        return file;
    }

    static QMessageBox* question(const MainWindow& window) { return window.findChild<QMessageBox*>(); }

private slots:
    void init() { QSettings().clear(); }

    void whatIsRememberedComesBack() {
        const SavedView view = someView();
        const auto again = savedViewOf(toJson(view));

        QVERIFY(again);
        QVERIFY(again->question == view.question);
        QCOMPARE(again->budget, view.budget);
        QCOMPARE(again->selection, view.selection);
        QCOMPARE(again->current, view.current);
        QVERIFY(again->look == view.look);
    }

    void settingsThatWereTamperedWithAreNotBelieved_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("negative budget") << "budget" << QJsonValue(-1);
        QTest::newRow("huge budget") << "budget" << QJsonValue(1e300);
        QTest::newRow("a fraction") << "budget" << QJsonValue(1.5);
        QTest::newRow("words") << "budget" << QJsonValue("much");
        QTest::newRow("context") << "context" << QJsonValue(1e12);
        QTest::newRow("card") << "card" << QJsonValue(-3);
        QTest::newRow("palette") << "palette" << QJsonValue("no-such-palette");
        QTest::newRow("metric") << "metric" << QJsonValue(7);
        QTest::newRow("grouping") << "grouping" << QJsonValue("herd");
        QTest::newRow("constraint") << "constraints" << QJsonValue(QJsonArray{"pin:"});
    }
    void settingsThatWereTamperedWithAreNotBelieved() {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QJsonObject json = toJson(someView());
        json[key] = value;

        QVERIFY(!savedViewOf(json));
        QVERIFY(!savedViewOf({}));
    }

    void aModelGoesOnWhereItWasLeft() {
        const auto table = test::twelveLayers();
        const auto file = store::Store(folder_.path().toStdString()).write(*table);
        Bytes budget = 0;
        std::vector<int> selection;
        {
            MainWindow window(folder_.path().toStdString());
            window.show();
            window.openModel(QString::fromStdString(file.string()));
            QTRY_VERIFY(window.session().hasFront());
            window.session().setBitsPerWeight(3.7);
            window.session().pin({5});
            window.session().selectMany({4, 9}, 9);
            window.workspace().side()->showPage(1);
            window.workspace().mapCard()->showMode(CellMode::Loss);
            window.workspace().columns()->setSizes({700, 500});
            budget = window.session().budget();
            selection = window.session().selection();
            QVERIFY(window.close());
        }
        QCOMPARE(MainWindow::lastOpen(), QString::fromStdString(file.string()));
        MainWindow window(folder_.path().toStdString());
        window.restoreLayout();
        window.show();
        window.openModel(MainWindow::lastOpen());
        QTRY_VERIFY(window.session().hasFront() && !window.session().busy());

        QCOMPARE(window.session().budget(), budget);
        QCOMPARE(window.session().selection(), selection);
        QCOMPARE(window.session().selected(), 9);
        QCOMPARE(window.session().question().constraints.size(), 1U);
        QCOMPARE(window.workspace().side()->page(), 1);
        QCOMPARE(window.workspace().mapCard()->mode(), CellMode::Loss);
        QVERIFY(window.workspace().columns()->sizes().last() > 400);
        window.close();
        QFile::remove(QString::fromStdString(file.string()));
        QCOMPARE(MainWindow::lastOpen(), QString());
    }

    void aRecipeOfThisModelIsAppliedAtOnceAndCanBeUndone() {
        test::ShownWindow shown;
        Session& session = shown.session();
        session.setBitsPerWeight(4.2);
        const recipe::Recipe recipe = session.recipe();
        const auto formats = session.choice().formats;
        const QString file = write("mine.recipe.json", recipe);
        session.setBitsPerWeight(6);
        const Bytes later = session.budget();

        shown.window.openRecipe(file);
        QTRY_COMPARE(session.choice().formats, formats);
        QVERIFY(!question(shown.window));
        QCOMPARE(session.snapshots().back().name, "mine");
        QCOMPARE(session.history().undoText(), "recipe mine");
        session.history().undo();
        QTRY_COMPARE(session.budget(), later);
        QVERIFY(session.question().constraints.empty());
    }

    void anotherModelsRecipeIsAskedAbout() {
        test::ShownWindow shown;
        Session& session = shown.session();
        recipe::Recipe recipe = session.recipe();
        recipe.modelFingerprint = "another";
        recipe.modelName = "somebody-else";
        recipe.entries[3].matrix = "model.layers.99.q_proj";
        recipe.entries[4].format = "no-such-format";
        for (recipe::Recipe::Entry& entry : recipe.entries)
            if (entry.format != "no-such-format") entry.format = "int8-g32";
        const QString file = write("other.json", recipe);
        const auto before = session.choice().formats;

        shown.window.openRecipe(file);
        QVERIFY(question(shown.window));
        const QString words = question(shown.window)->informativeText();
        QVERIFY(words.contains("somebody-else"));
        QVERIFY(words.contains("layers.99.q_proj"));
        QVERIFY(words.contains("no-such-format"));
        QTest::mouseClick(question(shown.window)->button(QMessageBox::Cancel), Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(session.choice().formats, before);
        QVERIFY(session.question().constraints.empty());

        shown.window.openRecipe(file);
        QTest::mouseClick(question(shown.window)->button(QMessageBox::Apply), Qt::LeftButton);
        QTRY_VERIFY(!session.question().constraints.empty());
        QCOMPARE(session.explored()->wishes.size(), session.matrices().size() - 2);
        QCOMPARE(session.explored()->formatName(session.states()[10].format), "int8-g32");
    }

    void whatIsNoRecipeIsSaid() {
        test::ShownWindow shown;
        QFile file(folder_.filePath("broken.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"entries\": [");
        file.close();
        shown.window.openRecipe(file.fileName());
        QVERIFY(shown.window.banner().sentence().contains("broken.json"));
        recipe::Recipe foreign;
        foreign.entries = {{"a.b", "int8-g32"}};
        foreign.modelName = "x";
        foreign.modelFingerprint = "y";
        shown.window.openRecipe(write("foreign.json", foreign));
        QVERIFY(!shown.window.banner().sentence().isEmpty());
        QVERIFY(shown.session().question().constraints.empty());
    }

    void aRecipeCanBeDropped() {
        test::ShownWindow shown;
        const QString file = write("dropped.json", shown.session().recipe());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&shown.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&shown.window, &drop);

        QTRY_COMPARE(shown.session().snapshots().size(), 1U);
        QTRY_COMPARE(shown.session().explored()->wishes.size(), shown.session().matrices().size());
        shown.session().close();
        shown.window.openRecipe(file);
        QVERIFY(shown.window.banner().sentence().contains("Open and measure"));
    }
};

DQ_TEST(SavedTest);
#include "saved_test.moc"
