#include "core/report/front_svg.hpp"

#include <QXmlStreamReader>

#include "core/report/labels.hpp"
#include "core/report/svg_text.hpp"
#include "tests/report/fronts.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

struct Text {
    QString words;
    report::Box box;
};

struct Drawn {
    QString fault;            // empty: well-formed
    std::vector<Text> texts;  // the upright ones
    QStringList tooltips;
    int squares = 0, diamonds = 0, circles = 0;
    double lowest = 0, farthest = 0;
    QString curve;
};

Text textOf(const QXmlStreamAttributes& attributes, const QString& words) {
    const double size = attributes.value("font-size").toDouble();
    const double width = report::widthOf(words.toStdString(), size);
    const double part = attributes.value("text-anchor") == u"end"      ? 1
                        : attributes.value("text-anchor") == u"middle" ? 0.5
                                                                       : 0;
    return {words,
            {attributes.value("x").toDouble() - part * width, attributes.value("y").toDouble() - 0.75 * size,
             width, 0.95 * size}};
}

Drawn draw(const std::string& svg) {
    Drawn drawn;
    QXmlStreamReader xml(QString::fromStdString(svg));
    QString tag;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        const QXmlStreamAttributes attributes = xml.attributes();
        if (xml.name() == u"title") {
            drawn.tooltips << xml.readElementText();
            drawn.squares += tag == "rect";
            drawn.diamonds += tag == "path";
            drawn.circles += tag == "circle";
            continue;
        }
        tag = xml.name().toString();
        if (tag == "polyline") drawn.curve = attributes.value("points").toString();
        if (tag == "text" && !attributes.hasAttribute("transform"))
            drawn.texts.push_back(textOf(attributes, xml.readElementText()));
    }
    drawn.fault = xml.errorString();
    return drawn;
}

QString overlapIn(const std::vector<Text>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i)
        for (std::size_t j = i + 1; j < texts.size(); ++j)
            if (texts[i].box.overlaps(texts[j].box)) return texts[i].words + " lies on " + texts[j].words;
    return {};
}

bool says(const Drawn& drawn, const QString& words) {
    return std::any_of(drawn.texts.begin(), drawn.texts.end(),
                       [&](const Text& text) { return text.words.contains(words); });
}

}  // namespace

class FrontSvgTest : public QObject {
    Q_OBJECT

private slots:
    void drawsTheFrontItsFormatsAndItsKnee() {
        const Drawn drawn = draw(report::frontSvg(*test::crowdedFront(), test::subject()));

        QCOMPARE(drawn.fault, QString());
        QVERIFY(drawn.curve.count(',') > 50);
        QCOMPARE(drawn.squares, 23 + 1);  // one in the legend
        QCOMPARE(drawn.diamonds, 1 + 1);
        QCOMPARE(drawn.circles, 0);
        QVERIFY(drawn.tooltips.contains("int4-g32"));
        QVERIFY(says(drawn, "bf16: no loss"));
        QVERIFY(says(drawn, "size of all tensors, MiB"));
        QVERIFY(says(drawn, "of 2.12\u201316.0"));  // the range stands beside the knee
    }

    void drawsTheChosenPointWithItsFigures() {
        const auto front = test::crowdedFront();
        const Drawn drawn = draw(
            report::frontSvg(*front, test::subject(), {.chosen = front->at(front->problem().budgetFor(5))}));

        QCOMPARE(drawn.circles, 2);
        QVERIFY(says(drawn, "11.9 MiB \u00b7 5.00 b/w"));
        QVERIFY(says(drawn, "nats/token"));
    }

    void noTextLiesOnAnother_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<bool>("logLoss");
        QTest::addColumn<bool>("chosen");
        for (const bool logLoss : {true, false})
            for (const bool chosen : {true, false})
                for (const auto& [width, height] :
                     {std::pair(960, 560), std::pair(1600, 900), std::pair(640, 480)})
                    QTest::addRow("%d x %d, log %d, chosen %d", width, height, logLoss, chosen)
                        << width << height << logLoss << chosen;
    }

    void noTextLiesOnAnother() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(bool, logLoss);
        QFETCH(bool, chosen);
        const auto front = test::crowdedFront();
        report::SvgOptions options{.width = width, .height = height, .logLoss = logLoss, .chosen = {}};
        if (chosen) options.chosen = front->at(front->problem().budgetFor(4.4));

        const Drawn drawn =
            draw(report::frontSvg(*front, {"toy", "00ff", "fisher-diagonal", "nats/token", "all"}, options));

        QCOMPARE(overlapIn(drawn.texts), QString());
        for (const Text& text : drawn.texts)
            QVERIFY2(text.box.left >= 0 && text.box.right() <= width, qPrintable(text.words));
    }

    void mostFormatsAreNamed() {
        const auto front = test::crowdedFront();
        const Drawn drawn = draw(report::frontSvg(*front, test::subject()));

        int named = 0;
        for (const std::string& format : front->problem().formats)
            named += says(drawn, QString::fromStdString(format));
        QVERIFY2(named >= 22, qPrintable(QString::number(named)));
    }

    void unitsFollowTheSize() {
        QVERIFY(says(draw(report::frontSvg(*test::crowdedFront(1e9), test::subject())), "GiB"));
        QVERIFY(says(draw(report::frontSvg(*test::crowdedFront(1e4), test::subject())), "KiB"));
        report::Subject plain = test::subject();
        plain.unit.clear();
        QVERIFY(report::frontSvg(*test::crowdedFront(), plain).find("predicted loss, no unit") !=
                std::string::npos);
    }

    void poorFrontsAreDrawnToo() {
        using allocate::Front;
        for (const test::Table& table :
             {test::Table{{{3, 0}}}, test::Table{{{3, 1}}}, test::Table{{{1, 4}, {2, 0}}},
              test::Table{{{1, 1e-300}, {2, 1e-308}}}, test::Table{{{1, 1e300}, {Bytes{1} << 50, 1e-300}}},
              test::nonConvex()}) {
            for (const bool logLoss : {true, false}) {
                const std::string svg = report::frontSvg(*Front::of(test::problemFrom(table)),
                                                         test::subject(), {.logLoss = logLoss});
                QCOMPARE(draw(svg).fault, QString());
                QVERIFY(svg.find("nan") == std::string::npos && svg.find("inf") == std::string::npos);
            }
        }
    }

    void manyVerticesMakeNoLargePicture() {
        std::mt19937 random(5);
        test::Table table;
        for (int c = 0; c < 20000; ++c)
            table.push_back(
                {{1000, 2.0 + static_cast<int>(random() % 1000)}, {2000 + c % 7, 1}, {3000, 0.5}});

        QVERIFY(report::frontSvg(*allocate::Front::of(test::problemFrom(table)), test::subject()).size() <
                100000);
    }

    void namesAreEscaped() {
        QCOMPARE(report::escaped("a<b>&\"c\""), std::string("a&lt;b&gt;&amp;&quot;c&quot;"));
        QCOMPARE(report::escaped("\u00e9\u20ac\U0001f600"), std::string("\u00e9\u20ac\U0001f600"));
        QCOMPARE(report::escaped("\x01"), std::string("\ufffd"));
        QCOMPARE(report::escaped("\xff\xc3(\xed\xa0\x80"), std::string("\ufffd\ufffd(\ufffd\ufffd\ufffd"));
        QCOMPARE(report::escaped("\xe2\x82"), std::string("\ufffd\ufffd"));
    }
};

DQ_TEST(FrontSvgTest);
#include "front_svg_test.moc"
