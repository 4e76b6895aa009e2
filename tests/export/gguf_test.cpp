#include <QTemporaryDir>
#include <cstring>
#include <fstream>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/gguf/container.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/gguf/metadata.hpp"
#include "core/export/gguf/plan.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/target.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;
using model::WeightMatrix;

namespace {

std::string bf16(const WeightMatrix&) {
    return "bf16";
}

Bytes fourBytes(std::uint32_t, std::span<const std::int64_t>) {
    return 4;
}

}  // namespace

class GgufTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");
    int count_ = 0;

    fs::path newPath() {
        return fs::path(temporary_.path().toStdString()) / (std::to_string(count_++) + ".gguf");
    }
    fs::path exported() {
        const fs::path target = newPath();
        writeGguf(*demo_, recipeWith(*demo_, bf16), target, {});
        return target;
    }

private slots:
    void aHeaderIsReadBackAsItWasWritten() {
        const gguf::Header header{
            .entries = {{"a", std::uint32_t{7}}, {"b", -1.5f}, {"c", true}, {"d", std::string("x")},
                        {"e", std::vector<std::string>{"p", ""}}, {"f", std::vector<std::int32_t>{1, -2}},
                        {"g", std::vector<float>{0.5f}}, {"h", std::uint64_t{1} << 40}, {"i", std::int32_t{-3}}},
            .tensors = {{"t", {2, 2}, 0, 4}, {"u", {1}, 0, 4}}};
        const fs::path path = newPath();
        std::string bytes = gguf::headerBytes(header);
        QCOMPARE(bytes.size() % 32, std::size_t{0});
        QCOMPARE(static_cast<std::size_t>(gguf::fileBytes(header)), bytes.size() + 64);
        bytes.append(64, 'z');
        std::ofstream(path, std::ios::binary) << bytes;

        const gguf::Read read = gguf::read(path, fourBytes);

        QVERIFY(read.header.entries == header.entries);
        QVERIFY(read.header.tensors == header.tensors);
        QCOMPARE(read.data[1].size(), std::size_t{4});
    }

    void everyTruncationIsASentence() {
        const fs::path whole = exported();
        const std::string bytes = readText(whole);
        for (const std::size_t size : {0ul, 3ul, 12ul, 24ul, 40ul, 400ul, 5000ul, 30000ul, bytes.size() - 100000}) {
            const fs::path path = newPath();
            std::ofstream(path, std::ios::binary) << bytes.substr(0, size);
            QVERIFY_EXCEPTION_THROWN(gguf::read(path, gguf::tensorBytes), Error);
        }
    }

    void lyingNumbersAreSentences() {
        const gguf::Header header{.entries = {{"k", std::string("v")}}, .tensors = {{"t", {1}, 0, 4}}};
        const std::string good = gguf::headerBytes(header) + std::string(32, '\0');
        const auto refused = [&](std::size_t at, std::uint64_t value, std::size_t width, const char* said) {
            std::string bytes = good;
            std::memcpy(bytes.data() + at, &value, width);
            const fs::path path = newPath();
            std::ofstream(path, std::ios::binary) << bytes;
            DQ_THROWS(gguf::read(path, gguf::tensorBytes), said);
        };
        refused(0, 0, 4, "does not begin with GGUF");
        refused(4, 2, 4, "version 2");
        refused(8, ~std::uint64_t{0}, 8, "tensors");
        refused(16, std::uint64_t{1} << 60, 8, "keys");
        refused(24, std::uint64_t{1} << 62, 8, "ends inside a text");
        refused(33, 99, 4, "type 99");
        const std::size_t info = good.find("t", 46);
        refused(info + 1, 9, 4, "9 dimensions");
        refused(info + 5, ~std::uint64_t{0}, 8, "negative extent");
        refused(info + 5, std::uint64_t{1} << 61, 8, "not known");
        refused(info + 13, 77, 4, "ggml type 77");
        refused(info + 17, 64, 8, "was due");
    }

    void theDemoIsWrittenAndVerified() {
        const fs::path target = exported();
        const VerifyReport report = verifyGguf(target, *demo_, {});

        QCOMPARE(report.matrices, std::int64_t{30});
        QCOMPARE(report.passthrough, std::int64_t{9});
        QCOMPARE(report.fileBytes, ggufFileBytes(*demo_, recipeWith(*demo_, bf16)));
        QCOMPARE(static_cast<Bytes>(fs::file_size(target)), report.fileBytes);
        QCOMPARE(verifyAny(target, demo_.get(), {}).matrices, std::int64_t{30});
        DQ_THROWS(verifyAny(target, nullptr, {}), "against its model");
        DQ_THROWS(writeGguf(*demo_, recipeWith(*demo_, bf16), target, {}), "exists already");
    }

    /// Prediction, table and file agree: a k-quant file is what the error table scored.
    void aMixOfKQuantsIsWrittenAndVerified() {
        const auto mix = [](const WeightMatrix& m) -> std::string {
            const char* const names[] = {"q4_k", "q6_k", "iq4_xs", "q8_0", "q3_k", "q2_k", "q5_k", "iq4_nl"};
            return m.role == model::Role::Embedding ? "bf16" : names[static_cast<std::size_t>(m.rows + m.block) % 8];
        };
        const recipe::Recipe recipe = recipeWith(*demo_, mix);
        const fs::path target = newPath();
        writeGguf(*demo_, recipe, target, {});

        const VerifyReport report = verifyGguf(target, *demo_, {});

        QCOMPARE(report.fileBytes, ggufFileBytes(*demo_, recipe));
        // The demo's norms are BF16 in the original and F32 here; matrices take what the recipe says.
        QCOMPARE(report.tensorBytes, recipe.bytes + demo_->passthroughBytes());
    }

    void headAndKeysAreThoseOfTheModel() {
        const gguf::Read read = gguf::read(exported(), gguf::tensorBytes);

        QCOMPARE(std::get<std::string>(*read.find("general.architecture")), std::string("llama"));
        QCOMPARE(std::get<std::uint32_t>(*read.find("llama.attention.head_count_kv")), 4u);
        QCOMPARE(std::get<std::string>(*read.find("tokenizer.ggml.model")), std::string("gpt2"));
        QCOMPARE(std::get<std::vector<std::string>>(*read.find("tokenizer.ggml.tokens")).size(), std::size_t{1024});
        QCOMPARE(std::get<std::vector<std::int32_t>>(*read.find("tokenizer.ggml.token_type")).back(), 3);
        QCOMPARE(std::get<std::uint32_t>(*read.find("tokenizer.ggml.bos_token_id")), 1023u);
        QVERIFY(std::get<bool>(*read.find("tokenizer.ggml.add_bos_token")));
        const std::size_t head = read.indexOf("output.weight");
        const auto& original = demo_->checkpoint().get("lm_head.weight").bytes;
        QVERIFY(std::equal(original.begin(), original.end(), read.data[head].begin(), read.data[head].end()));
    }

    void aSentencePieceVocabularyHasScoresBytesAndTypes() {
        if (!fs::exists(test::sharedModel("stories260K-bf16")))
            QSKIP("the model stories260K-bf16 is not beside the checkout");
        const auto stories = model::Model::open(test::sharedModel("stories260K-bf16"));
        const auto entries = gguf::tokenizerEntries(stories->checkpoint(), 512);
        const auto valueOf = [&](const char* key) {
            return std::find_if(entries.begin(), entries.end(), [key](const gguf::Entry& e) { return e.key == key; })->value;
        };
        QCOMPARE(std::get<std::string>(valueOf("tokenizer.ggml.model")), std::string("llama"));
        const auto types = std::get<std::vector<std::int32_t>>(valueOf("tokenizer.ggml.token_type"));
        QCOMPARE((std::vector<std::int32_t>(types.begin(), types.begin() + 5)), (std::vector<std::int32_t>{2, 3, 3, 6, 6}));
        const auto scores = std::get<std::vector<float>>(valueOf("tokenizer.ggml.scores"));
        QVERIFY(scores[259] > scores[300]);  // an earlier merge scores higher
        DQ_THROWS(gguf::tokenizerEntries(stories->checkpoint(), 100), "beyond the embedding");
    }

    void aChangedByteIsFound() {
        const fs::path target = exported();
        std::fstream file(target, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-5000, std::ios::end);
        const int was = file.peek();
        file.seekp(-5000, std::ios::end);
        file.put(static_cast<char>(was ^ 1));
        file.close();
        DQ_THROWS(verifyGguf(target, *demo_, {}), "tensor", "byte");
    }

    void formatsLlamaCppLacksAreRefused() {
        const fs::path target = newPath();
        const auto recipe = recipeWith(*demo_, [](const WeightMatrix&) { return std::string("int4-g32"); });
        DQ_THROWS(writeGguf(*demo_, recipe, target, {}), "model.embed_tokens", "int4-g32");
        QVERIFY(!fs::exists(target));
    }
};

DQ_TEST(GgufTest);
#include "gguf_test.moc"
