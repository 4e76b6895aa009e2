#include <cmath>
#include <random>
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

/// Two matrices, a q and a down.
measure::Measurements tableOf(const std::vector<std::string>& names) {
    measure::Measurements table;
    table.formats = names;
    table.rows.resize(2);
    table.rows[0].role = "q";
    table.rows[1].role = "down";
    return table;
}

/// Shares of two roles in four formats that a model answers with those gains, but for a random part of so much.
std::vector<Observation> followedByRole(const Correction& truth, double noise) {
    std::vector<Observation> observations;
    std::mt19937 random(1);
    for (int i = 0; i < 36; ++i) {
        std::vector<double> shares(8);
        shares[static_cast<std::size_t>(i % 3)] = 0.001 * (1 + i % 5);
        shares[static_cast<std::size_t>(4 + i % 4)] = 0.001 * (1 + i % 7);
        observations.push_back({shares, truth.predict(shares) * (1 + noise * (static_cast<double>(random()) / 0x1p31 - 1))});
    }
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
    void rolesGetGainsWhereHeldOutPointsSaySo();
    void rolesGetNoneForNoise();
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

    const quality::LossTable changed = quality::corrected(table, tableOf(formats), correction);

    QCOMPARE(changed.loss, (std::vector<std::vector<double>>{{100, 2, 30, 0}, {500, 6, 70, 0}}));
    DQ_THROWS(quality::corrected({quality::Metric::Squared, {}}, tableOf(formats), correction), "fisher-diagonal", "squared");
}

void CorrectionTest::rolesGetGainsWhereHeldOutPointsSaySo() {
    const Correction truth{"", "fisher-diagonal", formats, {2, 1.5, 1, 1}, 0, {"q", "down"}, {0.5, 1.5}};

    const quality::Lesson lesson = quality::fitted(formats, {"q", "down"}, followedByRole(truth, 0.01));

    QVERIFY(lesson.heldOut && lesson.heldOut->better);
    QVERIFY(lesson.heldOut->roles < lesson.heldOut->formats / 2);
    const Correction& found = lesson.correction;
    QVERIFY2(found.roleGainOf("down") > 2 * found.roleGainOf("q"), std::to_string(found.roleGainOf("down")).c_str());  // 3, held to 1 by the ridge
    QCOMPARE(found.roleGainOf("embedding"), 1.0);
    const quality::LossTable table{quality::Metric::FisherDiagonal, {{1, 1, 1, 1}, {1, 1, 1, 1}}};
    Correction named = found;
    named.metric = "fisher-diagonal";
    const quality::LossTable changed = quality::corrected(table, tableOf(formats), named);
    QCOMPARE(changed.loss[1][0], found.roleGainOf("down") * found.gainOf("int2-g32"));
}

void CorrectionTest::rolesGetNoneForNoise() {
    const Correction truth{"", "fisher-diagonal", formats, {2, 1.5, 1, 1}, 0, {"q", "down"}, {1, 1}};

    const quality::Lesson lesson = quality::fitted(formats, {"q", "down"}, followedByRole(truth, 0.2));

    QVERIFY(lesson.heldOut && !lesson.heldOut->better);
    QVERIFY(lesson.correction.roles.empty());
    const auto few = followedByRole(truth, 0);
    QVERIFY(!quality::fitted(formats, {"q", "down"}, std::span(few).first(3)).heldOut);
}

void CorrectionTest::isReadAsItWasWritten() {
    const Correction correction{"0123", "fisher-diagonal", {"int4-g32", "q4_k"}, {1.0625, 0}, 0.1, {"down"}, {0.75}};

    const Correction read = quality::correctionFromJson(quality::toJson(correction), "c.json");

    QCOMPARE(read.table, correction.table);
    QCOMPARE(read.metric, correction.metric);
    QCOMPARE(read.formats, correction.formats);
    QCOMPARE(read.gains, correction.gains);
    QCOMPARE(read.bend, correction.bend);
    QCOMPARE(read.roles, correction.roles);
    QCOMPARE(read.roleGains, correction.roleGains);
    QVERIFY(quality::toJson({"", "m", {}, {}, 0}).find("\"schema_version\": 1") != std::string::npos);
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
    QTest::newRow("newer") << "{\"schema_version\": 3}" << "schema version 3";
    QTest::newRow("no roles") << "{\"schema_version\": 2, \"table\": \"\", \"metric\": \"m\", \"bend\": 0, \"gains\": {}}" << "roles";
    QTest::newRow("a role") << "{\"schema_version\": 2, \"table\": \"\", \"metric\": \"m\", \"bend\": 0, \"gains\": {}, \"roles\": {\"q\": -1}}" << "\"q\"";
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
