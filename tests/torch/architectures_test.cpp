#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include <unistd.h>

#include "core/torch/blocks.hpp"
#include "core/torch/head.hpp"
#include "tests/support/runner.hpp"
#include "tests/torch/record.hpp"

using namespace dq;
using checkpoint::TensorView;
using torch_worker::BlockWeights;
using torch_worker::Stage;

namespace {

const std::string Fixtures = DQ_SOURCE_DIR "/tests/fixtures/torch/";

/// What transformers and autograd said (tests/fixtures/torch/make_architectures.py), read as a checkpoint of its own.
class Truth {
public:
    explicit Truth(const std::string& name) {
        folder_ = std::filesystem::temp_directory_path() / ("dq-truth-" + std::to_string(::getpid()) + "-" + name);
        std::filesystem::create_directories(folder_);
        const auto replace = std::filesystem::copy_options::overwrite_existing;
        std::filesystem::copy_file(Fixtures + name + "/truth.safetensors", folder_ / "model.safetensors", replace);
        std::filesystem::copy_file(Fixtures + name + "/config.json", folder_ / "config.json", replace);
        file_ = checkpoint::Checkpoint::open(folder_);
    }
    ~Truth() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Truth(const Truth&) = delete;
    Truth& operator=(const Truth&) = delete;

    text::Samples samples() const {
        const auto tokens = integers("tokens"), lengths = integers("lengths");
        text::Samples samples;
        samples.source = "fixture";
        std::size_t at = 0;
        for (const std::int32_t length : lengths) {
            const auto from = tokens.begin() + static_cast<std::ptrdiff_t>(at);
            samples.sequences.emplace_back(from, from + length);
            at += static_cast<std::size_t>(length);
        }
        return samples;
    }

    at::Tensor logits() const { return torch_worker::tensorOf(file_->get("logits")); }

    /// "grad2" or "fisher" of a matrix.
    double number(const std::string& kind, const model::WeightMatrix& matrix) const {
        std::string key = kind + "/" + matrix.tensor;
        if (matrix.slice >= 0) key += "/" + std::to_string(matrix.slice);
        const TensorView* const view = file_->find(key);
        double value = 0;  // an expert nobody was sent to
        if (view) std::memcpy(&value, view->bytes.data(), sizeof value);
        return view ? value : NAN;
    }

private:
    std::vector<std::int32_t> integers(const std::string& name) const {
        const TensorView& view = file_->get(name);
        std::vector<std::int32_t> values(view.bytes.size() / 4);
        std::memcpy(values.data(), view.bytes.data(), view.bytes.size());
        return values;
    }

    std::filesystem::path folder_;
    std::shared_ptr<const checkpoint::Checkpoint> file_;
};

/// The whole model in one graph, with every weight matrix a leaf of it.
struct Graph {
    std::map<std::size_t, at::Tensor> leaves;  // by place in Model::matrices()
    at::Tensor logits;                         // [positions, vocabulary]
};

Graph graphOf(const Stage& stage) {
    Graph graph;
    const auto leaf = [&](std::size_t place, at::Tensor weight) {
        graph.leaves[place] = weight.requires_grad_();
        return graph.leaves[place];
    };
    const auto matrix = [&](std::size_t place) {
        return torch_worker::matrixOf(stage.model, stage.model.matrices()[place]);
    };
    const at::Tensor embedding = leaf(stage.places.embedding, matrix(stage.places.embedding));
    const bool tied = stage.places.head == stage.places.embedding;
    const at::Tensor head = tied ? embedding : leaf(stage.places.head, matrix(stage.places.head));

    at::Tensor hidden = torch_worker::embedded(stage, embedding);
    for (std::int64_t block = 0; block < stage.model.architecture().blocks; ++block) {
        BlockWeights weights = torch_worker::blockWeights(stage.model, stage.places, block);
        for (const std::size_t place : stage.places.blocks[static_cast<std::size_t>(block)])
            leaf(place, weights.matrices.at(torch_worker::partOf(stage.model.matrices()[place])));
        std::vector<at::Tensor> out;
        for (std::size_t s = 0; s < stage.layout.length.size(); ++s) {
            const std::int64_t length = stage.layout.length[s];
            const at::Tensor one = hidden.narrow(0, stage.layout.start[s], length).unsqueeze(0);
            const auto rotation = torch_worker::rotationOf(stage.model.architecture(), length);
            out.push_back(torch_worker::blockForward(stage.model.architecture(), block, weights, rotation, one).squeeze(0));
        }
        hidden = at::cat(out, 0);
    }
    const torch_worker::HeadWeights last = torch_worker::headWeights(stage.model, head);
    graph.logits = torch_worker::logitsOf(last, torch_worker::headInput(last, hidden));
    return graph;
}

double relative(double found, double wanted) {
    return std::abs(found - wanted) / std::abs(wanted);
}

}  // namespace

class ArchitecturesTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithTransformers_data();
    void agreesWithTransformers();
    void measuresWhatAutogradSays_data() { agreesWithTransformers_data(); }
    void measuresWhatAutogradSays();
    void evaluatesWithoutDifference_data() { agreesWithTransformers_data(); }
    void evaluatesWithoutDifference();
    void marksExpertsNobodyWasSentTo();
};

void ArchitecturesTest::agreesWithTransformers_data() {
    QTest::addColumn<QString>("name");
    for (const char* const name :
         {"llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3", "gemma3_wrapped", "phi3", "gpt2", "mixtral", "qwen2_moe",
          "qwen3_moe", "qwen3_next", "qwen3_5", "qwen3_5_moe"})
        QTest::newRow(name) << QString(name);
}

/// Logits within 1e-4 of the largest there is, and the squared gradient of the summed loss within 1e-3.
void ArchitecturesTest::agreesWithTransformers() {
    QFETCH(QString, name);
    const Truth truth(name.toStdString());
    const auto model = model::Model::open(Fixtures + name.toStdString());
    const Stage stage(*model, truth.samples());

    const Graph graph = graphOf(stage);
    const at::Tensor wanted = truth.logits();
    const double off = (graph.logits - wanted).abs().max().item<double>();
    QVERIFY2(off < 1e-4, qPrintable(QString("logits differ by %1, the largest is %2").arg(off).arg(wanted.abs().max().item<double>())));

    std::vector<at::Tensor> leaves;
    for (const auto& [place, leaf] : graph.leaves) leaves.push_back(leaf);
    const at::Tensor chosen = graph.logits.index_select(0, stage.layout.predictedRows);
    const at::Tensor loss =
        (at::logsumexp(chosen, 1) - chosen.gather(1, stage.layout.nextTokens.unsqueeze(1)).squeeze(1)).sum();
    const auto gradients = torch::autograd::grad({loss}, leaves, {}, false, false, true);
    std::size_t i = 0;
    for (const auto& [place, leaf] : graph.leaves) {
        const at::Tensor& gradient = gradients[i++];
        const model::WeightMatrix& matrix = model->matrices()[place];
        const double expected = truth.number("grad2", matrix);
        const double found = gradient.defined() ? gradient.square().sum(at::kDouble).item<double>() : 0;
        const QString text = QString("%1: %2, autograd there says %3").arg(matrix.name.c_str()).arg(found).arg(expected);
        QVERIFY2(found == 0 ? std::isnan(expected) || expected == 0 : relative(found, expected) < 1e-3, qPrintable(text));
    }
}

/// The pass itself: the trace of every matrix's Fisher information within 1e-3.
void ArchitecturesTest::measuresWhatAutogradSays() {
    QFETCH(QString, name);
    const Truth truth(name.toStdString());
    const auto model = model::Model::open(Fixtures + name.toStdString());
    const text::Samples samples = truth.samples();
    double predicted = 0;
    for (const text::Sample& sample : samples.sequences) predicted += static_cast<double>(sample.size() - 1);

    const test::Record record = test::recorded(*model, samples, {.sampledLabels = false});

    QCOMPARE(record.fisher.size(), model->matrices().size());
    for (const auto& [place, h] : record.fisher) {
        const model::WeightMatrix& matrix = model->matrices()[place];
        const double expected = truth.number("fisher", matrix) / predicted;
        double found = 0;
        for (const float one : h) found += static_cast<double>(one);
        const QString text = QString("%1: %2, autograd there says %3").arg(matrix.name.c_str()).arg(found).arg(expected);
        if (std::isnan(expected)) {
            QVERIFY2(record.tokens.at(place) == 0, qPrintable(text));
            continue;
        }
        QVERIFY2(relative(found, expected) < 1e-3, qPrintable(text));
    }
}

void ArchitecturesTest::evaluatesWithoutDifference() {
    QFETCH(QString, name);
    const Truth truth(name.toStdString());
    const auto model = model::Model::open(Fixtures + name.toStdString());
    const text::Samples samples = truth.samples();
    const at::Tensor logSoftmax = at::log_softmax(truth.logits(), 1);

    const auto scores = torch_worker::makeEvaluator()->scores(*model, samples, nullptr, {});

    std::int64_t at = 0;
    for (std::size_t s = 0; s < scores.size(); ++s) {
        double loss = 0;
        for (std::size_t i = 0; i + 1 < samples.sequences[s].size(); ++i, ++at)
            loss -= logSoftmax[at][samples.sequences[s][i + 1]].item<double>();
        ++at;
        QVERIFY2(relative(scores[s].loss, loss) < 1e-4, qPrintable(QString("%1 instead of %2").arg(scores[s].loss).arg(loss)));
    }
}

/// The same token twice goes to the same two of four experts. The others get what one token would have left at the mean of them.
void ArchitecturesTest::marksExpertsNobodyWasSentTo() {
    const auto model = model::Model::open(Fixtures + "qwen3_moe");
    text::Samples samples;
    samples.sequences = {{5, 5}};

    const test::Record record = test::recorded(*model, samples, {.sampledLabels = false});

    int reached = 0;
    double sum = 0;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < model->matrices().size(); ++i) {
        const model::WeightMatrix& matrix = model->matrices()[i];
        if (matrix.expert < 0) QVERIFY(record.tokens.at(i) > 0);
        if (matrix.block != 0 || matrix.role != model::Role::ExpertDown) continue;
        if (record.tokens.at(i) == 0) {
            others.push_back(i);
            continue;
        }
        QCOMPARE(record.tokens.at(i), std::int64_t{2});
        ++reached;
        for (const float h : record.fisher.at(i)) sum += static_cast<double>(h) / static_cast<double>(matrix.weights());
    }
    QCOMPARE(reached, 2);
    QCOMPARE(others.size(), std::size_t{2});
    for (const std::size_t i : others) {
        const std::vector<float>& h = record.fisher.at(i);
        QVERIFY(std::ranges::all_of(h, [&](float one) { return one == h.front(); }));
        QVERIFY(relative(static_cast<double>(h.front()), sum / 4) < 1e-5);  // two experts met two tokens each
        QVERIFY(record.inputMoment.at(i).front() > 0);
    }
}

DQ_TEST(ArchitecturesTest);
#include "architectures_test.moc"
