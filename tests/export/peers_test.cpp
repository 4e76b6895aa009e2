// What users of other tools complain of most, and what happens here instead.
#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/gguf/container.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/compressed/config.hpp"
#include "core/export/compressed_tensors.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/target.hpp"
#include "kernels/gguf/gguf.hpp"
#include "tests/export/letters.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;
using model::Role;
using model::WeightMatrix;

class PeersTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

private slots:
    /// "Mixed export does not load": auto-round 2174, 2128; vllm 47473, 49893; GPTQModel 2271; llm-compressor 1427, 2060.
    void formatsThatDifferWithinAFusedLayerAreRefusedBeforeAByte() {
        for (const auto& [role, partner] : {std::pair{Role::K, "self_attn"}, {Role::V, "self_attn"}, {Role::Up, "mlp"}}) {
            const recipe::Recipe recipe = recipeWith(*demo_, [odd = role](const WeightMatrix& m) -> std::string {
                if (m.role == Role::Embedding) return "bf16";
                return m.block == 1 && m.role == odd ? "int8-g128-bf16" : "int4-g128-bf16";
            });
            const fs::path target = newPath();
            DQ_THROWS(exportTo(targetOf("compressed-tensors"), *demo_, recipe, target, {}, {}), "model.layers.1.", partner, "share a format");
            QVERIFY(!fs::exists(target));
        }
    }

    /// The same: a scheme that is meant for some modules catches others, or none.
    void everyModuleOfAMixFindsItsOwnScheme() {
        const char* const names[] = {"int4-g128-bf16", "int8-g128-bf16", "nvfp4", "bf16"};
        const recipe::Recipe recipe = recipeWith(*demo_, [&](const WeightMatrix& m) -> std::string {
            if (m.role == Role::Embedding) return "bf16";
            const bool attention = m.role == Role::Q || m.role == Role::K || m.role == Role::V || m.role == Role::O;
            return names[static_cast<std::size_t>(m.block + (attention ? 1 : 2)) % 4];
        });
        const std::string config = compressed::configText(*demo_, recipe);
        QVERIFY(config.find("\"Linear\"") == std::string::npos);
        for (std::size_t i = 0; i < recipe.entries.size(); ++i) {
            if (demo_->matrices()[i].role == Role::Embedding) continue;
            const bool plain = compressed::matched(config, recipe.entries[i].matrix, "config").format.empty();
            QVERIFY2(plain == (recipe.entries[i].format == "bf16"), recipe.entries[i].matrix.c_str());
        }
        QCOMPARE(exportTo(targetOf("compressed-tensors"), *demo_, recipe, newPath(), {}, {}).matrices, std::int64_t{30});
    }

    /// "Budget missed": auto-round 2186; mlx-lm 1758, 1764; prismaquant 358. A recipe takes what it says, and so does every file.
    void theBytesOfARecipeAreKeptToTheByte() {
        const recipe::Recipe recipe = recipeWith(*demo_, [](const WeightMatrix& m) -> std::string {
            if (m.role == Role::Embedding) return "bf16";
            return m.block % 2 ? "int4-g128-bf16" : "int8-g128-bf16";
        });
        for (const char* const name : {"native", "compressed-tensors", "hf"}) {
            const VerifyReport report = exportTo(targetOf(name), *demo_, recipe, newPath(), {}, {});
            QCOMPARE(report.fileBytes, plannedFileBytes(targetOf(name), *demo_, recipe));
            if (std::string(name) == "native") QCOMPARE(report.tensorBytes, recipe.bytes);
        }
        recipe::Recipe lying = recipe;
        lying.bytes -= 1;
        for (const char* const name : {"native", "compressed-tensors", "hf"})
            DQ_THROWS(exportTo(targetOf(name), *demo_, lying, newPath(), {}, {}), std::to_string(recipe.bytes), std::to_string(lying.bytes));
    }

    /// "Columns that 256 does not divide inflate the file": llama.cpp 18176, 17677. The block type that is stored instead is the one
    /// that was priced (and measured), so the file is no larger than the budget said.
    void columnsThatBlocksDoNotDivideCostWhatWasSaid() {
        const auto model = test::withLetters("llama", newPath());  // rows of 32 and 64 weights, and superblocks of 256
        for (const char* const name : {"q4_k", "q6_k", "q2_k", "iq4_xs"}) {
            const recipe::Recipe recipe = recipeWith(*model, [name](const WeightMatrix&) { return std::string(name); });
            const fs::path file = newPath();
            const VerifyReport report = exportTo(targetOf("gguf"), *model, recipe, file, {}, {});
            QCOMPARE(report.fileBytes, plannedFileBytes(targetOf("gguf"), *model, recipe));
            Bytes stored = 0;
            const auto read = checkpoint::gguf::read(file, checkpoint::gguf::tensorBytes);
            for (const checkpoint::gguf::TensorInfo& tensor : read.header.tensors)
                if (tensor.extents.size() == 2) stored += tensor.bytes;
            QCOMPARE(stored, recipe.bytes - model->passthroughBytes());
        }
    }
};

DQ_TEST(PeersTest);
#include "peers_test.moc"
