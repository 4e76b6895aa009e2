#include "core/measure/weights_pass.hpp"

#include "core/base/error.hpp"
#include "core/measure/measure.hpp"
#include "core/quality/loss_table.hpp"
#include "tests/measure/memory_notebook.hpp"
#include "tests/model/tiny.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

class WeightsPassTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void measuresRoundingErrorsAlone();
    void refusesEveryMetricThatNeedsTheModelRun();
    void findsRolesByName();

private:
    std::unique_ptr<test::Folder> folder_;
    std::shared_ptr<const model::Model> model_;
};

void WeightsPassTest::init() {
    test::TinyLlama tiny;
    tiny.config["model_type"] = "nobody-knows";
    tiny.add("encoder.3.attention.odd.weight", {6, 8});
    tiny.add("encoder.3.norm.weight", {8});
    for (test::Written& tensor : tiny.tensors)
        for (std::size_t i = 1; i < tensor.bytes.size(); i += 2) tensor.bytes[i] = static_cast<char>(0x3e + i % 3);
    folder_ = std::make_unique<test::Folder>();
    tiny.write(*folder_);
    model_ = model::Model::open(folder_->path());
}

void WeightsPassTest::measuresRoundingErrorsAlone() {
    measure::WeightsPass pass;
    test::MemoryNotebook notebook;
    int rows = 0;
    const auto table = measure::measure(*model_, measure::noSamples(), {.window = 0}, pass, notebook,
                                        [&](const measure::MatrixRow&) { ++rows; }, {});

    QVERIFY(table->weightsOnly());
    QCOMPARE(table->key.labels, std::string("none"));
    QCOMPARE(table->key.arithmetic, std::string("weights-only"));
    QCOMPARE(static_cast<std::size_t>(rows), model_->matrices().size());
    QCOMPARE(table->command, "dynaquant-cli measure " + model_->checkpoint().name());
    for (const measure::MatrixRow& row : table->rows) {
        QVERIFY(row.squared > 0 && row.errors.front().squared > 0);
        QCOMPARE(row.fisherTrace, 0.0);
        QCOMPARE(row.tokens, std::int64_t{-1});
    }
}

void WeightsPassTest::refusesEveryMetricThatNeedsTheModelRun() {
    using quality::Metric;
    measure::WeightsPass pass;
    test::MemoryNotebook notebook;
    const auto table = measure::measure(*model_, measure::noSamples(), {.window = 0, .fisher = {.peers = true}}, pass, notebook, {}, {});

    for (const quality::Metric metric : quality::metrics()) {
        if (std::ranges::count(std::array{Metric::Squared, Metric::Relative, Metric::Outlier, Metric::AlphaQ, Metric::Nsds}, metric) > 0)
            QVERIFY(quality::lossTable(*table, metric).loss.front().front() > 0);
        else
            DQ_THROWS(quality::lossTable(*table, metric), "cannot be run", "squared", std::string(quality::metricName(metric)).c_str());
    }
}

void WeightsPassTest::findsRolesByName() {
    using model::Role;
    QVERIFY(!model_->architecture().runnable());
    QCOMPARE(model_->matrices().size(), std::size_t{17});
    QVERIFY(model_->matrices().front().role == Role::Embedding);
    QVERIFY(model_->matrices().back().role == Role::Head);
    const model::WeightMatrix& odd = model_->matrices()[model_->indexOf("encoder.3.attention.odd").value()];
    QVERIFY(odd.role == Role::Other);
    QCOMPARE(odd.block, 3);
    QVERIFY(model_->matrices()[model_->indexOf("model.layers.1.mlp.down_proj").value()].role == Role::Down);
    DQ_THROWS(model_->requireRunnable(), "nobody-knows", "squared");
}

DQ_TEST(WeightsPassTest);
#include "weights_pass_test.moc"
