#include "core/base/error.hpp"
#include "core/model/config.hpp"
#include "tests/model/tiny.hpp"
#include "tests/support/runner.hpp"

using dq::Kind;
using dq::json::Json;

class HostileConfigTest : public QObject {
    Q_OBJECT

private slots:
    void refusesImpossibleNumbers_data();
    void refusesImpossibleNumbers();
    void refusesVariantsByName_data();
    void refusesVariantsByName();
    void saysWhyAModelCannotBeRun_data();
    void saysWhyAModelCannotBeRun();
    void everyNeededNumberMustBeThere();
};

namespace {

/// The tiny model's config with these members changed.
dq::model::Architecture read(const QByteArray& changes) {
    Json config = dq::test::TinyLlama().config;
    config.update(dq::json::parse(changes.toStdString(), "test"));
    return dq::model::readArchitecture(config.dump(), "config.json");
}

std::string scaling(const char* type, const char* rest) {
    return R"({"rope_scaling":{"rope_type":")" + std::string(type) + "\"" + rest + "}}";
}

}  // namespace

void HostileConfigTest::refusesImpossibleNumbers_data() {
    QTest::addColumn<QByteArray>("changes");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char* name, const std::string& changes, const char* wanted) {
        QTest::newRow(name) << QByteArray(changes.c_str()) << QString(wanted);
    };
    row("zero", R"({"hidden_size":0})", "\"hidden_size\" is 0");
    row("negative", R"({"vocab_size":-1})", "\"vocab_size\" is -1");
    row("fraction", R"({"intermediate_size":1.5})", "\"intermediate_size\" must be a whole number|1.5");
    row("text", R"({"hidden_size":"8"})", "\"hidden_size\" must be a whole number");
    row("huge", R"({"hidden_size":9223372036854775807})", "\"hidden_size\" is");
    row("beyond 63 bits", R"({"hidden_size":18446744073709551615})", "\"hidden_size\" must be a whole number");
    row("many blocks", R"({"num_hidden_layers":10001})", "\"num_hidden_layers\" is 10001|10000");
    row("no head", R"({"num_attention_heads":0})", "\"num_attention_heads\" is 0");
    row("more kv heads", R"({"num_key_value_heads":8})", "4 is no multiple of num_key_value_heads 8");
    row("uneven groups", R"({"num_key_value_heads":3})", "4 is no multiple of num_key_value_heads 3");
    row("odd head", R"({"head_dim":5})", "head size 5 must be even");
    row("no head size", R"({"head_dim":null,"num_attention_heads":3,"num_key_value_heads":3})", "8 is no multiple of num_attention_heads 3");
    row("epsilon", R"({"rms_norm_eps":-1e-5})", "\"rms_norm_eps\" is -1e-05");
    row("theta", R"({"rope_theta":1})", "\"rope_theta\" is 1");
    row("tie", R"({"tie_word_embeddings":1})", "\"tie_word_embeddings\" must be true or false");
    row("architectures", R"({"architectures":"LlamaForCausalLM"})", "architectures must be a list");
    row("scaling no object", R"({"rope_scaling":2})", "rotary scaling must be an object");
    row("no factor", scaling("linear", ""), "\"factor\" is missing");
    row("factor below 1", scaling("linear", ",\"factor\":0.5"), "\"factor\" is 0.5");
    row("factor a text", scaling("dynamic", ",\"factor\":\"2\""), "\"factor\" must be a number");
    row("llama3 without context", scaling("llama3", ",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4"), "\"original_max_position_embeddings\" is missing");
    row("llama3 without blend",
        scaling("llama3", ",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4,\"original_max_position_embeddings\":8192"),
        "high_freq_factor must be above");
    row("yarn betas", scaling("yarn", ",\"factor\":8,\"beta_fast\":1,\"beta_slow\":2"), "beta_fast must not be below");
    row("context 0", scaling("yarn", ",\"factor\":8,\"original_max_position_embeddings\":0"), "\"original_max_position_embeddings\" is 0");
}

void HostileConfigTest::refusesImpossibleNumbers() {
    QFETCH(QByteArray, changes);
    QFETCH(QString, wanted);
    for (const QString& one : wanted.split('|')) {
        const std::string expected = one.toStdString();
        DQ_THROWS(read(changes), "config.json", expected.c_str());
    }
}

void HostileConfigTest::refusesVariantsByName_data() {
    QTest::addColumn<QByteArray>("changes");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("activation") << QByteArray(R"({"hidden_act":"xielu"})") << "hidden_act \"xielu\"|silu";
    QTest::newRow("scaling") << QByteArray(scaling("proportional", ",\"factor\":2").c_str()) << "\"proportional\"|llama3";
    QTest::newRow("quantized") << QByteArray(R"({"quantization_config":{"bits":4}})") << "quantized already";
    QTest::newRow("partial rotation") << QByteArray(R"({"partial_rotary_factor":0.5})") << "partial_rotary_factor";
}

void HostileConfigTest::refusesVariantsByName() {
    QFETCH(QByteArray, changes);
    QFETCH(QString, wanted);
    for (const QString& one : wanted.split('|')) {
        const std::string expected = one.toStdString();
        DQ_THROWS(read(changes), "config.json", expected.c_str());
    }
    try {
        read(changes);
    } catch (const dq::Error& error) {
        QVERIFY(error.kind() == Kind::Unsupported);
    }
}

void HostileConfigTest::saysWhyAModelCannotBeRun_data() {
    QTest::addColumn<QByteArray>("changes");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("model_type") << QByteArray(R"({"model_type":"opt"})") << "model_type \"opt\" is not known";
    QTest::newRow("no type, other class") << QByteArray(R"({"model_type":null,"architectures":["OPTForCausalLM"]})") << "no model_type";
    QTest::newRow("class") << QByteArray(R"({"architectures":["LlamaForSequenceClassification"]})") << "LlamaForSequenceClassification";
    QTest::newRow("a wrapper nobody knows") << QByteArray(R"({"model_type":"mllama","text_config":{"model_type":"llama"}})") << "mllama";
    QTest::newRow("an unknown part") << QByteArray(R"({"model_type":"llava","text_config":{"model_type":"opt"}})") << "opt";
}

void HostileConfigTest::saysWhyAModelCannotBeRun() {
    QFETCH(QByteArray, changes);
    QFETCH(QString, wanted);
    const auto architecture = read(changes);
    QVERIFY(!architecture.runnable());
    QVERIFY2(architecture.notRunnable.find(wanted.toStdString()) != std::string::npos, architecture.notRunnable.c_str());
}

void HostileConfigTest::everyNeededNumberMustBeThere() {
    for (const char* const key : {"hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"})
        DQ_THROWS(read(QByteArray("{\"") + key + "\":null}"), "config.json", key, "is missing");
    DQ_THROWS(dq::model::readArchitecture("[]", "config.json"), "config.json", "JSON object");
    DQ_THROWS(dq::model::readArchitecture("", "config.json"), "config.json", "no valid JSON");
}

DQ_TEST(HostileConfigTest);

#include "hostile_config_test.moc"
