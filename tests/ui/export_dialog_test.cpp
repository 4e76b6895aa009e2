#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "tests/ui/synthetic.hpp"
#include "ui/session/session.hpp"
#include "ui/window/export_dialog.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

const auto small =
    test::SyntheticShape{.layers = 2, .hidden = 128, .feedForward = 256, .vocabulary = 512, .seed = 5};

/// The dialog over a session whose choice holds NF4, which vLLM does not load from such a checkpoint.
struct Asked {
    QTemporaryDir folder;
    Session session{folder.path().toStdString()};
    std::unique_ptr<ExportDialog> dialog;

    Asked() {
        static const auto table = test::syntheticTable(small);
        session.showTable(table);
        [&] { QTRY_VERIFY(!session.busy() && session.hasFront()); }();
        Question question = session.question();
        question.palette = "nf4-g64,bf16";
        session.ask(question);
        [&] { QTRY_VERIFY(!session.busy()); }();
        session.setBitsPerWeight(6);
        [&] { QTRY_VERIFY(!session.finishing()); }();
        dialog = std::make_unique<ExportDialog>(session, folder.path());
        dialog->show();
    }
    QPushButton* primary() { return dialog->findChild<QPushButton*>("primary"); }
    QLineEdit* output() { return dialog->findChild<QLineEdit*>(); }
    void click(const QString& target) {
        auto* row = dialog->findChild<QRadioButton*>(target);
        QVERIFY(row);
        QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(8, row->height() / 2));
        QTRY_VERIFY(!session.busy());
    }
    std::string palette() const { return session.question().palette; }
};

const ExportTarget& targetNamed(const std::string& name) {
    const auto& all = exportTargets();
    return *std::find_if(all.begin(), all.end(), [&](const ExportTarget& one) { return one.name == name; });
}

}  // namespace

/// The export dialog: a target brings the formats its loaders read, and leaving brings the old ones back.
class ExportDialogTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }
    void cleanupTestCase() { QSettings().clear(); }

    void formatsATargetCannotHoldAreNamed() {
        recipe::Recipe recipe;
        recipe.entries = {{"a", "int4-g128"}, {"b", "int2-g64"}, {"c", "int2-g64"}, {"d", "q4_k"}, {"e", "bf16"}};

        QCOMPARE(unloadable(targetNamed("native"), recipe), QStringList());
        QCOMPARE(unloadable(targetNamed("hf"), recipe), QStringList());
        QCOMPARE(unloadable(targetNamed("gguf"), recipe), QStringList({"int4-g128", "int2-g64"}));
        // F16 scales would be rounded to the model's BF16 by vLLM.
        QCOMPARE(unloadable(targetNamed("compressed-tensors"), recipe), QStringList({"int4-g128", "int2-g64", "q4_k"}));
        recipe.entries = {{"a", "int4-g128-bf16-mse"}, {"b", "nvfp4"}, {"c", "fp8-e4m3-bf16"}, {"d", "bf16"}};
        QCOMPARE(unloadable(targetNamed("compressed-tensors"), recipe), QStringList());
    }

    void aTargetBringsItsFormatsAtTheSameBudget() {
        Asked asked;
        const Bytes budget = asked.session.budget();
        QVERIFY(asked.primary()->isEnabled());

        asked.click("compressed-tensors");

        QCOMPARE(asked.palette(), std::string("vllm"));
        QVERIFY(asked.session.question().grouping == allocate::Grouping::Fused);
        for (const auto& entry : asked.session.recipe().entries)
            QVERIFY(entry.matrix.find("embed_tokens") == std::string::npos || entry.format == "bf16");
        QVERIFY(asked.session.budget() >= budget || asked.session.budget() == asked.session.largest());
        QCOMPARE(unloadable(asked.dialog->target(), asked.session.recipe()), QStringList());
        QVERIFY(asked.primary()->isEnabled());
        QVERIFY(asked.output()->text().endsWith("-vllm"));
    }

    void aMixtureForGgufSharesAFormatWithinAStackOfExperts() {
        test::OpenSession open;  // no mixture: nothing is asked beside the formats
        QVERIFY(questionFor(targetNamed("gguf"), open.session.question(), open.session.recipe(), open.session.matrices()).grouping ==
                allocate::Grouping::Free);
        open.session.showTable(test::mixture());
        QTRY_VERIFY(!open.session.busy() && open.session.matrices().size() > 100);
        open.session.setBitsPerWeight(5);
        ExportDialog dialog(open.session, open.folder.path());
        dialog.show();
        auto* row = dialog.findChild<QRadioButton*>("gguf");

        QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(8, row->height() / 2));
        QTRY_VERIFY(!open.session.busy() && open.session.question().palette == "gguf");

        QVERIFY(open.session.question().grouping == allocate::Grouping::Stacks);
        std::map<std::string, std::string> formats;  // by layer and role
        for (const recipe::Recipe::Entry& entry : open.session.recipe().entries) {
            const std::size_t experts = entry.matrix.find(".experts.");
            if (experts == std::string::npos) continue;
            const std::string stack = entry.matrix.substr(0, experts) + entry.matrix.substr(entry.matrix.rfind('.'));
            QCOMPARE(formats.emplace(stack, entry.format).first->second, entry.format);
        }
        QCOMPARE(formats.size(), std::size_t{9});
        QStringList said;
        for (const QLabel* label : dialog.findChildren<QLabel*>())
            said << label->text();
        QVERIFY(said.join(' ').contains("one matrix of all experts of a layer as one tensor"));
        QVERIFY(said.join(' ').contains("instead of"));
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QTRY_VERIFY(!open.session.busy());
        QVERIFY(open.session.question().grouping == allocate::Grouping::Free);
    }

    void cancellingBringsTheFormatsBack() {
        Asked asked;
        const auto before = asked.session.recipe();
        asked.click("compressed-tensors");

        QTest::keyClick(asked.dialog.get(), Qt::Key_Escape);

        QTRY_VERIFY(!asked.session.busy() && !asked.session.finishing());
        QCOMPARE(asked.palette(), std::string("nf4-g64,bf16"));
        QCOMPARE(asked.session.recipe(), before);
    }

    void cancellingBeforeTheAnswerBringsThemBackToo() {
        Asked asked;
        auto* row = asked.dialog->findChild<QRadioButton*>("compressed-tensors");
        QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(8, row->height() / 2));
        QVERIFY(asked.session.busy());
        QTest::keyClick(asked.dialog.get(), Qt::Key_Escape);

        QTRY_VERIFY(!asked.dialog->isVisible());
        QTRY_VERIFY(!asked.session.busy());
        QCOMPARE(asked.palette(), std::string("nf4-g64,bf16"));
    }

    void choosingAnotherTargetAtOnceStartsFromTheOldFormatsToo() {
        Asked asked;
        for (const char* target : {"compressed-tensors", "native"}) {
            auto* row = asked.dialog->findChild<QRadioButton*>(target);
            QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(8, row->height() / 2));
        }
        QTRY_VERIFY(!asked.session.busy());
        QTRY_COMPARE(asked.palette(), std::string("nf4-g64,bf16"));
    }

    void choosingAnotherTargetStartsFromTheOldFormats() {
        Asked asked;
        asked.click("compressed-tensors");

        asked.click("native");

        QCOMPARE(asked.palette(), std::string("nf4-g64,bf16"));
        QVERIFY(asked.primary()->isEnabled());
    }

    void acceptingKeepsThemAndTheTargetIsRemembered() {
        {
            Asked asked;
            asked.click("compressed-tensors");
            QTest::keyClick(asked.dialog.get(), Qt::Key_Return);
            QCOMPARE(asked.dialog->result(), int(QDialog::Accepted));
            QCOMPARE(asked.palette(), std::string("vllm"));
        }
        Asked again;
        QTRY_COMPARE(again.palette(), std::string("vllm"));
        QCOMPARE(again.dialog->target().name, std::string("compressed-tensors"));
    }

    void aPinTheTargetCannotHoldIsSaid() {
        Asked asked;
        asked.dialog.reset();
        asked.session.pinTo({0}, "nf4-g64");
        asked.dialog = std::make_unique<ExportDialog>(asked.session, asked.folder.path());
        asked.dialog->show();

        asked.click("compressed-tensors");

        QTRY_VERIFY(!asked.session.busy());
        QVERIFY(!asked.primary()->isEnabled());
    }

    void whatIsThereIsNotOverwritten() {
        Asked asked;
        asked.dialog->setOutput(asked.folder.path());
        QVERIFY(!asked.primary()->isEnabled());
        asked.dialog->setOutput(asked.folder.filePath("no/such/place"));
        QVERIFY(!asked.primary()->isEnabled());
        asked.dialog->setOutput(asked.folder.filePath("new"));
        QVERIFY(asked.primary()->isEnabled());
        QTest::keyClicks(asked.output(), "er");
        asked.click("hf");
        QCOMPARE(asked.dialog->output(), asked.folder.filePath("newer"));
    }
};

DQ_TEST(ExportDialogTest);
#include "export_dialog_test.moc"
