#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/format/format.hpp"
#include "core/measure/command.hpp"
#include "core/measure/measure.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/revision.hpp"
#include "tests/measure/fake_pass.hpp"
#include "tests/measure/memory_notebook.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using dq::test::FakePass;
using dq::test::fakeSamples;
using dq::test::MemoryNotebook;

class MeasureTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;

    std::shared_ptr<const model::Model> modelOf(const test::TinyTensors& tensors, DType type = DType::BF16) {
        const fs::path folder =
            fs::path(temporary_.path().toStdString()) / std::to_string(count_++) / "tiny model";
        test::writeTinyModel(folder, tensors, type);
        return model::Model::open(folder);
    }
    static std::shared_ptr<const measure::Measurements> measured(
        const model::Model& model, measure::FisherPass& pass, const measure::MeasureOptions& options = {}) {
        MemoryNotebook notebook;
        return measure::measure(model, fakeSamples(), options, pass, notebook, {}, {});
    }

private slots:
    void rowsStandInTheModelsOrder() {
        const auto model = modelOf(test::tinyTensors());
        FakePass pass;

        const auto table = measured(*model, pass);

        QCOMPARE(table->rows.size(), model->matrices().size());
        for (std::size_t i = 0; i < table->rows.size(); ++i) {
            QCOMPARE(table->rows[i].name, model->matrices()[i].name);
            QCOMPARE(table->rows[i].role, std::string(model::roleName(model->matrices()[i].role)));
            QCOMPARE(table->rows[i].rows, model->matrices()[i].rows);
            QCOMPARE(table->rows[i].cols, model->matrices()[i].cols);
        }
        QCOMPARE(table->calibrationTokens, std::int64_t{5});
        QCOMPARE(table->calibrationSequences, std::int64_t{2});
        QCOMPARE(table->calibrationLoss, 1.25);
        QCOMPARE(table->passthroughBytes, model->passthroughBytes());
        QCOMPARE(table->modelName, std::string("tiny model"));
    }

    void sumsAreThoseOfTheWholeMatrix() {
        const auto model = modelOf(test::tinyTensors());
        FakePass inSlabs, whole({.slabRows = 1000});

        const auto a = measured(*model, inSlabs), b = measured(*model, whole);

        QVERIFY(inSlabs.slabs > whole.slabs);
        for (std::size_t i = 0; i < a->rows.size(); ++i) {
            QCOMPARE(a->rows[i].squared, b->rows[i].squared);
            // Sums over slabs add the same terms in another association: the last digits may differ.
            QVERIFY(std::abs(a->rows[i].fisherTrace - b->rows[i].fisherTrace) <=
                    1e-12 * b->rows[i].fisherTrace);
            for (std::size_t f = 0; f < a->formats.size(); ++f) {
                const auto &x = a->rows[i].errors[f], &y = b->rows[i].errors[f];
                QVERIFY(std::abs(x.squared - y.squared) <= 1e-12 * y.squared);
                QVERIFY(std::abs(x.fisher - y.fisher) <= 1e-12 * y.fisher);
                QVERIFY(std::abs(x.activation - y.activation) <= 1e-12 * y.activation);
                QCOMPARE(x.largest, y.largest);
                QCOMPARE(a->rows[i].bytes[f],
                         format::get(a->formats[f]).bytes(a->rows[i].rows, a->rows[i].cols));
            }
        }
    }

    void sumsAreThoseOneComputesByHand() {
        test::TinyTensors tensors = test::tinyTensors();
        auto& values = tensors["lm_head.weight"].values;
        std::fill(values.begin(), values.end(), 0.0f);
        values[0] = 3.5f;    // int4: scale 3.5/7 = 0.5
        values[1] = 0.625f;  // code 1: 0.5, error 0.125
        values[24] = -7;     // the second row's own scale: 1; code -7
        const auto model = modelOf(tensors, DType::F32);
        FakePass pass;

        const auto table = measured(*model, pass, {.palette = "int4-g32"});
        const measure::MatrixRow& row = table->rows.back();

        QCOMPARE(row.squared, 3.5 * 3.5 + 0.625 * 0.625 + 49);
        QCOMPARE(row.largest, 7.0);
        QCOMPARE(row.errors[0].squared, 0.125 * 0.125);
        QCOMPARE(row.errors[0].largest, 0.125);
        // The fake pass: h = gradient * (1 + (i*7 + matrix) % 13), gradient 1 at the head, i = 1, matrix 15.
        QCOMPARE(row.errors[0].fisher, 0.5 * (1 + (7 + 15) % 13) * 0.125 * 0.125);
        QCOMPARE(row.errors[0].activation, (0.5 + 1 + 1) * 0.125 * 0.125);
        double trace = 0;
        for (int i = 0; i < 19 * 24; ++i)
            trace += 1 + (i * 7 + 15) % 13;
        QCOMPARE(row.fisherTrace, trace);
    }

    void aBf16MatrixLosesNothingAsBf16() {
        const auto model = modelOf(test::tinyTensors());
        FakePass pass;

        const auto table = measured(*model, pass, {.palette = "int4-g32,bf16"});

        for (const measure::MatrixRow& row : table->rows) {
            QCOMPARE(row.errors[1].squared, 0.0);
            QCOMPARE(row.errors[1].fisher, 0.0);
            QVERIFY(row.errors[0].fisher > 0);
        }
    }

    /// One for each matrix of a block, under the name of the first that reads the input; nothing where no format asks.
    void hessiansAreKeptForFormatsThatAsk() {
        const auto model = modelOf(test::tinyTensors());
        FakePass pass;
        MemoryNotebook asked, notAsked;
        const auto table = measure::measure(*model, fakeSamples(), {.palette = "int4-g32,int4-g32-gptq,bf16"}, pass, asked, {}, {});
        measure::measure(*model, fakeSamples(), {.palette = "int4-g32,bf16"}, pass, notAsked, {}, {});

        QVERIFY(notAsked.hessians.empty());
        QCOMPARE(asked.hessians.size(), std::size_t{14});
        for (const measure::MatrixRow& row : table->rows) {
            QVERIFY(row.errors[0].activation > 0);
            if (row.block < 0) {
                QVERIFY(std::abs(row.errors[0].activation - row.errors[1].activation) <= 1e-6 * row.errors[0].activation);
                continue;
            }
            const auto& [input, numbers] = asked.hessians.at(row.name);
            QCOMPARE(numbers.size(), input == row.name ? static_cast<std::size_t>(row.cols * row.cols) : std::size_t{0});
            QCOMPARE(input != row.name, row.role == "k" || row.role == "v");
            QVERIFY(row.errors[1].activation < 0.9 * row.errors[0].activation);
            QVERIFY(row.errors[1].fisher < row.errors[0].fisher);
        }
    }

    /// Of every matrix, from all its slabs; nothing where no format asks.
    void sensitivitiesAreKeptForFormatsThatAsk() {
        const auto model = modelOf(test::tinyTensors());
        FakePass inSlabs, whole({.slabRows = 1000}), unasked;
        MemoryNotebook slabs, once, blind;
        measure::measure(*model, fakeSamples(), {.palette = "int4-g32-fisher,bf16"}, inSlabs, slabs, {}, {});
        measure::measure(*model, fakeSamples(), {.palette = "int4-g32-fisher,bf16"}, whole, once, {}, {});
        measure::measure(*model, fakeSamples(), {.palette = "int4-g32-imx,bf16"}, unasked, blind, {}, {});

        QVERIFY(blind.sensitivities.empty());
        QCOMPARE(slabs.sensitivities.size(), model->matrices().size());
        QVERIFY(slabs.sensitivities == once.sensitivities);
        for (const model::WeightMatrix& matrix : model->matrices())
            QCOMPARE(std::ssize(slabs.sensitivities.at(matrix.name)), matrix.weights());
    }

    /// An expert that padding alone reached has a Hessian of zeros: its formats are scored as if there were none, not as free.
    void aHessianOfZerosIsNoFeedback() {
        const auto model = modelOf(test::tinyTensors());
        struct Padded : FakePass {
            void run(
                const model::Model& model, const text::Samples& samples,
                const measure::FisherOptions& options, const measure::Resume& resume,
                const std::function<void(const measure::FisherSlab&)>& onSlab,
                const std::function<void(const measure::FisherUnit&, std::span<const float>, double)>& onUnit,
                const Progress& progress) override {
                FakePass::run(
                    model, samples, options, resume,
                    [&](const measure::FisherSlab& slab) {
                        measure::FisherSlab empty = slab;
                        const std::vector<float> zeros(slab.hessian.size(), 0.0f);
                        empty.hessian = zeros;
                        onSlab(empty);
                    },
                    onUnit, progress);
            }
        } padded;

        const auto table = measured(*model, padded, {.palette = "int4-g32,int4-g32-gptq,bf16"});

        for (const measure::MatrixRow& row : table->rows) {
            QVERIFY(row.errors[0].fisher > 0);
            QVERIFY(std::abs(row.errors[0].fisher - row.errors[1].fisher) <= 1e-6 * row.errors[0].fisher);
            QCOMPARE(row.errors[0].largest, row.errors[1].largest);
        }
    }

    void globalScalesAreOfTheWholeMatrix() {
        test::TinyTensors tensors = test::tinyTensors();
        tensors["lm_head.weight"].values.back() =
            40;  // in the last slab; changes the global scale of the first
        const auto model = modelOf(tensors);
        FakePass inSlabs, whole({.slabRows = 1000});

        const auto a = measured(*model, inSlabs, {.palette = "nvfp4"}),
                   b = measured(*model, whole, {.palette = "nvfp4"});

        const double x = a->rows.back().errors[0].squared, y = b->rows.back().errors[0].squared;
        QVERIFY(y > 0 && std::abs(x - y) <= 1e-12 * y);
    }

    /// Its row says why; every other matrix is measured as if nothing had been.
    void aNanInAMatrixLeavesThatMatrixAlone() {
        test::TinyTensors tensors = test::tinyTensors();
        FakePass pass, again;
        const auto sound = measured(*modelOf(tensors), pass);
        tensors["model.layers.1.mlp.up_proj.weight"].values[5] = std::numeric_limits<float>::quiet_NaN();
        tensors["model.layers.1.mlp.up_proj.weight"].values[7] = -std::numeric_limits<float>::infinity();

        const auto table = measured(*modelOf(tensors), again);

        for (std::size_t i = 0; i < table->rows.size(); ++i) {
            const measure::MatrixRow &row = table->rows[i], &before = sound->rows[i];
            const bool damaged = row.name == "model.layers.1.mlp.up_proj";
            QCOMPARE(row.notFinite, std::int64_t{damaged ? 2 : 0});
            QCOMPARE(row.bytes, before.bytes);
            for (std::size_t f = 0; f < row.errors.size(); ++f)
                QCOMPARE(row.errors[f].squared, damaged ? 0.0 : before.errors[f].squared);
        }
    }

    void aNanOutsideTheMatricesIsASentence() {
        test::TinyTensors tensors = test::tinyTensors();
        const std::string name = "model.norm.weight";
        tensors[name].values[5] = std::numeric_limits<float>::quiet_NaN();
        const auto model = modelOf(tensors);
        FakePass pass;

        DQ_THROWS(measured(*model, pass), "model.safetensors", name.c_str());
        QCOMPARE(pass.slabs, 0);
    }

    void aUnitIsKeptBeforeItsRowsAreShown() {
        const auto model = modelOf(test::tinyTensors());
        FakePass pass;
        MemoryNotebook notebook;
        std::vector<std::string> shown;

        measure::measure(*model, fakeSamples(), {}, pass, notebook,
                         [&](const measure::MatrixRow& row) {
                             shown.push_back(row.name);
                             QVERIFY(notebook.holds(row.name));
                         },
                         {});

        QCOMPARE(shown.size(), model->matrices().size());
        QCOMPARE(shown.front(), std::string("lm_head"));
        QCOMPARE(shown.back(), std::string("model.embed_tokens"));
    }

    void finishedUnitsComeFirstAndAreNotRunAgain() {
        const auto model = modelOf(test::tinyTensors());
        MemoryNotebook notebook;
        FakePass crashing({.crashAfterSlabs = 20});
        QVERIFY_THROWS_EXCEPTION(std::runtime_error,
                                 measure::measure(*model, fakeSamples(), {}, crashing, notebook, {}, {}));
        const std::size_t kept = notebook.units();
        QVERIFY(kept > 0 && kept < 4);
        FakePass going;
        std::vector<std::string> shown;

        const auto table =
            measure::measure(*model, fakeSamples(), {}, going, notebook,
                             [&](const measure::MatrixRow& row) { shown.push_back(row.name); }, {});
        FakePass again;
        measure::measure(*model, fakeSamples(), {}, again, notebook, {}, {});

        QCOMPARE(shown.front(), std::string("lm_head"));
        QCOMPARE(shown.size(), table->rows.size());
        FakePass straight;
        measured(*model, straight);
        QVERIFY(going.slabs < straight.slabs);
        QCOMPARE(again.runs, 0);
    }

    void cancelLeavesTheNotebookWhole() {
        const auto model = modelOf(test::tinyTensors());
        MemoryNotebook notebook;
        std::atomic<bool> stop = false;
        FakePass pass;

        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 measure::measure(
                                     *model, fakeSamples(), {}, pass, notebook,
                                     [&](const measure::MatrixRow&) { stop = true; }, Progress({}, &stop)));
        QCOMPARE(notebook.units(), std::size_t{1});
    }

    void theKeyKnowsEveryOption() {
        const auto model = modelOf(test::tinyTensors()), other = modelOf(test::tinyTensors(2));
        FakePass pass;
        const measure::Key key = measure::keyOf(*model, fakeSamples(), {.palette = "int4-g32,bf16"}, pass);

        QCOMPARE(key.formats, std::string("int4-g32,bf16"));
        QCOMPARE(key.labels, std::string("sampled"));
        QCOMPARE(key.arithmetic, std::string("fake"));
        QCOMPARE(key.quantizers, std::int64_t{kernels::quantizerRevision});
        QVERIFY(key.model != measure::keyOf(*other, fakeSamples(), {}, pass).model);
        QVERIFY(key ==
                measure::keyOf(*model, fakeSamples(), {.palette = "int4-g32,bf16", .tokens = 7}, pass));
        QVERIFY(key !=
                measure::keyOf(*model, fakeSamples(), {.window = 8, .palette = "int4-g32,bf16"}, pass));
        QVERIFY(key != measure::keyOf(*model, fakeSamples(),
                                      {.fisher = {.sampledLabels = false}, .palette = "int4-g32,bf16"},
                                      pass));
        QVERIFY(key != measure::keyOf(*model, fakeSamples(),
                                      {.fisher = {.seed = 9}, .palette = "int4-g32,bf16"}, pass));
    }

    void theCommandCanBePasted() {
        const auto model = modelOf(test::tinyTensors());

        QCOMPARE(measure::commandOf(*model, fakeSamples(), {}),
                 std::string("dynaquant-cli measure 'tiny model' --calibration text.utf8 --window 512 "
                             "--labels sampled --seed 1"));
        QCOMPARE(measure::commandOf(*model, fakeSamples(),
                                    {.window = 64,
                                     .fisher = {.sampledLabels = false, .seed = 3},
                                     .documents = "<|it's|>",
                                     .tokens = 99}),
                 std::string("dynaquant-cli measure 'tiny model' --calibration text.utf8 --documents "
                             "'<|it'\\''s|>' --window 64 "
                             "--tokens 99 --labels data --seed 3"));
    }

    void aPassThatLeavesRowsOutIsFoundOut() {
        const auto model = modelOf(test::tinyTensors());
        struct Lazy : FakePass {
            void run(
                const model::Model& model, const text::Samples& samples,
                const measure::FisherOptions& options, const measure::Resume& resume,
                const std::function<void(const measure::FisherSlab&)>& onSlab,
                const std::function<void(const measure::FisherUnit&, std::span<const float>, double)>& onUnit,
                const Progress& progress) override {
                FakePass::run(
                    model, samples, options, resume,
                    [&](const measure::FisherSlab& slab) {
                        if (slab.firstRow == 0) onSlab(slab);
                    },
                    onUnit, progress);
            }
        } lazy;

        DQ_THROWS(measured(*model, lazy), "lm_head", "after 7 of 19 rows");
    }
};

DQ_TEST(MeasureTest);
#include "measure_test.moc"
