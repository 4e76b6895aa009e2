// Formats that look at the inputs: what is exported is what the error table was computed from.
#include "core/export/inputs.hpp"

#include <QTemporaryDir>

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/export/native.hpp"
#include "core/export/rounded.hpp"
#include "core/measure/measure.hpp"
#include "core/store/store.hpp"
#include "kernels/sensitivity.hpp"
#include "tests/export/recipes.hpp"
#include "tests/measure/fake_pass.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using exporting::inputsIn;
using exporting::inputsOf;

namespace {

constexpr const char* formats = "int2-g32-imx,int3a-g16-imx,int4-g32-imx,nvfp4-imx,nf4-g64-imx,q4_0-imx,int4-g32-mse,int3-g32-imx-gptq,nvfp4-gptq,"
                                "int3-g32-fisher,int4a-g16-fisher,nvfp4-fisher,nf4-g64-fisher,int3-g32-fisher-gptq,bf16";

struct Off {
    double squared = 0, activation = 0;
};

Off offOf(const std::vector<float>& weights, const std::vector<float>& back, const std::vector<float>& moment) {
    Off off;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        const double one = double{weights[k]} - double{back[k]};
        off.squared += one * one;
        off.activation += double{moment[k % moment.size()]} * one * one;
    }
    return off;
}

}  // namespace

class InputsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;
    std::shared_ptr<const model::Model> model_;
    std::shared_ptr<const measure::Measurements> table_;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    fs::path cache() const { return fs::path(temporary_.path().toStdString()) / "cache"; }

    recipe::Recipe uniform(const std::string& format) const {
        recipe::Recipe recipe = test::recipeWith(*model_, [&](const model::WeightMatrix&) { return format; });
        recipe.tableKey = table_->key.hex();
        return recipe;
    }

private slots:
    void initTestCase() {
        const fs::path folder = newPath();
        test::writeTinyModel(folder, test::tinyTensors());
        model_ = model::Model::open(folder);
        test::FakePass pass;
        const measure::MeasureOptions options{.palette = formats};
        const store::Store store(cache());
        const auto parts = store.notebook(measure::keyOf(*model_, test::fakeSamples(), options, pass));
        table_ = measure::measure(*model_, test::fakeSamples(), options, pass, *parts, {}, {});
        store.write(*table_);
    }

    /// The table comes back from its file, the weights from the exported one.
    void tableEntriesAreThoseOfTheExportedBytes() {
        for (std::size_t f = 0; f < table_->formats.size(); ++f) {
            const recipe::Recipe recipe = uniform(table_->formats[f]);
            const fs::path target = newPath();
            exporting::writeNative(*model_, recipe, target, {}, {}, inputsIn(cache()));
            QVERIFY(exporting::verifyNative(target, model_.get(), {}, inputsIn(cache())).againstModel);
            const measure::Inputs inputs = inputsOf(recipe, cache());
            const format::Format& format = format::get(table_->formats[f]);
            for (std::size_t m = 0; m < model_->matrices().size(); ++m) {
                const model::WeightMatrix& matrix = model_->matrices()[m];
                const std::vector<float> weights = model_->tensor(matrix).floats();
                const auto back = exporting::rounded(weights, matrix.rows, matrix.cols, format, inputs.of(matrix.name, format));
                const Off off = offOf(weights, back, table_->rows[m].inputMoment);
                const kernels::ErrorSums& known = table_->rows[m].errors[f];
                QVERIFY2(std::fabs(known.squared - off.squared) <= 1e-5 * off.squared, format.name.c_str());
                if (!format.needsHessian() || matrix.block < 0)
                    QVERIFY2(std::fabs(known.activation - off.activation) <= 1e-5 * off.activation, format.name.c_str());
            }
        }
    }

    void importanceIsWorthSomething() {
        const auto placeOf = [&](const char* name) {
            return static_cast<std::size_t>(std::ranges::find(table_->formats, name) - table_->formats.begin());
        };
        for (const measure::MatrixRow& row : table_->rows)
            QVERIFY(row.errors[placeOf("int4-g32-imx")].activation <= row.errors[placeOf("int4-g32-mse")].activation);
    }

    /// Codes under feedback are others than without, and cost less where the inputs go together.
    void feedbackIsWorthSomethingInTheBlocks() {
        const auto place = [&](const char* name) {
            return static_cast<std::size_t>(std::ranges::find(table_->formats, name) - table_->formats.begin());
        };
        const format::Format &alone = format::get("nvfp4"), &fedBack = format::get("nvfp4-gptq");
        const measure::Inputs inputs = inputsOf(uniform("nvfp4-gptq"), cache());
        for (std::size_t m = 0; m < table_->rows.size(); ++m) {
            const model::WeightMatrix& matrix = model_->matrices()[m];
            const std::vector<float> weights = model_->tensor(matrix).floats();
            const bool same = exporting::rounded(weights, matrix.rows, matrix.cols, alone) ==
                              exporting::rounded(weights, matrix.rows, matrix.cols, fedBack, inputs.of(matrix.name, fedBack));
            QCOMPARE(same, matrix.block < 0);
            const kernels::ErrorSums& sums = table_->rows[m].errors[place("nvfp4-gptq")];
            const double blind = offOf(weights, exporting::rounded(weights, matrix.rows, matrix.cols, alone), table_->rows[m].inputMoment).activation;
            if (matrix.block >= 0) QVERIFY(sums.activation < 0.8 * blind);
        }
    }

    void aMissingHessianIsNamed() {
        const fs::path folder = newPath();
        fs::create_directories(folder);
        fs::copy_file(cache() / (table_->key.hex() + ".h5"), folder / (table_->key.hex() + ".h5"));
        const fs::path target = newPath();
        DQ_THROWS(exporting::writeNative(*model_, uniform("nvfp4-gptq"), target, {}, {}, inputsIn(folder)), "Hessian", "measure");
        QVERIFY(!fs::exists(target));
        DQ_THROWS(measure::Inputs(table_).of(model_->matrices()[1].name, format::get("nvfp4-gptq")), "Hessian", "at hand");
    }

    /// A pass whose entries differ from weight to weight: FakePass's do.
    void theFisherDiagonalIsWorthSomething() {
        const auto place = [&](const char* name) {
            return static_cast<std::size_t>(std::ranges::find(table_->formats, name) - table_->formats.begin());
        };
        const format::Format& format = format::get("int3-g32-fisher");
        const measure::Inputs inputs = inputsOf(uniform(format.name), cache());
        for (std::size_t m = 0; m < table_->rows.size(); ++m) {
            const model::WeightMatrix& matrix = model_->matrices()[m];
            const kernels::Input input = inputs.of(matrix.name, format);
            QCOMPARE(std::ssize(*input.sensitivities), matrix.weights());
            QVERIFY(table_->rows[m].errors[place("int4a-g16-fisher")].fisher > 0);
            const std::vector<float> weights = model_->tensor(matrix).floats();
            const auto blind = exporting::rounded(weights, matrix.rows, matrix.cols, format::get("int3-g32-mse"));
            const auto found = exporting::rounded(weights, matrix.rows, matrix.cols, format, input);
            double before = 0, after = 0;
            for (std::size_t k = 0; k < weights.size(); ++k) {
                const double counts = kernels::sensitivity((*input.sensitivities)[k]);
                before += counts * std::pow(double{weights[k]} - double{blind[k]}, 2);
                after += counts * std::pow(double{weights[k]} - double{found[k]}, 2);
            }
            QVERIFY(after < before);
        }
    }

    void missingSensitivitiesAreNamed() {
        const fs::path folder = newPath();
        fs::create_directories(folder);
        fs::copy_file(cache() / (table_->key.hex() + ".h5"), folder / (table_->key.hex() + ".h5"));
        const fs::path target = newPath();
        DQ_THROWS(exporting::writeNative(*model_, uniform("nvfp4-fisher"), target, {}, {}, inputsIn(folder)), "sensitivities", "measure");
        QVERIFY(!fs::exists(target));
        DQ_THROWS(measure::Inputs(table_).of(model_->matrices()[1].name, format::get("nvfp4-fisher")), "sensitivities", "at hand");
        const std::vector<float> weights(64, 0.5f), moment(32, 1.0f);
        DQ_THROWS(exporting::packed(weights, 2, 32, format::get("nvfp4-fisher"), {moment}), "64", "told 0");
    }

    void aMissingTableIsNamed() {
        const recipe::Recipe recipe = uniform("int4-g32-imx");
        const fs::path target = newPath();
        DQ_THROWS(exporting::writeNative(*model_, recipe, target, {}, {}, inputsIn(newPath())), "int4-g32-imx",
                  table_->key.hex().c_str(), "--cache");
        QVERIFY(!fs::exists(target));
        DQ_THROWS(exporting::writeNative(*model_, recipe, target, {}, {}), "int4-g32-imx", "no error table");
        QVERIFY(!fs::exists(target));
        DQ_THROWS(exporting::inputsOf(uniform("int2-g32-imx"), {}), "int2-g32-imx");
    }

    void formatsThatDoNotAskNeedNoTable() {
        const fs::path target = newPath();
        exporting::writeNative(*model_, uniform("int4-g32-mse"), target, {}, {}, inputsIn(newPath()));
        QVERIFY(exporting::verifyNative(target, model_.get(), {}, {}).againstModel);
    }

    void otherTablesAreRefused() {
        recipe::Recipe recipe = uniform("int4-g32-imx");
        recipe.tableKey = "../cache/" + table_->key.hex();
        DQ_THROWS(inputsOf(recipe, cache()), "needs the error table");
        recipe.tableKey = "";
        DQ_THROWS(inputsOf(recipe, cache()), "needs the error table");
        const std::string copy(32, 'a');
        fs::copy_file(cache() / (table_->key.hex() + ".h5"), cache() / (copy + ".h5"));
        recipe.tableKey = copy;
        DQ_THROWS(inputsOf(recipe, cache()), copy.c_str(), table_->key.hex().c_str());
        recipe = uniform("int4-g32-imx");
        recipe.modelFingerprint = "00";
        DQ_THROWS(inputsOf(recipe, cache()), "of 00");
    }

    void impossibleInputsAreRefused() {
        const format::Format& format = format::get("int4-g32-imx");
        for (const float wrong : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1.0f}) {
            auto other = std::make_shared<measure::Measurements>(*table_);
            other->rows[0].inputMoment[3] = wrong;
            DQ_THROWS(measure::Inputs(other).of(other->rows[0].name, format), other->rows[0].name.c_str(), "impossible");
        }
        DQ_THROWS(measure::Inputs(table_).of("no.such.matrix", format), "no.such.matrix", "does not hold");
        const std::vector<float> weights(64, 0.5f), moment(31, 1.0f);
        DQ_THROWS(exporting::packed(weights, 2, 32, format), "int4-g32-imx", "32", "told 0");
        DQ_THROWS(exporting::packed(weights, 2, 32, format, {moment}), "told 31");
    }

    void anotherImportanceIsFoundOutByVerify() {
        const fs::path target = newPath();
        auto other = std::make_shared<measure::Measurements>(*table_);
        for (measure::MatrixRow& row : other->rows)
            for (std::size_t j = 0; j < row.inputMoment.size(); ++j)
                row.inputMoment[j] = j % 5 ? 1e-3f : 10.0f;
        const auto wrong = [&](const recipe::Recipe&) { return measure::Inputs(other); };
        exporting::writeNative(*model_, uniform("int2-g32-imx"), target, {}, {}, wrong);
        DQ_THROWS(exporting::verifyNative(target, model_.get(), {}, inputsIn(cache())), ".codes");
        QVERIFY(!exporting::verifyNative(target, nullptr, {}, {}).againstModel);
    }
};

DQ_TEST(InputsTest);
#include "inputs_test.moc"
