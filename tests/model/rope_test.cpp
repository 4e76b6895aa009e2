#include <cmath>

#include "core/json/json.hpp"
#include "core/model/config.hpp"
#include "tests/support/runner.hpp"

using dq::json::Json;
using dq::model::Rope;

namespace {

/// A case of the fixture as config.json would say it.
Json configOf(const Json& one) {
    Json scaling = {{"rope_type", one["type"]}};
    for (const char* const key : {"factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "attention_factor", "truncate",
                                  "low_freq_factor", "high_freq_factor"})
        if (one.contains(key)) scaling[key] = one[key];
    if (one.contains("original")) scaling["original_max_position_embeddings"] = one["original"];
    return {{"rope_theta", one["theta"]}, {"rope_scaling", scaling}};
}

Rope ropeOf(const Json& config, const Json& one) {
    dq::model::Architecture architecture;
    architecture.headDim = one["dim"].get<std::int64_t>();
    architecture.context = one["context"].get<std::int64_t>();
    return readRope(config, architecture, "config.json");
}

void compare(const Rope& rope, const Json& one) {
    const auto found = rope.frequencies(one["dim"].get<std::int64_t>(), one["length"].get<std::int64_t>());
    const auto wanted = one["inverse"].get<std::vector<double>>();

    QCOMPARE(found.inverse.size(), wanted.size());
    // both sides are float64; pow and log differ by a few units in the last place
    for (std::size_t i = 0; i < wanted.size(); ++i) QVERIFY(std::fabs(found.inverse[i] - wanted[i]) <= 1e-13 * wanted[i]);
    QVERIFY(std::fabs(found.amplitude - one["amplitude"].get<double>()) <= 1e-14);
}

}  // namespace

class RopeTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithTheIndependentComputation();
    void readsTheNewerSpellingToo();
    void handChecked();
};

void RopeTest::agreesWithTheIndependentComputation() {
    const Json cases = dq::json::parseFile(DQ_SOURCE_DIR "/tests/fixtures/model/rope.json");

    QCOMPARE(cases.size(), std::size_t{13});
    for (const Json& one : cases) compare(ropeOf(configOf(one), one), one);
}

void RopeTest::readsTheNewerSpellingToo() {
    for (const Json& one : dq::json::parseFile(DQ_SOURCE_DIR "/tests/fixtures/model/rope.json")) {
        const Json older = configOf(one);
        Json newer = {{"rope_parameters", older["rope_scaling"]}};
        newer["rope_parameters"]["rope_theta"] = one["theta"];
        Json oldest = older;
        oldest["rope_scaling"].erase("rope_type");
        oldest["rope_scaling"]["type"] = one["type"];

        compare(ropeOf(newer, one), one);
        compare(ropeOf(oldest, one), one);
    }
}

void RopeTest::handChecked() {
    Rope rope;
    rope.theta = 100;
    QCOMPARE(rope.frequencies(4, 9).inverse, (std::vector<double>{1, 0.1}));

    rope.scaling = Rope::Scaling::Linear;
    rope.factor = 2;
    QCOMPARE(rope.frequencies(4, 9).inverse, (std::vector<double>{0.5, 0.05}));

    rope.scaling = Rope::Scaling::Dynamic;
    rope.originalContext = 8;
    QCOMPARE(rope.frequencies(4, 8).inverse, (std::vector<double>{1, 0.1}));
    // 12 of 8 positions at factor 2: the base grows by (3 - 1)^(4/2) = 4, the slow pair slows by 2
    QVERIFY(std::fabs(rope.frequencies(4, 12).inverse[1] - 0.05) < 1e-15);
}

DQ_TEST(RopeTest);

#include "rope_test.moc"
