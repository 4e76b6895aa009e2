#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cfloat>
#include <clocale>

#include "core/report/front_csv.hpp"
#include "core/report/front_json.hpp"
#include "core/report/front_svg.hpp"
#include "core/report/number.hpp"
#include "tests/report/fronts.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::shared_ptr<const allocate::Front> smallFront() {
    return allocate::Front::of(
        test::problemFrom({{{2, 10}, {4, 4}, {6, 1}}, {{1, 8}, {4, 2}}}, 100));  // 10 weights
}

QJsonObject parsed(const std::string& text) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

}  // namespace

class FrontTablesTest : public QObject {
    Q_OBJECT

private slots:
    void jsonHasTheKeysScriptsRelyOn() {
        const QJsonObject json = parsed(report::frontJson(*smallFront(), test::subject()));

        QCOMPARE(json.keys(), (QStringList{"knee", "knee_log", "metric", "mixing", "model", "palette", "range",
                                           "table", "uniform", "unit", "vertices"}));
        QCOMPARE(json["metric"].toString(), QString("fisher-diagonal"));
        QCOMPARE(json["unit"].toString(), QString("nats/token"));
        QCOMPARE(json["range"].toObject(),
                 (QJsonObject{{"min_bytes", 103}, {"max_bytes", 110}, {"min_bits", 2.4}, {"max_bits", 8.0}}));
        QCOMPARE(json["vertices"].toArray().size(), 4);
        QCOMPARE(json["vertices"][1].toObject(),
                 (QJsonObject{{"bytes", 105}, {"bits_per_weight", 4.0}, {"loss", 12.0}, {"price", 2.0}}));
        QCOMPARE(json["uniform"].toArray().size(), 2);
        QCOMPARE(
            json["uniform"][1].toObject(),
            (QJsonObject{
                {"format", "f1"}, {"bytes", 108}, {"bits_per_weight", 6.4}, {"loss", 6.0}, {"bound", 6.0},
                {"bits_saved", 0.0}}));
    }

    void comparedCurvesComeAfterTheRest() {
        const auto front = test::crowdedFront();
        const auto curves = allocate::compare::curvesOf(*front, 5);

        const QJsonObject json = parsed(report::frontJson(*front, test::subject(), curves));
        const std::string csv = report::frontCsv(*front, curves);
        const std::string svg = report::frontSvg(*front, test::subject(), {.compared = curves});

        const QJsonArray compared = json["compare"].toArray();
        QCOMPARE(static_cast<std::size_t>(compared.size()), curves.size());
        QCOMPARE(compared[0]["name"].toString(), QString("optimum"));
        QCOMPARE(compared[3]["points"].toArray().size(), 5);
        QCOMPARE(compared[3]["points"][2]["loss"].toDouble(), curves[3].points[2].loss);
        QVERIFY(csv.starts_with(report::frontCsv(*front)));
        for (const auto& curve : curves) {
            QVERIFY(csv.find(",peer:" + curve.name + "\n") != std::string::npos);
            QVERIFY(svg.find(">" + curve.name + "<") != std::string::npos);
        }
    }

    void theKneeComesWithItsRange() {
        const auto front = test::crowdedFront();

        const QJsonObject json = parsed(report::frontJson(*front, test::subject()));

        const allocate::Knee knee = front->knee(), logKnee = front->knee(true);
        QCOMPARE(json["knee"]["vertex"].toInteger(), static_cast<qint64>(knee.vertex));
        QCOMPARE(json["knee"]["bytes"].toInteger(), front->vertices()[knee.vertex].bytes);
        QCOMPARE(json["knee"]["distance"].toDouble(), knee.distance);
        QCOMPARE(json["knee"]["range"]["max_bytes"].toInteger(), knee.to);
        QCOMPARE(json["knee_log"]["vertex"].toInteger(), static_cast<qint64>(logKnee.vertex));
        QVERIFY(json["knee_log"]["range"]["max_bytes"].toInteger() <
                knee.to);  // the vertex without loss is left out
    }

    void csvHasARowPerVertexAndPerUniformFormat() {
        const std::string csv = report::frontCsv(*smallFront());

        QCOMPARE(csv, std::string("bytes,bits_per_weight,loss,price,point\n"
                                  "103,2.4,18,3,front\n"
                                  "105,4,12,2,front\n"
                                  "108,6.4,6,1.5,front\n"
                                  "110,8,3,0,front\n"
                                  "103,2.4,18,3,f0\n"
                                  "108,6.4,6,1.5,f1\n"));
    }

    void numbersReadBackExactlyUnderEveryLocale() {
        const std::string before = std::setlocale(LC_ALL, nullptr);
        std::setlocale(LC_ALL, "de_DE.UTF-8");
        for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.125, 0.0})
            QCOMPARE(QByteArray::fromStdString(report::shortest(value)).toDouble(), value);
        QCOMPARE(report::fixed(1234.56, 1), std::string("1234.6"));
        QCOMPARE(report::fixed(-DBL_MAX, 3).size(), std::size_t{1 + 309 + 4});
        std::setlocale(LC_ALL, before.c_str());
    }
};

DQ_TEST(FrontTablesTest);
#include "front_tables_test.moc"
