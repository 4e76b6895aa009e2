#include "core/model/model.hpp"

#include <set>

#include "core/base/error.hpp"
#include "tests/model/tiny.hpp"
#include "tests/support/runner.hpp"

using dq::model::Model;
using dq::model::Role;
using dq::test::Folder;
using dq::test::TinyLlama;

namespace {

std::shared_ptr<const Model> opened(const TinyLlama& tiny) {
    static std::vector<std::unique_ptr<Folder>> kept;  // a mapping outlives its file, a message names it
    kept.push_back(std::make_unique<Folder>());
    tiny.write(*kept.back());
    return Model::open(kept.back()->path());
}

}  // namespace

class ModelTest : public QObject {
    Q_OBJECT

private slots:
    void listsMatricesInOrder();
    void aTiedHeadIsNoMatrix();
    void passesTheRestThrough();
    void findsMatricesByName();
    void readsEveryNumberOfTheConfig();
    void fillsInDefaults();
    void biasesAreNeededWhereAskedFor();
    void refusesWeightsThatContradictTheConfig();
    void refusesTypesItCannotRead();
    void namesRolesBothWays();
    void opensTheSharedModels();
};

void ModelTest::listsMatricesInOrder() {
    const auto model = opened(TinyLlama());

    std::vector<std::string> names;
    for (const auto& matrix : model->matrices()) names.push_back(matrix.shortName());
    QCOMPARE(names, (std::vector<std::string>{"embedding", "layers.0.q", "layers.0.k", "layers.0.v", "layers.0.o", "layers.0.gate",
                                              "layers.0.up", "layers.0.down", "layers.1.q", "layers.1.k", "layers.1.v",
                                              "layers.1.o", "layers.1.gate", "layers.1.up", "layers.1.down", "head"}));
    const auto& down = model->matrices()[7];
    QCOMPARE(down.name, std::string("model.layers.0.mlp.down_proj"));
    QCOMPARE(down.tensor, std::string("model.layers.0.mlp.down_proj.weight"));
    QCOMPARE(down.rows, std::int64_t{8});
    QCOMPARE(down.cols, std::int64_t{12});
    QCOMPARE(down.block, 0);
    QVERIFY(model->tensor(down).shape == (std::vector<std::int64_t>{8, 12}));
    QCOMPARE(model->weights(), std::int64_t{2 * 80 + 2 * (128 + 64 + 64 + 128 + 3 * 96)});
}

void ModelTest::aTiedHeadIsNoMatrix() {
    TinyLlama tiny;
    tiny.config["tie_word_embeddings"] = true;
    tiny.remove("lm_head.weight");

    const auto model = opened(tiny);

    QVERIFY(model->architecture().tiedHead);
    QCOMPARE(model->matrices().size(), std::size_t{15});
    QVERIFY(model->matrices().back().role == Role::Down);
}

void ModelTest::passesTheRestThrough() {
    TinyLlama tiny;
    tiny.add("model.layers.0.self_attn.rotary_emb.inv_freq", {2}, "F32");
    tiny.add("something.else", {3}, "I64");

    const auto model = opened(tiny);

    const std::vector<std::string> wanted{"model.layers.0.input_layernorm.weight", "model.layers.0.post_attention_layernorm.weight",
                                          "model.layers.0.self_attn.rotary_emb.inv_freq", "model.layers.1.input_layernorm.weight",
                                          "model.layers.1.post_attention_layernorm.weight", "model.norm.weight", "something.else"};
    QVERIFY(std::ranges::equal(model->passthrough(), wanted));
    QCOMPARE(model->passthroughBytes(), dq::Bytes{5 * 16 + 8 + 24});
}

void ModelTest::findsMatricesByName() {
    const auto model = opened(TinyLlama());

    for (std::size_t i = 0; i < model->matrices().size(); ++i) QCOMPARE(model->indexOf(model->matrices()[i].name), std::optional(i));
    QVERIFY(!model->indexOf("model.layers.0.mlp.down_proj.weight"));
    QVERIFY(!model->indexOf(""));
}

void ModelTest::readsEveryNumberOfTheConfig() {
    const auto a = opened(TinyLlama())->architecture();

    QCOMPARE(a.type, std::string("llama"));
    QCOMPARE(a.hidden, std::int64_t{8});
    QCOMPARE(a.intermediate, std::int64_t{12});
    QCOMPARE(a.blocks, std::int64_t{2});
    QCOMPARE(a.heads, std::int64_t{4});
    QCOMPARE(a.kvHeads, std::int64_t{2});
    QCOMPARE(a.headDim, std::int64_t{4});
    QCOMPARE(a.vocabulary, std::int64_t{10});
    QCOMPARE(a.context, std::int64_t{64});
    QCOMPARE(a.normEpsilon, 1e-5);
    QVERIFY(a.runnable() && !a.tiedHead && !a.qkvBias && !a.outputBias && !a.mlpBias);
}

void ModelTest::fillsInDefaults() {
    TinyLlama tiny;
    for (const char* const key : {"num_key_value_heads", "head_dim", "rms_norm_eps", "max_position_embeddings", "hidden_act", "architectures"})
        tiny.config.erase(key);
    for (const std::string block : {"model.layers.0.", "model.layers.1."})
        for (const char* const part : {"q", "k", "v", "o"}) tiny.add(block + "self_attn." + part + "_proj.weight", {8, 8}, "F16");

    const auto a = opened(tiny)->architecture();

    QCOMPARE(a.kvHeads, std::int64_t{4});
    QCOMPARE(a.headDim, std::int64_t{2});
    QCOMPARE(a.normEpsilon, 1e-6);
    QCOMPARE(a.context, std::int64_t{2048});
    QCOMPARE(a.rope.theta, 10000.0);
    QVERIFY(a.rope.scaling == dq::model::Rope::Scaling::None);
}

void ModelTest::biasesAreNeededWhereAskedFor() {
    TinyLlama tiny;
    tiny.config["attention_bias"] = true;
    tiny.config["mlp_bias"] = true;
    DQ_THROWS(opened(tiny), "tensor model.layers.0.self_attn.q_proj.bias is missing", "13 more of the 35");

    for (const std::string block : {"model.layers.0.", "model.layers.1."}) {
        tiny.add(block + "self_attn.q_proj.bias", {16});
        tiny.add(block + "self_attn.k_proj.bias", {8});
        tiny.add(block + "self_attn.v_proj.bias", {8});
        tiny.add(block + "self_attn.o_proj.bias", {8});
        tiny.add(block + "mlp.gate_proj.bias", {12});
        tiny.add(block + "mlp.up_proj.bias", {12});
        tiny.add(block + "mlp.down_proj.bias", {8});
    }
    QCOMPARE(opened(tiny)->passthrough().size(), std::size_t{5 + 14});

    tiny.add("model.layers.1.mlp.up_proj.bias", {13});
    DQ_THROWS(opened(tiny), "model.safetensors", "tensor model.layers.1.mlp.up_proj.bias", "[13]", "[12]");
}

void ModelTest::refusesWeightsThatContradictTheConfig() {
    TinyLlama missing;
    missing.remove("model.layers.1.mlp.up_proj.weight");
    DQ_THROWS(opened(missing), "tensor model.layers.1.mlp.up_proj.weight is missing");

    TinyLlama headless;
    headless.remove("lm_head.weight");
    DQ_THROWS(opened(headless), "tensor lm_head.weight is missing", "does not tie");

    TinyLlama transposed;
    transposed.add("model.layers.0.mlp.down_proj.weight", {12, 8});
    DQ_THROWS(opened(transposed), "model.safetensors", "tensor model.layers.0.mlp.down_proj.weight", "[12, 8]", "[8, 12]");

    TinyLlama flat;
    flat.add("model.norm.weight", {8, 1});
    DQ_THROWS(opened(flat), "tensor model.norm.weight", "[8, 1]", "[8]");

    TinyLlama shorter;
    shorter.config["num_hidden_layers"] = 1;
    DQ_THROWS(opened(shorter), "tensor model.layers.1.", "num_hidden_layers is 1");

    TinyLlama longer;
    longer.config["num_hidden_layers"] = 10'000;
    DQ_THROWS(opened(longer), "tensor model.layers.2.self_attn.q_proj.weight is missing", "more of the 90003");
}

void ModelTest::refusesTypesItCannotRead() {
    TinyLlama tiny;
    tiny.add("model.layers.0.self_attn.k_proj.weight", {8, 8}, "F64");
    DQ_THROWS(opened(tiny), "tensor model.layers.0.self_attn.k_proj.weight", "F64", "BF16");
}

void ModelTest::namesRolesBothWays() {
    std::set<std::string_view> names;
    for (int i = 0; i < dq::model::roleCount; ++i) {
        const auto role = static_cast<Role>(i);
        QVERIFY(dq::model::roleOf(roleName(role)) == role);
        names.insert(roleName(role));
    }
    QCOMPARE(names.size(), static_cast<std::size_t>(dq::model::roleCount));
    QVERIFY(!dq::model::roleOf("Q") && !dq::model::roleOf(""));
}

void ModelTest::opensTheSharedModels() {
    const auto check = [](const char* name, std::int64_t weights, std::size_t matrices, bool tied) {
        const auto model = Model::open(dq::test::sharedModel(name));
        QCOMPARE(model->weights(), weights);
        QCOMPARE(model->matrices().size(), matrices);
        QCOMPARE(model->architecture().tiedHead, tied);
    };
    if (!std::filesystem::exists(dq::test::sharedModel("mix3M-bf16"))) QSKIP("../shared/models is not there");

    check("stories260K-f32", 259328, 36, true);
    check("stories260K-bf16", 259328, 36, true);
    check("mix3M-bf16", 3407872, 30, false);
}

DQ_TEST(ModelTest);

#include "model_test.moc"
