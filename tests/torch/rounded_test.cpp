// KL and perplexity, of original and rounded weights, as transformers computes them (tests/fixtures/evaluate/make_rounded.py).
#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/mapped_file.hpp"
#include "core/evaluate/evaluation.hpp"
#include "core/export/rounded.hpp"
#include "core/format/format.hpp"
#include "core/json/json.hpp"
#include "core/torch/worker.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

const std::string Fixtures = DQ_SOURCE_DIR "/tests/fixtures/";

const json::Json& truths() {
    static const json::Json all = json::parse(readText(Fixtures + "evaluate/rounded.json"), "rounded.json");
    return all;
}

text::Samples samplesOf(const json::Json& truth) {
    text::Samples samples;
    samples.source = "fixture";
    for (const json::Json& sequence : truth["sequences"]) samples.sequences.push_back(sequence.get<text::Sample>());
    return samples;
}

evaluate::WeightSource roundedTo(const format::Format& format) {
    return [&format](const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights) {
        const std::vector<float> rounded = exporting::rounded(original, matrix.rows, matrix.cols, format);
        std::copy(rounded.begin(), rounded.end(), weights.begin());
        return true;
    };
}

/// `floor` is what float arithmetic leaves of a number that is nearly 0.
bool near(double found, double wanted, double relative, double floor = 0) {
    return std::abs(found - wanted) <= relative * std::abs(wanted) + floor;
}

}  // namespace

class RoundedTest : public QObject {
    Q_OBJECT

private slots:
    void everyMatrixIsRoundedThereToo_data() { models(); }
    void everyMatrixIsRoundedThereToo();
    void saysWhatTransformersSays_data() { models(); }
    void saysWhatTransformersSays();

private:
    static void models() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, truth] : truths().items()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
};

void RoundedTest::everyMatrixIsRoundedThereToo() {
    QFETCH(QString, name);
    const auto model = model::Model::open(Fixtures + "torch/" + name.toStdString());
    std::set<std::string> ours;
    for (const model::WeightMatrix& matrix : model->matrices()) ours.insert(matrix.tensor);

    const auto theirs = truths()[name.toStdString()]["tensors"].get<std::set<std::string>>();

    QVERIFY(ours == theirs);
}

/// There in float64 but for the places where transformers turns to float32 itself, here in float32.
void RoundedTest::saysWhatTransformersSays() {
    QFETCH(QString, name);
    const json::Json& truth = truths()[name.toStdString()];
    const auto model = model::Model::open(Fixtures + "torch/" + name.toStdString());
    const text::Samples samples = samplesOf(truth);

    for (const char* const format : {"int4-g32", "int6-g32"}) {
        const evaluate::WeightSource source = roundedTo(format::get(format));
        const auto found = evaluate::evaluationOf(torch_worker::makeEvaluator()->scores(*model, samples, &source, {}), true);
        const double kl = truth[format]["kl"].get<double>();
        QVERIFY2(near(found.kl->mean, kl, 1e-3, 1e-8), qPrintable(QString("%1: KL %2, there %3").arg(format).arg(found.kl->mean).arg(kl)));
        const double perplexity = truth[format]["perplexity"].get<double>(), original = truth["perplexity"].get<double>();
        QVERIFY2(near(found.perplexity, perplexity, 1e-4),
                 qPrintable(QString("%1: perplexity %2, there %3").arg(format).arg(found.perplexity).arg(perplexity)));
        QVERIFY2(near(found.originalPerplexity, original, 1e-4),
                 qPrintable(QString("perplexity %1, there %2").arg(found.originalPerplexity).arg(original)));
    }
}

DQ_TEST(RoundedTest);
#include "rounded_test.moc"
