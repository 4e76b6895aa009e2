#include "core/base/error.hpp"
#include "core/model/config.hpp"
#include "tests/model/tiny.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using model::Attention;
using model::FeedForward;
using model::Model;

namespace {

const std::string Fixtures = DQ_SOURCE_DIR "/tests/fixtures/torch/";

std::shared_ptr<const Model> opened(const char* name) {
    return Model::open(Fixtures + name);
}

std::string kindsOf(const model::Architecture& a) {
    std::string text;
    for (std::int64_t block = 0; block < a.blocks; ++block) {
        const model::BlockKind kind = a.kind(block);
        text += kind.attention == Attention::Full ? 'f' : kind.attention == Attention::Sliding ? 's' : 'l';
        text += kind.feedForward == FeedForward::Experts ? 'e' : 'd';
    }
    return text;
}

/// A fixture's config.json with these members changed.
model::Architecture changed(const char* name, const QByteArray& changes) {
    json::Json config = json::parseFile(Fixtures + name + "/config.json");
    config.update(json::parse(changes.toStdString(), "test"));
    return model::readArchitecture(config.dump(), "config.json");
}

}  // namespace

class FamiliesTest : public QObject {
    Q_OBJECT

private slots:
    void tellsBlocksApart_data();
    void tellsBlocksApart();
    void oneFusedTensorIsOneMatrix();
    void turnsWhatLiesTheOtherWayRound();
    void cutsExpertsOutOfAStack();
    void expertsApartAreMatricesToo();
    void aWrappersLanguagePartIsUsed();
    void refusesWhatContradictsItself_data();
    void refusesWhatContradictsItself();
};

void FamiliesTest::tellsBlocksApart_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("kinds");
    QTest::newRow("llama") << "llama" << "fdfd";
    QTest::newRow("mistral") << "mistral" << "sdsd";
    QTest::newRow("qwen2") << "qwen2" << "fdsd";
    QTest::newRow("gemma2") << "gemma2" << "sdfd";
    QTest::newRow("gemma3") << "gemma3" << "sdfdsd";
    QTest::newRow("mixtral") << "mixtral" << "fefe";
    QTest::newRow("qwen2_moe") << "qwen2_moe" << "fdfe";
    QTest::newRow("qwen3_next") << "qwen3_next" << "lelelefe";
    QTest::newRow("qwen3_5") << "qwen3_5" << "ldldldfd";
}

void FamiliesTest::tellsBlocksApart() {
    QFETCH(QString, name);
    QFETCH(QString, kinds);
    QCOMPARE(QString::fromStdString(kindsOf(opened(name.toUtf8().constData())->architecture())), kinds);
}

void FamiliesTest::oneFusedTensorIsOneMatrix() {
    const auto model = opened("phi3");

    std::vector<std::string> names;
    for (const auto& matrix : model->matrices()) names.push_back(matrix.shortName());
    QCOMPARE(names, (std::vector<std::string>{"embedding", "layers.0.qkv", "layers.0.o", "layers.0.gate_up", "layers.0.down",
                                              "layers.1.qkv", "layers.1.o", "layers.1.gate_up", "layers.1.down", "head"}));
    QCOMPARE(model->matrices()[1].rows, std::int64_t{64 + 2 * 32});
    QCOMPARE(model->architecture().rotaryDim, std::int64_t{12});
}

void FamiliesTest::turnsWhatLiesTheOtherWayRound() {
    const auto model = opened("gpt2");
    const model::WeightMatrix& matrix = model->matrices()[1];

    QCOMPARE(matrix.name, std::string("transformer.h.0.attn.c_attn"));
    QVERIFY(matrix.rows == 96 && matrix.cols == 32);
    const std::vector<float> turned = model->tensor(matrix).floats(), lying = model->checkpoint().get(matrix.tensor).floats();
    for (const std::size_t i : {0u, 5u, 95u})
        for (const std::size_t j : {0u, 7u, 31u}) QCOMPARE(turned[i * 32 + j], lying[j * 96 + i]);
    std::vector<float> some(2 * 32);
    model->tensor(matrix).rowsTo(3, 2, some);
    QVERIFY(std::equal(some.begin(), some.end(), turned.begin() + 3 * 32));
}

void FamiliesTest::cutsExpertsOutOfAStack() {
    const auto model = opened("qwen3_5_moe");
    const auto place = model->indexOf("model.layers.1.mlp.experts.2.gate_up_proj");
    QVERIFY(place);
    const model::WeightMatrix& matrix = model->matrices()[*place];

    QCOMPARE(matrix.shortName(), std::string("layers.1.experts.2.gate_up"));
    QVERIFY(matrix.rows == 32 && matrix.cols == 32 && matrix.expert == 2);
    const std::vector<float> own = model->tensor(matrix).floats();
    const std::vector<float> all = model->checkpoint().get("model.layers.1.mlp.experts.gate_up_proj").floats();
    QCOMPARE(own.size(), std::size_t{32 * 32});
    QVERIFY(std::equal(own.begin(), own.end(), all.begin() + 2 * 32 * 32));
    Bytes together = model->passthroughBytes();
    for (const auto& one : model->matrices()) together += static_cast<Bytes>(model->tensor(one).bytes.size());
    QCOMPARE(together, model->checkpoint().bytes());
}

void FamiliesTest::expertsApartAreMatricesToo() {
    const auto model = opened("mixtral");
    const auto place = model->indexOf("model.layers.0.block_sparse_moe.experts.3.w2");
    QVERIFY(place);
    QVERIFY(model->matrices()[*place].role == model::Role::ExpertDown);
    QVERIFY(std::ranges::find(model->passthrough(), "model.layers.0.block_sparse_moe.gate.weight") != model->passthrough().end());
}

void FamiliesTest::aWrappersLanguagePartIsUsed() {
    const auto model = opened("gemma3_wrapped");

    QVERIFY(model->architecture().runnable() && model->architecture().tiedHead);
    QCOMPARE(model->architecture().type, std::string("gemma3"));
    QCOMPARE(model->matrices().front().name, std::string("language_model.model.embed_tokens"));
    for (const auto& matrix : model->matrices()) QVERIFY(matrix.name.starts_with("language_model."));
    QVERIFY(std::ranges::any_of(model->passthrough(), [](const std::string& name) { return name.starts_with("vision_tower."); }));
}

void FamiliesTest::refusesWhatContradictsItself_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("changes");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char* label, const char* name, const char* changes, const char* wanted) {
        QTest::newRow(label) << QString(name) << QByteArray(changes) << QString(wanted);
    };
    row("layer types short", "gemma3", "{\"layer_types\":[\"full_attention\"]}", "has 1 entries; 3");
    row("layer types unknown", "gemma3", "{\"num_hidden_layers\":1,\"layer_types\":[\"chunked_attention\"]}", "chunked_attention");
    row("linear where there is none", "gemma2", "{\"num_hidden_layers\":1,\"layer_types\":[\"linear_attention\"]}", "does not have");
    row("window", "mistral", "{\"sliding_window\":0}", "\"sliding_window\" is 0");
    row("cap", "gemma2", "{\"attn_logit_softcapping\":-1}", "\"attn_logit_softcapping\" is -1");
    row("both directions", "gemma3", "{\"use_bidirectional_attention\":true}", "use_bidirectional_attention");
    row("activation", "gpt2", "{\"activation_function\":\"quick_gelu\"}", "quick_gelu");
    row("heads", "gpt2", "{\"n_head\":5}", "no multiple of n_head 5");
    row("scaled by depth", "gpt2", "{\"scale_attn_by_inverse_layer_idx\":true}", "scale_attn_by_inverse_layer_idx");
    row("more than all", "mixtral", "{\"num_experts_per_tok\":5}", "more than the 4 experts");
    row("no experts", "qwen2_moe", "{\"num_experts\":0}", "\"num_experts\" is 0");
    row("delta heads", "qwen3_5", "{\"linear_num_value_heads\":3}", "no multiple of linear_num_key_heads 2");
    row("longrope of another head", "phi3", "{\"num_attention_heads\":2,\"num_key_value_heads\":2}", "needs 12");
    row("half a pair", "phi3", "{\"rope_parameters\":{\"rope_type\":\"default\",\"partial_rotary_factor\":0.2}}", "an even number");
    row("partial llama", "llama", "{\"partial_rotary_factor\":0.5}", "partial_rotary_factor");
}

void FamiliesTest::refusesWhatContradictsItself() {
    QFETCH(QString, name);
    QFETCH(QByteArray, changes);
    QFETCH(QString, wanted);
    DQ_THROWS(changed(name.toUtf8().constData(), changes), "config.json", wanted.toUtf8().constData());
}

DQ_TEST(FamiliesTest);
#include "families_test.moc"
