#include <cmath>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/quality/correction.hpp"
#include "core/quality/least_squares.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using quality::Correction;
using quality::Observation;

namespace {

const std::vector<std::string> formats{"int2-g32", "int3-g32", "int4-g32", "bf16"};

/// What a model would measure that follows the correction's own formula.
std::vector<Observation> followed(const std::vector<double>& gains, double bend) {
    const std::vector<std::vector<double>> shares{
        {.1, 0, 0, 0}, {0, .02, 0, 0}, {0, 0, .004, 0}, {.05, .01, 0, 0}, {.01, .01, .001, 0}, {0, .005, .003, 0}, {.002, .001, .002, 0}};
    std::vector<Observation> observations;
    const Correction truth{"", "", formats, gains, bend};
    for (const auto& one : shares) observations.push_back({one, truth.predict(one)});
    return observations;
}

}  // namespace

class CorrectionTest : public QObject {
    Q_OBJECT

private slots:
    void leastSquaresStayAboveZero();
    void findsTheGainsThatMadeTheMeasurements();
    void findsTheBendToo();
    void whatWasNotObservedGetsTheCommonGain();
    void correctsATable();
    void isReadAsItWasWritten();
    void refusesWhatCannotBeFitted();
    void refusesOtherFiles_data();
    void refusesOtherFiles();
};

/// scipy.optimize.nnls([[1, 1], [1, 2], [1, 3]], [3, 1, 0]): without the bound x would be (4.33, -1.5).
void CorrectionTest::leastSquaresStayAboveZero() {
    quality::Normal normal(2);
    normal.add(std::vector<double>{1, 1}, 3);
    normal.add(std::vector<double>{1, 2}, 1);
    normal.add(std::vector<double>{1, 3}, 0);

    const std::vector<double> x = quality::notNegativeLeastSquares(normal);

    QVERIFY(std::abs(x[0] - 4.0 / 3) < 1e-12);
    QCOMPARE(x[1], 0.0);
}

void CorrectionTest::findsTheGainsThatMadeTheMeasurements() {
    const Correction found = quality::fitted(formats, followed({3, 1.4, .9, 1}, 0));

    QVERIFY(std::abs(found.gains[0] - 3) < 0.02);
    QVERIFY(std::abs(found.gains[1] - 1.4) < 0.02);
    QVERIFY(std::abs(found.gains[2] - .9) < 0.02);
    QVERIFY(found.bend < 0.1);
}

void CorrectionTest::findsTheBendToo() {
    const auto observations = followed({1.2, 1.1, 1, 1}, 8);

    const Correction found = quality::fitted(formats, observations);

    QVERIFY2(std::abs(std::log(found.bend / 8)) < 0.2, std::to_string(found.bend).c_str());
    for (const Observation& one : observations)
        QVERIFY(std::abs(found.predict(one.shares) / one.measured - 1) < 0.02);
}

void CorrectionTest::whatWasNotObservedGetsTheCommonGain() {
    const Correction found = quality::fitted(formats, followed({1.5, 1.5, 1.5, 1}, 0));

    QVERIFY(std::abs(found.gainOf("bf16") - 1.5) < 1e-6);
    QCOMPARE(found.gainOf("q4_k"), 1.0);
}

void CorrectionTest::correctsATable() {
    const quality::LossTable table{quality::Metric::FisherDiagonal, {{1, 2, 3, 0}, {5, 6, 7, 0}}};
    const Correction correction{"", "fisher-diagonal", {"int4-g32", "int2-g32"}, {10, 100}, 5};

    const quality::LossTable changed = quality::corrected(table, formats, correction);

    QCOMPARE(changed.loss, (std::vector<std::vector<double>>{{100, 2, 30, 0}, {500, 6, 70, 0}}));
    DQ_THROWS(quality::corrected({quality::Metric::Squared, {}}, formats, correction), "fisher-diagonal", "squared");
}

void CorrectionTest::isReadAsItWasWritten() {
    const Correction correction{"0123", "fisher-diagonal", {"int4-g32", "q4_k"}, {1.0625, 0}, 0.1};

    const Correction read = quality::correctionFromJson(quality::toJson(correction), "c.json");

    QCOMPARE(read.table, correction.table);
    QCOMPARE(read.metric, correction.metric);
    QCOMPARE(read.formats, correction.formats);
    QCOMPARE(read.gains, correction.gains);
    QCOMPARE(read.bend, correction.bend);
}

void CorrectionTest::refusesWhatCannotBeFitted() {
    const std::vector<double> shares{0, 0, 1, 0};
    DQ_THROWS(quality::fitted(formats, {}), "at least one measurement");
    DQ_THROWS(quality::fitted(formats, std::vector<Observation>{{shares, 1}, {shares, 0}}), "measurement 1", "measured 0");
    DQ_THROWS(quality::fitted(formats, std::vector<Observation>{{{0, 0, 0, 0}, 1}}), "predicted 0");
    DQ_THROWS(quality::fitted(formats, std::vector<Observation>{{shares, std::nan("")}}), "measured nan");
    DQ_THROWS(quality::fitted(formats, std::vector<Observation>{{{1, -1, 1, 0}, 1}}), "above 0");
}

void CorrectionTest::refusesOtherFiles_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("no JSON") << "{" << "c.json";
    QTest::newRow("a list") << "[]" << "JSON object";
    QTest::newRow("newer") << "{\"schema_version\": 2}" << "schema version 2";
    QTest::newRow("no bend") << "{\"schema_version\": 1, \"table\": \"\", \"metric\": \"m\"}" << "bend";
    QTest::newRow("negative") << "{\"schema_version\": 1, \"table\": \"\", \"metric\": \"m\", \"bend\": -1, \"gains\": {}}" << "bend";
    QTest::newRow("gains") << "{\"schema_version\": 1, \"table\": \"\", \"metric\": \"m\", \"bend\": 0, \"gains\": [1]}" << "gains";
    QTest::newRow("a gain") << "{\"schema_version\": 1, \"table\": \"\", \"metric\": \"m\", \"bend\": 0, \"gains\": {\"q4_k\": -2}}" << "q4_k";
}

void CorrectionTest::refusesOtherFiles() {
    QFETCH(QString, text);
    QFETCH(QString, complaint);
    DQ_THROWS(quality::correctionFromJson(text.toStdString(), "c.json"), complaint.toStdString());
}

DQ_TEST(CorrectionTest);
#include "correction_test.moc"
