#include "core/json/json.hpp"

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

#include <QElapsedTimer>

using dq::json::Json;
using dq::json::parse;

class JsonTest : public QObject {
    Q_OBJECT

private slots:
    void keepsTheOrderOfTheFile();
    void buildsEveryKindOfValue();
    void refusesWhatIsNoJson_data();
    void refusesWhatIsNoJson();
    void refusesBombs();
    void readsAHundredThousandKeysInLinearTime();
    void sayWhatWasFoundInsteadOfTheWantedType();
    void makesForeignTextFitForAMessage();
};

void JsonTest::keepsTheOrderOfTheFile() {
    QCOMPARE(parse(R"({"z":1,"a":{"y":[],"b":2},"m":null})", "f").dump(), std::string(R"({"z":1,"a":{"y":[],"b":2},"m":null})"));
}

void JsonTest::buildsEveryKindOfValue() {
    const Json value = parse(R"( [null, true, -3, 18446744073709551615, 2.5, "\u00e9", [[]], {"k":{}}] )", "f");

    QCOMPARE(value.size(), std::size_t{8});
    QVERIFY(value[0].is_null() && value[1].is_boolean() && value[4].is_number_float());
    QCOMPARE(value[2].get<int>(), -3);
    QCOMPARE(value[3].get<std::uint64_t>(), UINT64_MAX);
    QCOMPARE(value[5].get<std::string>(), std::string("\u00e9"));
    QVERIFY(value[6][0].empty() && value[7].at("k").is_object());
    QCOMPARE(parse("7", "f").get<int>(), 7);
}

void JsonTest::refusesWhatIsNoJson_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("parts");
    QTest::newRow("empty") << QByteArray("") << "no valid JSON";
    QTest::newRow("cut short") << QByteArray("{\"a\": [1, 2") << "no valid JSON";
    QTest::newRow("two values") << QByteArray("{} {}") << "no valid JSON";
    QTest::newRow("trailing comma") << QByteArray("[1,]") << "no valid JSON";
    QTest::newRow("comment") << QByteArray("/* */ {}") << "no valid JSON";
    QTest::newRow("NaN") << QByteArray("[NaN]") << "no valid JSON";
    QTest::newRow("infinite number") << QByteArray("[1e999]") << "no valid JSON";
    QTest::newRow("broken UTF-8") << QByteArray("\"\xff\"") << "no valid JSON";
    QTest::newRow("lone surrogate") << QByteArray(R"("\ud800")") << "no valid JSON";
    QTest::newRow("zero byte") << QByteArray("\"a\0b\"", 5) << "no valid JSON";
    QTest::newRow("same key twice") << QByteArray(R"({"a":{"b":1,"b":2}})") << "\"b\" stands twice";
}

void JsonTest::refusesWhatIsNoJson() {
    QFETCH(QByteArray, text);
    QFETCH(QString, parts);
    const std::string wanted = parts.toStdString();

    DQ_THROWS(parse({text.constData(), static_cast<std::size_t>(text.size())}, "some.json"), "some.json", wanted.c_str());
}

void JsonTest::refusesBombs() {
    DQ_THROWS(parse(std::string(1'000'000, '['), "deep.json"), "deep.json", "64 levels");
    DQ_THROWS(parse("[[1]]", "deep.json", {.depth = 1}), "1 levels");
    DQ_THROWS(parse("[1,2,3]", "long.json", {.bytes = 6}), "long.json", "7 bytes", "at most 6");
    DQ_THROWS(parse("[1,2,3]", "many.json", {.values = 3}), "many.json", "more than 3 values");
    QCOMPARE(parse("[1,2,3]", "fits", {.bytes = 7, .depth = 1, .values = 4}).size(), std::size_t{3});
}

void JsonTest::readsAHundredThousandKeysInLinearTime() {
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i) text += (i ? ",\"key" : "\"key") + std::to_string(i) + "\":0";
    QElapsedTimer timer;
    timer.start();

    QCOMPARE(parse(text + "}", "f").size(), std::size_t{100'000});
    QVERIFY2(timer.elapsed() < 3000, "walking the object for each key takes a minute");
}

void JsonTest::sayWhatWasFoundInsteadOfTheWantedType() {
    const Json object = parse(R"({"a":1.5,"b":"x","c":null,"d":18446744073709551615,"e":[1,2],"f":-7})", "f");

    DQ_THROWS(dq::json::integer(object, "a", "c.json"), "c.json", "\"a\"", "whole number", "1.5");
    DQ_THROWS(dq::json::integer(object, "d", "c.json"), "\"d\"", "18446744073709551615");
    DQ_THROWS(dq::json::number(object, "b", "c.json"), "\"b\" must be a number", "\"x\"");
    DQ_THROWS(dq::json::text(object, "e", "c.json"), "\"e\" must be a text", "[1,2]");
    DQ_THROWS(dq::json::boolOr(object, "b", true, "c.json"), "\"b\" must be true or false");
    DQ_THROWS(dq::json::member(object, "c", "c.json"), "\"c\" is missing");
    DQ_THROWS(dq::json::member(Json::array(), "c", "c.json"), "\"c\" is missing");
    QCOMPARE(dq::json::integer(object, "f", ""), std::int64_t{-7});
    QCOMPARE(dq::json::numberOr(object, "c", 4.5, ""), 4.5);
    QCOMPARE(dq::json::textOr(object, "absent", "g", ""), std::string("g"));
}

void JsonTest::makesForeignTextFitForAMessage() {
    QCOMPARE(dq::json::excerpt("a\nb\x1b[31m"), std::string("a?b?[31m"));
    QCOMPARE(dq::json::excerpt(std::string(500, 'x'), 5), std::string("xxxxx..."));
    QCOMPARE(dq::json::excerpt("\u00e9\u00e9\u00e9", 3), std::string("\u00e9..."));
    QCOMPARE(dq::json::shown(parse(R"({"a":1,"b":2})", "f")), std::string("an object of 2 members"));
}

DQ_TEST(JsonTest);

#include "json_test.moc"
