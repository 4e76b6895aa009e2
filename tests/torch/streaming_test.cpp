#include <ATen/ATen.h>

#include <cmath>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/torch/blocks.hpp"
#include "core/torch/boundaries.hpp"
#include "core/torch/head.hpp"
#include "tests/support/runner.hpp"
#include "tests/torch/tiny_model.hpp"

using namespace dq;
using test::TinyModel;
using torch_worker::Boundaries;
using torch_worker::HeadState;
using torch_worker::HeadWeights;
using torch_worker::Stage;

namespace {

double far(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

at::Tensor boundary(int number) {
    return (at::arange(40, at::kFloat).view({8, 5}) * 0.37 + number).sin();
}

}  // namespace

class StreamingTest : public QObject {
    Q_OBJECT

private slots:
    void keepsSmallBoundariesAsTheyAre();
    void roundsLargeOnesAndSpillsTheLast();
    void saysWhereItCannotSpill();
    void aHeadInPartsIsTheHead_data();
    void aHeadInPartsIsTheHead();
    void readsOnlyTheRowsOfTheEmbeddingItNeeds();
    void aBlockInPartsIsTheBlock_data();
    void aBlockInPartsIsTheBlock();
    void aLargeCheckpointIsHeldToSharesOfIt();
};

void StreamingTest::keepsSmallBoundariesAsTheyAre() {
    Boundaries kept(8, 5, 3);
    for (int i = 0; i < 3; ++i) kept.push(boundary(i));

    QVERIFY(!kept.rounded() && !kept.spilled());
    for (int i = 0; i < 3; ++i) QCOMPARE(far(kept.at(static_cast<std::size_t>(i)), boundary(i)), 0.0);
    kept.shrink(2);
    QCOMPARE(kept.size(), std::size_t{2});
    QCOMPARE(far(kept.back(), boundary(1)), 0.0);
}

/// BF16 keeps 8 bits of a number: what comes back is the nearest, from memory and from the file alike.
void StreamingTest::roundsLargeOnesAndSpillsTheLast() {
    Boundaries kept(8, 5, 4, {.exact = 100, .memory = 170});  // 80 bytes each when rounded: two fit
    for (int i = 0; i < 4; ++i) kept.push(boundary(i));

    QVERIFY(kept.rounded() && kept.spilled());
    for (int i = 3; i >= 0; --i) {
        const at::Tensor rounded = boundary(i).to(at::kBFloat16).to(at::kFloat);
        QCOMPARE(far(kept.back(), rounded), 0.0);
        QVERIFY(far(kept.back(), boundary(i)) > 0);
        kept.shrink(static_cast<std::size_t>(i));
    }
}

void StreamingTest::saysWhereItCannotSpill() {
    const char* const before = std::getenv("TMPDIR");
    const std::string old = before ? before : "";
    ::setenv("TMPDIR", "/proc/self", 1);
    Boundaries kept(8, 5, 4, {.exact = 0, .memory = 0});
    DQ_THROWS(kept.push(boundary(0)), "/proc/self", "temporary file");
    before ? ::setenv("TMPDIR", old.c_str(), 1) : ::unsetenv("TMPDIR");
}

void StreamingTest::aHeadInPartsIsTheHead_data() {
    QTest::addColumn<bool>("sampled");
    QTest::newRow("the text's labels") << false;
    QTest::newRow("drawn labels") << true;
}

/// Sums over the vocabulary in another order: equal but for rounding; the drawn labels are the same.
void StreamingTest::aHeadInPartsIsTheHead() {
    QFETCH(bool, sampled);
    const TinyModel tiny({});
    const auto model = tiny.open();
    const Stage stage(*model, test::randomSamples({9, 30, 4}, tiny.config().vocabulary));
    const model::WeightMatrix& matrix = model->matrices()[stage.places.head];
    const HeadWeights whole = torch_worker::headWeights(*model, matrix);
    const HeadWeights parts = torch_worker::headWeights(*model, matrix, 7 * matrix.cols);  // 29 rows: 7 7 7 7 1
    const at::Tensor top = (at::arange(43 * 16, at::kFloat).view({43, 16}) * 1.7).sin();
    const measure::FisherOptions options{.sampledLabels = sampled, .seed = 5};

    const HeadState a = torch_worker::headForward(whole, top, stage.layout, options, {});
    const HeadState b = torch_worker::headForward(parts, top, stage.layout, options, {});

    QVERIFY(whole.weight.defined() && !parts.weight.defined());
    QVERIFY(std::abs(a.loss - b.loss) < 1e-6 && far(a.lse, b.lse) < 1e-5);
    QVERIFY(at::equal(a.labels, b.labels));
    const at::Tensor below = torch_worker::headBackward(whole, a, top, stage.layout, {});
    QVERIFY(far(below, torch_worker::headBackward(parts, b, top, stage.layout, {})) < 1e-6);
    at::Tensor fisher, inParts;
    torch_worker::headFisher(whole, a, {}, [&](std::int64_t, at::Tensor& h) { fisher = h.clone(); });
    torch_worker::headFisher(parts, b, {}, [&](std::int64_t, at::Tensor& h) { inParts = h.clone(); });
    QVERIFY(far(fisher, inParts) < 1e-5 * fisher.max().item<double>());
}

void StreamingTest::readsOnlyTheRowsOfTheEmbeddingItNeeds() {
    const TinyModel tiny({});
    const auto model = tiny.open();
    const Stage stage(*model, test::randomSamples({9, 3}, tiny.config().vocabulary));
    const model::WeightMatrix& matrix = model->matrices()[stage.places.embedding];

    const at::Tensor read = torch_worker::embeddedFrom(stage, matrix);

    QCOMPARE(far(read, torch_worker::embedded(stage, torch_worker::matrixOf(*model, matrix))), 0.0);
}

void StreamingTest::aBlockInPartsIsTheBlock_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"llama", "qwen3_moe", "mixtral", "qwen3_5_moe"}) QTest::newRow(name) << name;
}

/// Every matrix in a part of its own, and none of them kept: the same sums to the bit where weights are kept, and equal but
/// for the order of a product's sums where they are not.
void StreamingTest::aBlockInPartsIsTheBlock() {
    QFETCH(QString, name);
    const auto model = model::Model::open(DQ_SOURCE_DIR "/tests/fixtures/torch/" + name.toStdString());
    const auto samples = test::randomSamples({5, 12, 9}, model->architecture().vocabulary);
    const auto gathered = [&](Bytes sums, Bytes floats) {
        Stage stage(*model, samples);
        stage.memory.sums = sums;
        const auto weights = torch_worker::blockWeightsWithin(*model, stage.places, 0, floats);
        const at::Tensor input = (at::arange(26 * model->architecture().hidden, at::kFloat) * 1.3).sin().view({26, -1});
        const at::Tensor gradient = input.cos();
        std::vector<at::Tensor> found(1);
        for (const auto& part : torch_worker::partsOf(stage, 0, {})) {
            const auto result = torch_worker::backwardBlock(stage, part, weights, input, gradient, {}, nullptr);
            if (part.first == 0) found[0] = result.gradient;
            for (const auto& matrix : result.matrices) {
                found.push_back(matrix.fisher);
                found.push_back(matrix.inputMoment);
            }
        }
        return found;
    };

    const auto whole = gathered(1_GiB, 1_GiB), parts = gathered(1, 1_GiB), streamed = gathered(1, 0);

    QVERIFY(whole.size() > 10 && parts.size() == whole.size() && streamed.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        QVERIFY2(at::equal(whole[i], parts[i]), qPrintable(QString::number(i)));
        QVERIFY(far(whole[i], streamed[i]) <= 1e-5 * whole[i].abs().max().item<double>());
    }
}

/// What a checkpoint of 3.4 GB may hold of activations and weights stays below a fifth of it.
void StreamingTest::aLargeCheckpointIsHeldToSharesOfIt() {
    const Bytes large = 3'400'000'000;
    const auto plan = torch_worker::memoryFor(large);

    QVERIFY(plan.lanes + plan.boundaries + plan.floats <= large / 5);
    QVERIFY(torch_worker::memoryFor(100_MiB).lanes > 100_MiB);  // a small model loses nothing
}

DQ_TEST(StreamingTest);
#include "streaming_test.moc"
