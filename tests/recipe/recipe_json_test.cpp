#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/recipe/recipe.hpp"
#include "tests/recipe/samples.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    return at == std::string::npos ? "not found: " + what : text.replace(at, what.size(), by);
}

/// Types as JSON Schema names them; a whole number is an integer and a number.
bool hasType(const QJsonValue& value, const QString& type) {
    if (type == "object") return value.isObject();
    if (type == "array") return value.isArray();
    if (type == "string") return value.isString();
    if (type == "integer")
        return value.isDouble() && value.toDouble() == static_cast<double>(value.toInteger());
    return type == "number" && value.isDouble();
}

/// Where the value has not exactly the schema's keys and types; empty: nowhere.
QString difference(const QJsonValue& value, const QJsonObject& schema, const QString& at) {
    if (schema.contains("const"))
        return value == schema["const"] ? QString() : at + " is not the schema's constant";
    if (!hasType(value, schema["type"].toString())) return at + " is no " + schema["type"].toString();
    if (schema.contains("enum") && !schema["enum"].toArray().contains(value))
        return at + " is none of the schema's values";
    if (value.isArray()) {
        for (const QJsonValue& item : value.toArray())
            if (const QString found = difference(item, schema["items"].toObject(), at + "[]");
                !found.isEmpty())
                return found;
    }
    if (!value.isObject()) return {};
    QSet<QString> required, keys;
    for (const QJsonValue& key : schema["required"].toArray())
        required << key.toString();
    for (const QString& key : value.toObject().keys())
        keys << key;
    const QStringList described = schema["properties"].toObject().keys();
    if (keys != required || required != QSet<QString>(described.begin(), described.end()))
        return at + " has other keys than the schema";
    for (const QString& key : keys) {
        const QJsonObject below = schema["properties"][key].toObject();
        if (const QString found = difference(value[key], below, at + "." + key); !found.isEmpty())
            return found;
    }
    return {};
}

}  // namespace

class RecipeJsonTest : public QObject {
    Q_OBJECT

private slots:
    void whatIsWrittenIsReadBack() {
        const recipe::Recipe recipe = test::sampleRecipe();

        const std::string text = recipe::toJson(recipe);

        QCOMPARE(recipe::fromJson(text, "recipe.json"), recipe);
        QCOMPARE(recipe::toJson(recipe::fromJson(text, "recipe.json")), text);
    }

    void theOrderIsStableAndTheVersionStandsFirst() {
        const std::string text = recipe::toJson(test::sampleRecipe());

        QVERIFY(text.starts_with(
            "{\n  \"schema_version\": 1,\n  \"provenance\": {\n    \"model\": {\n      \"name\""));
        QVERIFY(text.ends_with("}\n"));
        std::size_t at = 0;
        for (const char* key : {"schema_version", "provenance", "model", "calibration", "tokens", "metric",
                                "tool", "table", "totals", "bytes", "bits_per_weight", "predicted_loss",
                                "bound", "matrices", "matrix", "format"}) {
            const std::size_t found = text.find("\"" + std::string(key) + "\":", at);
            QVERIFY2(found != std::string::npos, key);
            at = found;
        }
    }

    void itHasExactlyTheSchemasKeys() {
        const std::string schema = readText(DQ_SOURCE_DIR "/resources/schema/recipe.schema.json");
        const QJsonDocument described = QJsonDocument::fromJson(QByteArray::fromStdString(schema));
        const QJsonDocument written =
            QJsonDocument::fromJson(QByteArray::fromStdString(recipe::toJson(test::sampleRecipe())));

        QCOMPARE(described["$schema"].toString(), QString("https://json-schema.org/draft/2020-12/schema"));
        QCOMPARE(difference(written.object(), described.object(), "recipe"), QString());
        QJsonObject less = written.object();
        less.remove("totals");
        QVERIFY(!difference(less, described.object(), "recipe").isEmpty());
    }

    void aNewerSchemaIsRefused() {
        const std::string newer =
            replaced(recipe::toJson(test::sampleRecipe()), "\"schema_version\": 1", "\"schema_version\": 2");

        try {
            recipe::fromJson(newer, "new.json");
            QFAIL("a recipe of schema version 2 was read");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), Kind::Unsupported);
            QVERIFY(error.sentence().find("new.json: schema version 2 is newer than 1") == 0);
        }
        DQ_THROWS(recipe::fromJson(replaced(newer, "version\": 2", "version\": 0"), "old.json"), "old.json",
                  "at least 1");
    }

    void aFieldOfALaterHandIsIgnored() {
        const std::string more = replaced(recipe::toJson(test::sampleRecipe()), "\"totals\": {",
                                          "\"note\": [1], \"totals\": {\"x\": 1,");

        QCOMPARE(recipe::fromJson(more, "recipe.json"), test::sampleRecipe());
    }

    void foreignTextIsRefusedByNameAndField_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("by");
        QTest::addColumn<QString>("complaint");
        QTest::newRow("missing") << "\"metric\""
                                 << "\"metirc\""
                                 << "provenance: \"metric\" is missing";
        QTest::newRow("no object") << "\"totals\": {"
                                   << "\"totals\": 3, \"old\": {"
                                   << "\"totals\" must be an object";
        QTest::newRow("negative") << "123456789012"
                                  << "-1"
                                  << "totals: \"bytes\" is -1";
        QTest::newRow("fraction") << "123456789012"
                                  << "1.5"
                                  << "totals: \"bytes\" must be a whole number";
        QTest::newRow("large") << "123456789012"
                               << "18446744073709551615"
                               << "totals: \"bytes\" must be a whole number";
        QTest::newRow("infinite") << "4.53125"
                                  << "null"
                                  << "totals: \"bits_per_weight\" is missing";
        QTest::newRow("text") << "4.53125"
                              << "\"4\""
                              << "totals: \"bits_per_weight\" must be a number";
        QTest::newRow("entry") << "\"format\": \"int4-g32\""
                               << "\"format\": 4"
                               << "matrices[1]: \"format\" must be a text";
        QTest::newRow("twice") << "\"metric\""
                               << "\"tool\""
                               << "stands twice";
        QTest::newRow("no list") << "\"matrices\": ["
                                 << "\"matrices\": {}, \"old\": ["
                                 << "\"matrices\" must be a list";
        QTest::newRow("entry no object") << "\"matrices\": ["
                                         << "\"matrices\": [7, "
                                         << "matrices[0] must be an object";
        QTest::newRow("cut") << "]"
                             << ""
                             << "JSON";
    }

    void foreignTextIsRefusedByNameAndField() {
        QFETCH(QString, what);
        QFETCH(QString, by);
        QFETCH(QString, complaint);
        const std::string text =
            replaced(recipe::toJson(test::sampleRecipe()), what.toStdString(), by.toStdString());
        const QByteArray named = complaint.toUtf8();

        DQ_THROWS(recipe::fromJson(text, "mine.json"), "mine.json", named.constData());
    }

    void whatIsNoRecipeAtAllIsRefused() {
        for (const char* text :
             {"", "[]", "3", "{}", "{\"schema_version\": 1}", "{\"schema_version\": \"1\"}", "\xff\xfe"})
            DQ_THROWS(recipe::fromJson(text, "mine.json"), "mine.json");
        DQ_THROWS(recipe::fromJson(std::string(100000, '['), "bomb.json"), "bomb.json");
        DQ_THROWS(recipe::read("/nowhere/recipe.json"), "/nowhere/recipe.json");
    }

    void aNameThatIsNoUtf8IsStillWritten() {
        recipe::Recipe recipe = test::sampleRecipe();
        recipe.modelName = "toy\xff";

        QCOMPARE(recipe::fromJson(recipe::toJson(recipe), "recipe.json").modelName,
                 std::string("toy\xef\xbf\xbd"));
    }
};

DQ_TEST(RecipeJsonTest);
#include "recipe_json_test.moc"
