#include "core/report/model_report.hpp"

#include <QXmlStreamReader>

#include "core/base/error.hpp"
#include "core/flow/allocating.hpp"
#include "core/report/layer_map_svg.hpp"
#include "tests/allocate/demo_table.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

constexpr const char* validationJson =
    "{\"model\": \"MODEL\", \"text\": \"e.txt\", \"metric\": \"fisher-diagonal\","
    "\"points\": [{\"name\": \"front\", \"bytes\": 200000, \"bits_per_weight\": 4, \"predicted\": 0.01, \"corrected\": 0.012,"
    "\"kl\": {\"mean\": 0.013, \"low\": 0.011, \"high\": 0.015}}],"
    "\"reallocated\": [], \"before\": {\"spearman\": 1, \"median_ratio\": 0.9, \"median_log_ratio\": 0.1},"
    "\"after\": {\"spearman\": 1, \"median_ratio\": 1, \"median_log_ratio\": 0.05}}";

std::string validationOf(const std::string& model) {
    std::string text = validationJson;
    return text.replace(text.find("MODEL"), 5, model);
}

struct Case {
    measure::Measurements table = test::demoTable();
    std::shared_ptr<const allocate::Front> front = flow::frontOf(table, "all", quality::Metric::FisherDiagonal);
    recipe::Recipe recipe = flow::allocate(table, "all", quality::Metric::FisherDiagonal, flow::ByBits{4.6});
    report::Subject subject{.model = table.modelName, .table = table.key.hex(), .metric = "fisher-diagonal", .unit = "nats/token", .palette = "all"};

    std::string page(const std::optional<report::ValidationSummary>& validation = {}) const {
        return report::modelReport(table, *front, subject, recipe, validation);
    }
};

/// All text of a page; fails where it is not well-formed.
QString textOf(const std::string& page) {
    QXmlStreamReader xml(QString::fromStdString(page));
    QString text;
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::Characters) text += xml.text().toString() + '\n';
    return xml.hasError() ? "not well-formed: " + xml.errorString() : text;
}

}  // namespace

class ModelReportTest : public QObject {
    Q_OBJECT

private slots:
    void holdsRecipeMatricesAndProvenance() {
        const Case one;
        const QString text = textOf(one.page());

        QVERIFY2(!text.startsWith("not well-formed"), qPrintable(text));
        for (const measure::MatrixRow& row : one.table.rows) QVERIFY2(text.contains(QString::fromStdString(row.name)), row.name.c_str());
        QVERIFY(text.contains(QString::number(one.recipe.bytes)));
        QVERIFY(text.contains(QString::fromStdString(one.table.key.hex())));
        QVERIFY(text.contains("dynaquant-cli allocate"));
        QVERIFY(!text.contains("Predicted and measured"));
    }

    /// Every column of numbers says what it counts.
    void everyNumberHasAUnit() {
        Case one;
        const QString text = textOf(one.page(report::validationFromJson(validationOf(one.table.modelName), "v.json")));
        for (const char* words : {"predicted loss, nats per token", "less than, nats per token", "bits per weight, scales counted", "measured KL, nats per token",
                                  "Fisher trace, nats per token and weight^2", "kurtosis (no unit)", "--text e.txt"})
            QVERIFY2(text.contains(words), words);
        one.recipe.metric = "squared";
        QVERIFY(textOf(one.page()).contains("predicted loss, squared (no unit)"));
    }

    void loadsNothingFromAnywhere() {
        const std::string page = Case().page();
        for (const char* link : {"src=", "href=", "@import", "<script"}) QVERIFY2(page.find(link) == std::string::npos, link);
    }

    void drawsWhatWasMeasured() {
        const Case one;
        const auto validation = report::validationFromJson(validationOf(one.table.modelName), "v.json");
        const std::string page = one.page(validation);

        QVERIFY(page.find("front: measured 0.0130 [0.0110, 0.0150]") != std::string::npos);
        QVERIFY(textOf(page).contains("Predicted and measured"));
    }

    void hostileNamesAreText() {
        Case one;
        one.table.rows[0].name = one.recipe.entries[0].matrix = "<script>alert(1)</script>&";
        const std::string page = one.page();

        QVERIFY(page.find("<script") == std::string::npos);
        QVERIFY(textOf(page).contains("<script>alert(1)</script>&"));
    }

    void otherModelsAreRefused() {
        Case one;
        DQ_THROWS(one.page(report::validationFromJson(validationOf("other"), "v.json")), "another model", "other");
        one.recipe.modelFingerprint = "0";
        DQ_THROWS(one.page(), "another model");
    }

    void aMapOfOtherMatricesIsRefused() {
        Case one;
        one.recipe.entries[1].format = "int1";
        DQ_THROWS(report::layerMapSvg(one.table, one.recipe), "int1");
        one.recipe.entries.pop_back();
        DQ_THROWS(report::layerMapSvg(one.table, one.recipe), "matrices");
    }

    void coloursRunFromDarkToYellow() {
        QCOMPARE(report::bitsColour(2), std::string("#440154"));
        QCOMPARE(report::bitsColour(1), std::string("#440154"));
        QCOMPARE(report::bitsColour(8), std::string("#fde725"));
        QCOMPARE(report::bitsColour(11), std::string("#fde725"));
        QCOMPARE(report::bitsColour(16), std::string("#7c8792"));
    }

    void refusesOtherJson_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("fault");
        QTest::newRow("a list") << "[]" << "JSON object";
        QTest::newRow("nothing in it") << "{}" << "model";
        QTest::newRow("points no list") << "{\"model\": \"m\", \"text\": \"t\", \"metric\": \"m\", \"points\": 1}" << "points";
        QTest::newRow("a point no object") << "{\"model\": \"m\", \"text\": \"t\", \"metric\": \"m\", \"points\": [1]}" << "points[0]";
    }

    void refusesOtherJson() {
        QFETCH(QString, text);
        QFETCH(QString, fault);
        DQ_THROWS(report::validationFromJson(text.toStdString(), "v.json"), "v.json", fault.toStdString());
    }
};

DQ_TEST(ModelReportTest);
#include "model_report_test.moc"
