// GGUF files of plain weights as models: what a file says is the model it was made of.
#include <QTemporaryDir>
#include <fstream>

#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/gguf/container.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/target.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
namespace gguf = dq::checkpoint::gguf;
using dq::test::recipeWith;
using model::Architecture;
using model::Model;
using model::WeightMatrix;

namespace {

constexpr const char* letters =
    "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"ByteLevel\"}}";

std::string bf16(const WeightMatrix&) {
    return "bf16";
}

std::vector<float> asBf16(std::vector<float> values) {
    for (float& value : values) value = fromBf16(toBf16(value));
    return values;
}

}  // namespace

class GgufInputTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;

    fs::path newPath(const std::string& ending = "") { return fs::path(temporary_.path().toStdString()) / (std::to_string(count_++) + ending); }

    fs::path exported(const Model& model, const std::function<std::string(const WeightMatrix&)>& formats = bf16) {
        const fs::path file = newPath(".gguf");
        writeGguf(model, recipeWith(model, formats), file, {});
        return file;
    }

    std::shared_ptr<const Model> tiny(const std::string& name) {
        const fs::path folder = newPath(), from = fs::path(DQ_SOURCE_DIR "/tests/fixtures/torch") / name;
        fs::create_directories(folder);
        fs::copy_file(from / "model.safetensors", folder / "model.safetensors");
        std::string config = readText(from / "config.json");
        // What llama.cpp takes for granted, and gemma's fixtures have otherwise.
        if (const std::size_t at = config.find("_attn_scalar\": 24"); at != std::string::npos) config.replace(at, 17, "_attn_scalar\": 16");
        std::ofstream(folder / "config.json") << config;
        std::ofstream(folder / "tokenizer.json") << letters;
        return Model::open(folder);
    }

    static void compareShapes(const Architecture& a, const Architecture& b) {
        QCOMPARE(a.hidden, b.hidden);
        QCOMPARE(a.blocks, b.blocks);
        QCOMPARE(a.heads, b.heads);
        QCOMPARE(a.kvHeads, b.kvHeads);
        QCOMPARE(a.headDim, b.headDim);
        QCOMPARE(a.vocabulary, b.vocabulary);
        QCOMPARE(a.context, b.context);
        QCOMPARE(a.normEpsilon, b.normEpsilon);
        QCOMPARE(a.qkNorm, b.qkNorm);
        QCOMPARE(a.qkvBias, b.qkvBias);
        QCOMPARE(a.tiedHead, b.tiedHead);
        QVERIFY(a.norm == b.norm && a.activation == b.activation && a.sandwich == b.sandwich);
        QCOMPARE(a.attentionCap, b.attentionCap);
        QCOMPARE(a.logitCap, b.logitCap);
        QCOMPARE(a.queryScale.value_or(0), b.queryScale.value_or(0));
        QCOMPARE(a.experts.count, b.experts.count);
        QCOMPARE(a.experts.perToken, b.experts.perToken);
        QCOMPARE(a.experts.sharedIntermediate, b.experts.sharedIntermediate);
        QCOMPARE(a.experts.normalised, b.experts.normalised);
        QCOMPARE(a.learnedPositions, b.learnedPositions);
        QCOMPARE(a.gatedAttention, b.gatedAttention);
        QCOMPARE(a.delta.keyHeads, b.delta.keyHeads);
        QCOMPARE(a.delta.valueHeads, b.delta.valueHeads);
        QCOMPARE(a.delta.keyDim, b.delta.keyDim);
        QCOMPARE(a.delta.valueDim, b.delta.valueDim);
        QCOMPARE(a.delta.kernel, b.delta.kernel);
        for (std::int64_t block = 0; block < a.blocks; ++block) {
            QCOMPARE(a.kind(block).attention == model::Attention::Linear, b.kind(block).attention == model::Attention::Linear);
            QVERIFY(a.kind(block).feedForward == b.kind(block).feedForward);
        }
    }

    static void compareRotation(const Architecture& a, const Architecture& b) {
        QCOMPARE(a.rotated(), b.rotated());
        for (const std::int64_t length : {4, 4000}) {
            const auto one = a.rope.frequencies(a.rotated(), length), other = b.rope.frequencies(b.rotated(), length);
            QCOMPARE(one.inverse.size(), other.inverse.size());
            // A scaling is kept as one divisor for each frequency, in single precision.
            for (std::size_t i = 0; i < one.inverse.size(); ++i) QVERIFY(std::abs(one.inverse[i] / other.inverse[i] - 1) < 2e-7);
            QVERIFY(std::abs(one.amplitude / other.amplitude - 1) < 2e-7);
        }
    }

private slots:
    void theDemoIsTheSameModel() {
        const auto original = Model::open(DQ_SOURCE_DIR "/resources/demo");
        const fs::path file = exported(*original);

        const auto opened = Model::open(file);

        QCOMPARE(opened->checkpoint().name(), file.stem().string());
        QCOMPARE(opened->matrices().size(), original->matrices().size());
        for (const WeightMatrix& matrix : original->matrices()) {
            const WeightMatrix& found = opened->matrices()[opened->indexOf(matrix.name).value()];
            QVERIFY2(opened->tensor(found).floats() == original->tensor(matrix).floats(), matrix.name.c_str());
        }
        for (const std::string& name : original->passthrough())
            QVERIFY2(opened->checkpoint().get(name).floats() == original->checkpoint().get(name).floats(), name.c_str());
        compareShapes(opened->architecture(), original->architecture());
        compareRotation(opened->architecture(), original->architecture());
    }

    void someRowsAreThoseOfTheWhole() {
        const auto opened = Model::open(exported(*Model::open(DQ_SOURCE_DIR "/resources/demo")));
        const WeightMatrix& k = opened->matrices()[opened->indexOf("model.layers.1.self_attn.k_proj").value()];
        const checkpoint::TensorView& view = opened->tensor(k);
        const std::vector<float> all = view.floats();
        std::vector<float> some(static_cast<std::size_t>(5 * k.cols));

        view.rowsTo(13, 5, some);

        QVERIFY(view.placement && view.placement->rest.empty());
        QVERIFY(std::equal(some.begin(), some.end(), all.begin() + 13 * k.cols));
    }

    /// The file that comes out of a GGUF file has the tensors and the tokenizer of the one that comes out of the folder.
    void exportedAgainItIsTheSameFile() {
        const auto original = Model::open(DQ_SOURCE_DIR "/resources/demo");
        const auto opened = Model::open(exported(*original));
        const auto mix = [](const WeightMatrix& matrix) { return std::string(matrix.block == 1 ? "q6_k" : "q4_k"); };

        const gguf::Read one = gguf::read(exported(*original, mix), gguf::tensorBytes), other = gguf::read(exported(*opened, mix), gguf::tensorBytes);

        QVERIFY(one.header.tensors == other.header.tensors);
        for (std::size_t i = 0; i < one.data.size(); ++i)
            QVERIFY2(std::ranges::equal(one.data[i], other.data[i]), one.header.tensors[i].name.c_str());
        for (const gguf::Entry& entry : one.header.entries) {
            if (entry.key == "general.name" || entry.key == "dynaquant.recipe") continue;
            const gguf::Value* const value = other.find(entry.key);
            QVERIFY2(value && *value == entry.value, entry.key.c_str());
        }
    }

    /// What lies otherwise in the file comes back, so that it goes in as it came: turned, cut, put in another order.
    void everyFamilyIsWrittenAgainAsItWas_data() {
        QTest::addColumn<QString>("family");
        for (const char* const family : {"gemma3", "gpt2", "qwen3_next", "qwen3_5", "qwen3_5_moe"})
            QTest::newRow(family) << family;
    }
    void everyFamilyIsWrittenAgainAsItWas() {
        QFETCH(QString, family);
        const fs::path file = exported(*tiny(family.toStdString()));
        const gguf::Read one = gguf::read(file, gguf::tensorBytes), other = gguf::read(exported(*Model::open(file)), gguf::tensorBytes);

        QVERIFY(one.header.tensors == other.header.tensors);
        for (std::size_t i = 0; i < one.data.size(); ++i)
            QVERIFY2(std::ranges::equal(one.data[i], other.data[i]), one.header.tensors[i].name.c_str());
        for (const gguf::Entry& entry : one.header.entries) {
            if (entry.key == "general.name" || entry.key == "dynaquant.recipe") continue;
            const gguf::Value* const value = other.find(entry.key);
            QVERIFY2(value && *value == entry.value, entry.key.c_str());
        }
    }

    /// In other parts of a file, whose place nobody promises, and damaged.
    void twoTensorsOfOneMatrixMayLieAnywhereButMustBeThere() {
        const auto original = tiny("qwen3_next");
        const fs::path file = exported(*original);
        const gguf::Read read = gguf::read(file, gguf::tensorBytes);
        const std::string bytes = readText(file);
        const auto renamed = [&](const std::string& from, const std::string& to) {
            std::string changed = bytes;
            changed.replace(changed.find(from), from.size(), to);
            const fs::path other = newPath(".gguf");
            std::ofstream(other, std::ios::binary) << changed;
            return other;
        };
        DQ_THROWS(Model::open(renamed("blk.1.attn_gate.weight", "blk.1.ssm_norm2.weight")), "blk.1.ssm_norm2.weight", "no such tensor");
        DQ_THROWS(Model::open(renamed("blk.1.attn_gate.weight", "blk.1.attn_norm.weight")), "attn_norm");
        DQ_THROWS(Model::open(renamed("blk.1.attn_gate.weight", "blk.9.attn_gate.weight")), "in_proj_qkvz", "attn_gate");
        DQ_THROWS(Model::open(renamed("qwen3next.ssm.group_count", "qwen3next.ssm.group_cxxnt")), "qwen3next.ssm.group_count", "missing");
        const auto opened = Model::open(file);
        const checkpoint::TensorView& joint = opened->checkpoint().get("model.layers.1.linear_attn.in_proj_qkvz.weight");
        QCOMPARE(joint.count(), std::int64_t{96 * 32});
        QVERIFY(!joint.placement->rest.empty());
        // The second tensor counts: a byte of it makes another model, and what is damaged there is found.
        std::string other = bytes;
        const auto at = static_cast<std::size_t>(reinterpret_cast<const char*>(read.data[read.indexOf("blk.1.attn_gate.weight")].data()) -
                                                 reinterpret_cast<const char*>(read.data.front().data()));
        const std::size_t front = bytes.size() - [&] { std::size_t sum = 0; for (const auto& data : read.data) sum += (data.size() + 31) / 32 * 32; return sum; }();
        other[front + at] = static_cast<char>(0x80);
        other[front + at + 1] = static_cast<char>(0x7f);  // infinity in BF16
        const fs::path damaged = newPath(".gguf");
        std::ofstream(damaged, std::ios::binary) << other;
        const auto broken = Model::open(damaged);
        QVERIFY(broken->checkpoint().fingerprint() != opened->checkpoint().fingerprint());
        QCOMPARE(checkpoint::notFinite(broken->checkpoint().get(joint.name)), std::int64_t{1});
    }

    void everyTargetIsWrittenFromIt() {
        const auto opened = Model::open(exported(*Model::open(DQ_SOURCE_DIR "/resources/demo")));
        for (const char* const name : {"native", "hf", "gguf"}) {
            const Target& target = targetOf(name);
            const recipe::Recipe recipe = recipeWith(*opened, [&](const WeightMatrix&) { return std::string(target.name == "gguf" ? "q5_k" : "int4-g32"); });
            QCOMPARE(exportTo(target, *opened, recipe, newPath(".gguf"), {}, {}).matrices, std::int64_t{30});
        }
        const fs::path folder = newPath();
        exportTo(targetOf("hf"), *opened, recipeWith(*opened, bf16), folder, {}, {});
        QVERIFY(Model::open(folder)->architecture().runnable());
        QVERIFY(fs::exists(folder / "tokenizer.json"));
    }

    void textsBecomeTheSameTokens_data() {
        QTest::addColumn<QString>("folder");
        QTest::newRow("byte-level") << QString(DQ_SOURCE_DIR "/resources/demo");
        QTest::newRow("SentencePiece") << QString::fromStdString(test::sharedModel("stories260K-bf16"));
        QTest::newRow("byte-level, larger") << QString::fromStdString(test::sharedModel("mix3M-bf16"));
    }
    void textsBecomeTheSameTokens() {
        QFETCH(QString, folder);
        if (!fs::exists(folder.toStdString())) QSKIP("the model is not beside the checkout");
        const auto original = Model::open(folder.toStdString());
        const auto opened = Model::open(exported(*original));
        std::string text = readText(DQ_SOURCE_DIR "/resources/demo/evaluation.txt").substr(0, 20000);
        text += " 1234567 caf\u00e9  \n\n don't <s> \u4f60\u597d <|endoftext|>\t";

        const auto expected = text::Tokenizer::of(original->checkpoint())->encode(text), found = text::Tokenizer::of(opened->checkpoint())->encode(text);

        QVERIFY(expected.size() > 100);
        QVERIFY(found == expected);
    }

    void everyFamilyIsTheModelItWas_data() {
        QTest::addColumn<QString>("family");
        for (const char* const family : {"llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe", "gemma2", "gemma3", "phi3",
                                        "gpt2", "qwen3_next", "qwen3_5", "qwen3_5_moe"})
            QTest::newRow(family) << family;
    }
    void everyFamilyIsTheModelItWas() {
        QFETCH(QString, family);
        const auto original = tiny(family.toStdString());

        const auto opened = Model::open(exported(*original));

        compareShapes(opened->architecture(), original->architecture());
        compareRotation(opened->architecture(), original->architecture());
        QCOMPARE(opened->matrices().size(), original->matrices().size());
        for (const WeightMatrix& matrix : original->matrices()) {
            const auto at = opened->indexOf(matrix.name);
            QVERIFY2(at, matrix.name.c_str());
            QVERIFY2(opened->tensor(opened->matrices()[*at]).floats() == asBf16(original->tensor(matrix).floats()), matrix.name.c_str());
        }
        for (const model::Needed& piece : original->pieces()) {
            const std::vector<float> was = original->checkpoint().get(piece.tensor).floats(), is = opened->checkpoint().get(piece.tensor).floats();
            QCOMPARE(is.size(), was.size());
            for (std::size_t i = 0; i < is.size(); ++i) QVERIFY2(std::abs(is[i] - was[i]) < 2e-7f * (1 + std::abs(was[i])), piece.tensor.c_str());
        }
    }

    void quantizedFilesAreASentence() {
        const auto demo = Model::open(DQ_SOURCE_DIR "/resources/demo");
        const fs::path file = exported(*demo, [](const WeightMatrix& matrix) { return std::string(matrix.block == 2 ? "q4_k" : "bf16"); });
        DQ_THROWS(Model::open(file), "blk.2.", "quantized (Q4_K)", "give the original weights");
    }
};

DQ_TEST(GgufInputTest);
#include "gguf_input_test.moc"
