#include "core/flow/noise.hpp"

#include <QTemporaryDir>
#include <cmath>

#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;

namespace {

/// Says that the KL is the energy of the change, and keeps what it was asked.
class Echo : public evaluate::Evaluator {
public:
    std::vector<std::size_t> matrices;
    std::vector<std::vector<float>> noise;
    std::int64_t tokens = 0;

    std::vector<evaluate::Scores> scores(const model::Model&, const text::Samples&, std::span<const evaluate::WeightSource>,
                                         const evaluate::Keepsake*, const Progress&) override {
        return {};
    }

    std::vector<double> klOfEach(const model::Model& model, const text::Samples& samples, std::span<const evaluate::Change> changes,
                                 const Progress&) override {
        for (const auto& sequence : samples.sequences) tokens += std::ssize(sequence);
        std::vector<double> found;
        for (const evaluate::Change& change : changes) {
            const model::WeightMatrix& matrix = model.matrices()[change.matrix];
            const std::vector<float> original = model.tensor(matrix).floats();
            std::vector<float> weights(original.size());
            change.weights(matrix, original, weights);
            double energy = 0, whole = 0;
            for (std::size_t i = 0; i < weights.size(); ++i) {
                weights[i] -= original[i];
                energy += double{weights[i]} * double{weights[i]};
                whole += double{original[i]} * double{original[i]};
            }
            matrices.push_back(change.matrix);
            noise.push_back(weights);
            found.push_back(energy / whole);
        }
        return found;
    }
};

}  // namespace

class NoiseTest : public QObject {
    Q_OBJECT

private slots:
    void everyMatrixMeetsA256thOfItsEnergy() {
        const QTemporaryDir temporary;
        test::writeTinyModel(fs::path(temporary.path().toStdString()) / "tiny", test::tinyTensors());
        const auto model = model::Model::open(fs::path(temporary.path().toStdString()) / "tiny");
        measure::Measurements table;
        for (const model::WeightMatrix& matrix : model->matrices()) {
            measure::MatrixRow& row = table.rows.emplace_back();
            row.name = matrix.name;
            row.rows = matrix.rows;
            row.cols = matrix.cols;
            for (const float one : model->tensor(matrix).floats()) row.squared += double{one} * double{one};
        }
        table.rows[1].notFinite = 1;
        text::Samples samples;
        samples.sequences = {text::Sample(3000, 1), text::Sample(1000, 2), text::Sample(200, 3)};
        Echo echo;

        const std::vector<double> gains = flow::noiseGains(*model, table, samples, echo, {});

        QCOMPARE(gains.size(), table.rows.size());
        QCOMPARE(gains[1], 0.0);
        QCOMPARE(echo.matrices.size(), table.rows.size() - 1);
        QCOMPARE(echo.tokens, std::int64_t{4000});  // 4200 would be more than 4096
        double mean = 0, fourth = 0, squared = 0, count = 0;
        for (const std::vector<float>& noise : echo.noise) {
            double own = 0;
            for (const float one : noise) own += double{one} * double{one};
            for (const float one : noise) {
                const double unit = double{one} / std::sqrt(own / static_cast<double>(noise.size()));
                mean += unit;
                squared += unit * unit;
                fourth += std::pow(unit, 4);
                ++count;
            }
        }
        // some 9 000 normal numbers: a mean of 0 within 3/sqrt(n), a kurtosis of 3 within 3 sqrt(24/n)
        QVERIFY(std::abs(mean / count) < 3 / std::sqrt(count));
        QVERIFY(std::abs(fourth / count * count * count / (squared * squared) - 3) < 3 * std::sqrt(24 / count));
        for (std::size_t i = 0; i < gains.size(); ++i)  // the echo of 1/256, as far as 288 numbers and more go
            if (i != 1) QVERIFY2(std::abs(gains[i] - 1) < 0.35, qPrintable(QString::number(gains[i])));
    }
};

DQ_TEST(NoiseTest);
#include "noise_test.moc"
