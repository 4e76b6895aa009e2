// The architectures that GGUF is written for: names, shapes and orders that llama.cpp expects (tests/interop runs them there).
#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

#include "core/allocate/front.hpp"
#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/dialects.hpp"
#include "core/checkpoint/gguf/container.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/gguf/plan.hpp"
#include "core/export/gguf/rules.hpp"
#include "core/export/gguf/stacks.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/packing.hpp"
#include "core/quality/loss_table.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;
using model::Role;
using model::WeightMatrix;

namespace {

constexpr const char* tokenizer =
    "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"ByteLevel\"}}";

measure::MatrixRow rowOf(const WeightMatrix& matrix) {
    measure::MatrixRow row;
    row.name = matrix.name;
    row.role = model::roleName(matrix.role);
    row.block = matrix.block;
    row.rows = matrix.rows;
    row.cols = matrix.cols;
    return row;
}

/// A table as if measured: what the formats cost is exact, what they lose made up, by role and block.
measure::Measurements judged(const model::Model& model) {
    measure::Measurements table;
    table.modelName = model.checkpoint().name();
    table.key.model = model.checkpoint().fingerprint();
    table.passthroughBytes = model.passthroughBytes();
    table.formats = {"q4_0", "q8_0", "bf16"};
    for (const WeightMatrix& matrix : model.matrices()) {
        measure::MatrixRow row = rowOf(matrix);
        row.notFinite = matrix.role == Role::LinearOut;  // its heads are smaller than a block: bf16 alone
        const double loss = 1 + (3 * static_cast<int>(matrix.role) + 5 * matrix.block) % 11;
        for (const std::string& name : table.formats)
            row.bytes.push_back(format::get(name).bytes(matrix.rows, matrix.cols));
        row.errors = {{.squared = loss}, {.squared = loss / 100}, {}};
        table.rows.push_back(row);
    }
    return table;
}

/// Q8_0 where it stands for a choice, BF16 else.
std::string mixed(const WeightMatrix& matrix) {
    return matrix.role == Role::LinearOut || matrix.role == Role::Embedding ? "bf16" : "q8_0";
}

}  // namespace

class GgufArchitecturesTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

    /// A tiny model with a tokenizer; `change` is put in config.json in place of `was`.
    std::shared_ptr<const model::Model> tiny(const std::string& name, const std::string& was = "", const std::string& change = "") {
        const fs::path folder = newPath();
        fs::create_directories(folder);
        const fs::path from = fs::path(DQ_SOURCE_DIR "/tests/fixtures/torch") / name;
        fs::copy_file(from / "model.safetensors", folder / "model.safetensors");
        std::string config = readText(from / "config.json");
        if (!was.empty()) {
            const std::size_t at = config.find(was);
            if (at == std::string::npos) throw Error(Kind::Input, "config.json of " + name + " lacks " + was);
            config.replace(at, was.size(), change);
        }
        std::ofstream(folder / "config.json") << config;
        std::ofstream(folder / "tokenizer.json") << tokenizer;
        return model::Model::open(folder);
    }

    gguf::Read written(const model::Model& model, const std::function<std::string(const WeightMatrix&)>& formats = mixed) {
        const fs::path file = newPath();
        writeGguf(model, recipeWith(model, formats), file, {});
        return gguf::read(file, gguf::tensorBytes);
    }

    static std::vector<float> floatsOf(const gguf::Read& read, const char* tensor) {
        const auto bytes = read.data[read.indexOf(tensor)];
        std::vector<float> values(bytes.size() / sizeof(float));
        std::memcpy(values.data(), bytes.data(), bytes.size());
        return values;
    }

    static std::uint32_t countOf(const gguf::Read& read, const char* key) { return std::get<std::uint32_t>(*read.find(key)); }

private slots:
    void everyArchitectureIsWrittenAndVerified_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("called");
        for (const auto& [family, called] :
             {std::pair{"llama", "llama"}, {"mistral", "llama"}, {"mixtral", "llama"}, {"qwen2", "qwen2"}, {"qwen3", "qwen3"},
              {"qwen3_moe", "qwen3moe"}, {"gemma3_wrapped", "gemma3"}, {"phi3", "phi3"}, {"gpt2", "gpt2"},
              {"qwen3_next", "qwen3next"}, {"qwen3_5", "qwen35"}, {"qwen3_5_moe", "qwen35moe"}})
            QTest::newRow(family) << family << called;
    }
    void everyArchitectureIsWrittenAndVerified() {
        QFETCH(QString, family);
        QFETCH(QString, called);
        const auto model = tiny(family.toStdString());
        const auto recipe = recipeWith(*model, mixed);
        const fs::path file = newPath();
        writeGguf(*model, recipe, file, {});

        const VerifyReport report = verifyGguf(file, *model, {});

        QCOMPARE(report.fileBytes, ggufFileBytes(*model, recipe));
        QCOMPARE(report.matrices, std::ssize(model->matrices()));
        const gguf::Read read = gguf::read(file, gguf::tensorBytes);
        QCOMPARE(std::get<std::string>(*read.find("general.architecture")), called.toStdString());
    }

    void rowsOfQAndKAreReorderedForLlama() {
        const auto model = tiny("llama");
        const auto stacks = gguf::stacksOf(*model);
        const auto rowsOf = [&](const char* name) { return std::ranges::find(stacks, name, &gguf::Stack::name)->parts.front().rows; };

        const std::vector<std::int64_t> q = rowsOf("blk.0.attn_q.weight");  // four heads of eight
        QCOMPARE((std::vector<std::int64_t>(q.begin(), q.begin() + 10)), (std::vector<std::int64_t>{0, 4, 1, 5, 2, 6, 3, 7, 8, 12}));
        QCOMPARE(rowsOf("blk.1.attn_k.weight").size(), std::size_t{16});
        QVERIFY(rowsOf("blk.0.attn_v.weight").empty());
        QVERIFY(gguf::stacksOf(*tiny("qwen3"))[1].parts.front().rows.empty());
    }

    void expertsOfABlockAreOneTensor() {
        const auto model = tiny("qwen3_moe");
        const gguf::Read read = written(*model);
        const std::size_t at = read.indexOf("blk.1.ffn_down_exps.weight");

        QCOMPARE(read.header.tensors[at].extents, (std::vector<std::int64_t>{32, 32, 4}));
        QCOMPARE(std::ssize(read.data[at]), std::ptrdiff_t{4 * 32 * 34});  // Q8_0: 34 bytes for 32
        const auto bf16 = written(*model, [](const WeightMatrix&) { return std::string("bf16"); });
        const auto stack = bf16.data[bf16.indexOf("blk.0.ffn_gate_exps.weight")];
        const auto& third = model->checkpoint().get("model.layers.0.mlp.experts.2.gate_proj.weight");
        const std::vector<float> expected = third.floats();
        for (std::size_t i = 0; i < expected.size(); ++i) {
            std::uint16_t code = 0;
            std::memcpy(&code, stack.data() + 2 * (2 * expected.size() + i), 2);
            QCOMPARE(code, toBf16(expected[i]));
        }
        QCOMPARE(countOf(read, "qwen3moe.expert_count"), 4u);
        QCOMPARE(countOf(read, "qwen3moe.expert_used_count"), 2u);
    }

    /// Gemma's norms are stored less one; what looks at pictures stays out.
    void normsOfGemmaAreMadeWhole() {
        const auto model = tiny("gemma3_wrapped");
        const gguf::Read read = written(*model);
        const std::vector<float> original = model->checkpoint().get("language_model.model.layers.1.pre_feedforward_layernorm.weight").floats();
        const std::vector<float> found = floatsOf(read, "blk.1.ffn_norm.weight");

        QCOMPARE(found.size(), original.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            QCOMPARE(found[i], original[i] + 1);
        QCOMPARE(read.header.tensors.size(), std::size_t{1 + 1 + 2 * 13});
        QCOMPARE(countOf(read, "gemma3.attention.sliding_window"), 6u);
        QCOMPARE(countOf(read, "gemma3.attention.sliding_window_pattern"), 0u);
        QCOMPARE(std::get<float>(*read.find("gemma3.rope.freq_base_swa")), 10000.0f);
    }

    void gpt2IsTurnedAndKeepsItsPositions() {
        const auto model = tiny("gpt2");
        const gguf::Read read = written(*model, [](const WeightMatrix&) { return std::string("bf16"); });
        const std::size_t at = read.indexOf("blk.0.attn_qkv.weight");

        QCOMPARE(read.header.tensors[at].extents, (std::vector<std::int64_t>{32, 96}));
        std::uint16_t second = 0;  // of the first row: what the original has in its second row
        std::memcpy(&second, read.data[at].data() + 2, 2);
        QCOMPARE(second, toBf16(model->checkpoint().get("transformer.h.0.attn.c_attn.weight").floats()[96]));
        QCOMPARE(floatsOf(read, "position_embd.weight"), model->checkpoint().get("transformer.wpe.weight").floats());
        QVERIFY(read.find("gpt2.attention.layer_norm_epsilon") && !read.find("gpt2.rope.freq_base"));
    }

    void phi3HasItsRopeFactors() {
        const gguf::Read read = written(*tiny("phi3"));

        QCOMPARE(floatsOf(read, "rope_factors_long.weight"), (std::vector<float>{1.0f, 1.5f, 2.5f, 4.0f, 6.0f, 9.0f}));
        QCOMPARE(floatsOf(read, "rope_factors_short.weight").back(), 2.0f);
        QCOMPARE(countOf(read, "phi3.rope.dimension_count"), 12u);
        QCOMPARE(countOf(read, "phi3.rope.scaling.original_context_length"), 12u);
        // sqrt(1 + ln(64/12) / ln(12))
        QVERIFY(std::abs(std::get<float>(*read.find("phi3.rope.scaling.attn_factor")) - 1.29371f) < 1e-4f);
    }

    void linearAttentionIsCutAndOrderedAsLlamaCppReadsIt() {
        const auto next = gguf::stacksOf(*tiny("qwen3_next"));
        const auto rowsOf = [&](const char* name) { return std::ranges::find(next, name, &gguf::Stack::name)->parts.front().rows; };
        const auto qkv = rowsOf("blk.0.attn_qkv.weight"), z = rowsOf("blk.0.attn_gate.weight");
        // Two key heads of 48 rows each: 8 of q, 8 of k, 16 of v, 16 of z.
        QCOMPARE(qkv.size(), std::size_t{64});
        QCOMPARE(z.size(), std::size_t{32});
        QCOMPARE(qkv[8], std::int64_t{48});
        QCOMPARE(qkv[16], std::int64_t{8});
        QCOMPARE(qkv[32], std::int64_t{16});
        QCOMPARE(z[16], std::int64_t{80});

        const auto newer = gguf::stacksOf(*tiny("qwen3_5"));
        const auto partOf = [&](const char* name) { return std::ranges::find(newer, name, &gguf::Stack::name)->parts.front(); };
        QCOMPARE(partOf("blk.0.ssm_beta.weight").rows, (std::vector<std::int64_t>{0, 2, 1, 3}));
        QCOMPARE(partOf("blk.0.attn_gate.weight").rows[8], std::int64_t{16});
        QCOMPARE(partOf("blk.0.ssm_out.weight").chunks, (std::vector<std::int64_t>{0, 2, 1, 3}));
        const gguf::Read read = written(*tiny("qwen3_5"));
        QCOMPARE(countOf(read, "qwen35.full_attention_interval"), 4u);
        QCOMPARE(std::get<std::vector<std::int32_t>>(*read.find("qwen35.rope.dimension_sections")), (std::vector<std::int32_t>{1, 1, 0, 0}));
    }

    void slidingBlocksAreCountedAsLlamaCppDoes() {
        QCOMPARE(gguf::slidingPeriod(tiny("gemma2")->architecture()), std::int64_t{2});
        QCOMPARE(gguf::slidingPeriod(tiny("gemma3")->architecture()), std::int64_t{2});
        QCOMPARE(gguf::slidingPeriod(tiny("gemma3_wrapped")->architecture()), std::int64_t{0});
        QCOMPARE(gguf::slidingPeriod(tiny("qwen3")->architecture()), std::int64_t{1});
        auto uneven = tiny("gemma3")->architecture();
        uneven.kinds = {{model::Attention::Full}, {model::Attention::Sliding}, {model::Attention::Full}};
        QCOMPARE(gguf::slidingPeriod(uneven), std::int64_t{-1});
    }

    void whatLlamaCppWouldComputeOtherwiseIsRefused() {
        const auto refused = [&](const std::shared_ptr<const model::Model>& model, const char* said) {
            const fs::path file = newPath();
            DQ_THROWS(writeGguf(*model, recipeWith(*model, mixed), file, {}), "config.json", said);
            QVERIFY(!fs::exists(file));
        };
        refused(tiny("gemma2"), "size of a head");  // query_pre_attn_scalar 24, heads of 16
        refused(tiny("qwen2_moe"), "some have none");
        refused(tiny("qwen3_moe", "\"norm_topk_prob\": true", "\"norm_topk_prob\": false"), "norm_topk_prob");
        refused(tiny("llama", "\"silu\"", "\"relu\""), "silu");
        refused(tiny("llama", "\"llama\"", "\"apertus\""), "GGUF is written for llama, mistral");
    }

    void oneStackHasOneFormat() {
        const auto model = tiny("mixtral");
        const auto recipe = recipeWith(*model, [](const WeightMatrix& m) -> std::string { return m.expert == 3 && m.block == 1 ? "q4_0" : "q8_0"; });
        DQ_THROWS(writeGguf(*model, recipe, newPath(), {}), "model.layers.1.block_sparse_moe.experts.3.w1", "one tensor", "q4_0");
        DQ_THROWS(inDialect("llama-quantize", *model, recipe), "experts.3.w1", "one tensor");
        const auto even = recipeWith(*model, [](const WeightMatrix& m) -> std::string { return m.role == Role::ExpertDown ? "q4_0" : "q8_0"; });
        QVERIFY(ggufComplaints(*model, even).empty());
        const std::string lines = inDialect("llama-quantize", *model, even);
        QVERIFY(lines.find("^blk\\.1\\.ffn_down_exps\\.weight$=Q4_0\n") != std::string::npos);
        QVERIFY(fromTensorTypes(lines, "lines", *model, "bf16").entries == even.entries);
    }

    /// What `allocate --group stacks` gives is what a GGUF file can hold, whatever the budget: gate, up and down each their own type.
    void everyChoiceByStacksIsWritten_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::newRow("a tensor an expert") << "qwen3_moe" << "blk.0.ffn_gate_exps.weight" << "blk.0.ffn_up_exps.weight";
        QTest::newRow("tensors of all experts") << "qwen3_5_moe" << "blk.0.ffn_gate_up_exps.weight" << "blk.0.ffn_down_exps.weight";
    }
    void everyChoiceByStacksIsWritten() {
        QFETCH(QString, family);
        QFETCH(QString, one);
        QFETCH(QString, other);
        const auto model = tiny(family.toStdString());
        const measure::Measurements table = judged(*model);
        const auto problem = std::make_shared<const allocate::Problem>(
            allocate::problemOf(table, quality::lossTable(table, quality::Metric::Squared), {"test", "", table.formats}, allocate::Grouping::Stacks));
        const auto front = allocate::Front::of(problem);
        int differ = 0;
        for (std::size_t i = 0; i < front->vertices().size(); i += 3) {
            const auto recipe = recipe::recipeOf(table, *problem, front->atVertex(i), "squared");
            const fs::path file = newPath();
            writeGguf(*model, recipe, file, {});
            QCOMPARE(verifyGguf(file, *model, {}).fileBytes, ggufFileBytes(*model, recipe));
            const gguf::Read read = gguf::read(file, gguf::tensorBytes);
            const auto typeOf = [&](const QString& tensor) { return read.header.tensors[read.indexOf(tensor.toStdString())].type; };
            differ += typeOf(one) != typeOf(other);
        }
        QVERIFY(differ > 0);
    }

    /// One type may be searched for in several ways: each expert of a stack as the recipe says.
    void expertsOfAStackMayBeSearchedDifferently() {
        const auto model = tiny("mixtral");
        auto table = std::make_shared<measure::Measurements>();
        for (const WeightMatrix& matrix : model->matrices()) {
            table->rows.push_back(rowOf(matrix));
            for (std::int64_t i = 0; i < matrix.cols; ++i)
                table->rows.back().inputMoment.push_back(i % 7 == 0 ? 100.0f : 0.01f);
        }
        const measure::Inputs inputs(table);
        const auto formatOf = [](const WeightMatrix& m) -> std::string { return m.expert == 1 ? "q4_0-imx" : "q4_0"; };
        const fs::path file = newPath();
        writeGguf(*model, recipeWith(*model, formatOf), file, {}, [&](const recipe::Recipe&) { return inputs; });

        const gguf::Read read = gguf::read(file, gguf::tensorBytes);

        const auto stack = read.data[read.indexOf("blk.0.ffn_up_exps.weight")];
        for (const WeightMatrix& matrix : model->matrices()) {
            if (matrix.block != 0 || matrix.role != Role::ExpertUp) continue;
            const format::Format& format = format::get(formatOf(matrix));
            const auto codes = packedMatrix(model->tensor(matrix), format, inputs.of(matrix.name, format)).codes;
            const auto own = stack.subspan(static_cast<std::size_t>(matrix.expert) * codes.size(), codes.size());
            QVERIFY(std::ranges::equal(own, codes));
            const auto plain = packedMatrix(model->tensor(matrix), format::get("q4_0"), {}).codes;
            QCOMPARE(plain == codes, matrix.expert != 1);
        }
    }

    void columnsInAnotherOrderMustBeWholeBlocks() {
        const auto model = tiny("qwen3_5");
        const auto recipe = recipeWith(*model, [](const WeightMatrix&) { return std::string("q8_0"); });
        DQ_THROWS(writeGguf(*model, recipe, newPath(), {}), "linear_attn.out_proj", "8 at a time", "blocks of 32");
    }
};

DQ_TEST(GgufArchitecturesTest);
#include "gguf_architectures_test.moc"
