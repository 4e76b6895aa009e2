#include "core/export/dialects.hpp"

#include <regex>

#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;
using model::Role;
using model::WeightMatrix;

namespace {

std::string mixed(const WeightMatrix& matrix) {
    if (matrix.role == Role::Embedding || matrix.role == Role::Head) return "bf16";
    if (matrix.role == Role::Down) return "int8-g128";
    return matrix.block == 0 ? "int4-g64" : "int5-g32";
}

}  // namespace

class DialectsTest : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");

    json::Json parsed(const char* dialect) const {
        return json::Json::parse(inDialect(dialect, *demo_, recipeWith(*demo_, mixed)));
    }

private slots:
    void everyToolIsSpokenTo() {
        for (const Dialect& dialect : dialects()) {
            const bool gguf = dialect.name == "llama-quantize" || dialect.name == "ik_llama";
            const auto recipe = recipeWith(*demo_, [&](const WeightMatrix& m) { return gguf ? std::string("bf16") : mixed(m); });
            QVERIFY2(!inDialect(dialect.name, *demo_, recipe).empty(), dialect.name.c_str());
        }
        DQ_THROWS(inDialect("quark", *demo_, recipeWith(*demo_, mixed)), "\"quark\"", "llama-quantize");
    }

    void gptqModelGetsAnchoredPatterns() {
        const json::Json dynamic = parsed("gptqmodel")["dynamic"];

        QCOMPARE(dynamic.size(), std::size_t{30});
        const json::Json expected{{"bits", 4}, {"group_size", 64}, {"sym", true}};
        QVERIFY(dynamic["+:^model\\.layers\\.0\\.self_attn\\.q_proj$"] == expected);
        QVERIFY(dynamic.contains("-:^lm_head$"));
    }

    void autoRoundAndMlxNameEveryMatrix() {
        QCOMPARE(parsed("autoround")["layer_config"]["model.layers.2.mlp.down_proj"]["bits"].get<int>(), 8);
        QCOMPARE(parsed("mlx")["quantization"]["model.layers.2.mlp.gate_proj"]["group_size"].get<int>(), 32);
        QVERIFY(!parsed("mlx")["quantization"]["lm_head"].get<bool>());
    }

    void llmCompressorGetsOneGroupAScheme() {
        const std::string yaml = inDialect("llm-compressor", *demo_, recipeWith(*demo_, mixed));

        QVERIFY(yaml.find("group_2:") != std::string::npos && yaml.find("group_3:") == std::string::npos);
        QVERIFY(yaml.find("ignore: [\"lm_head\",") != std::string::npos || yaml.find("\"lm_head\"") != std::string::npos);
    }

    void whatAToolLacksIsRefusedNamingTheMatrix() {
        const auto nf4 = recipeWith(*demo_, [](const WeightMatrix&) { return std::string("nf4-g64"); });
        for (const Dialect& dialect : dialects())
            DQ_THROWS(inDialect(dialect.name, *demo_, nf4), "model.embed_tokens", "nf4-g64");
        const auto seven = recipeWith(*demo_, [](const WeightMatrix&) { return std::string("int7-g32"); });
        DQ_THROWS(inDialect("mlx", *demo_, seven), "mlx", "int7-g32");
    }

    /// What llama-quantize is told restores the allocation.
    void tensorTypesGoThereAndBack() {
        std::vector<std::string> formats;
        for (const std::string& name : format::palette("gguf").formats)
            if (!format::get(name).looksAtInput()) formats.push_back(name);
        std::size_t next = 0;
        const auto recipe = recipeWith(*demo_, [&](const WeightMatrix& m) { return m.block < 0 ? "bf16" : formats[next++ % formats.size()]; });
        QVERIFY(next > formats.size());
        const std::string lines = inDialect("llama-quantize", *demo_, recipe);
        QCOMPARE(lines.substr(0, lines.find('\n')), std::string("^token_embd\\.weight$=BF16"));

        const recipe::Recipe back = fromTensorTypes(lines, "types.txt", *demo_, "int4-g32");

        QVERIFY(back.entries == recipe.entries);
        QCOMPARE(back.bytes, recipe.bytes);
        QVERIFY(recipe::fromJson(recipe::toJson(recipe), "back") == recipe);
    }

    void theFirstPatternFoundCountsAndTheRestIsTheDefault() {
        const recipe::Recipe recipe =
            fromTensorTypes("# comment\n\nattn_(q|k)=bf16\r\n", "types.txt", *demo_, "int4-g32");

        QCOMPARE(recipe.entries[1].format, std::string("bf16"));
        QCOMPARE(recipe.entries[3].format, std::string("int4-g32"));
    }

    void wrongLinesNameTheirNumber() {
        const auto refused = [&](const char* text, const char* said) {
            DQ_THROWS(fromTensorTypes(text, "types.txt", *demo_, "bf16"), "types.txt", said);
        };
        refused("attn_q=bf16\nattn_k", "line 2");
        refused("attn_(=bf16", "regular expression");
        refused("attn_q=q4_x", "q4_x");
        refused((std::string(5000, 'a') + "=bf16").c_str(), "longer than");
    }
};

DQ_TEST(DialectsTest);
#include "dialects_test.moc"
