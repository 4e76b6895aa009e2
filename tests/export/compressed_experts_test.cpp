// Mixtures of experts and linear attention in compressed-tensors: what vLLM runs as one layer.
#include <QTemporaryDir>
#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/export/compressed/config.hpp"
#include "core/export/compressed/fused.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/compressed/targets.hpp"
#include "core/export/compressed_tensors.hpp"
#include "core/json/json.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;
using model::Role;
using model::WeightMatrix;

namespace {

std::shared_ptr<const model::Model> tiny(const char* name) {
    return model::Model::open(std::string(DQ_SOURCE_DIR "/tests/fixtures/torch/") + name);
}

/// Everything in one format but the matrices of a role, or one matrix.
auto allBut(const std::function<bool(const WeightMatrix&)>& other, const char* format) {
    return [=](const WeightMatrix& matrix) -> std::string {
        if (matrix.role == Role::Embedding) return "bf16";
        return other(matrix) ? format : "int4-g16-bf16";
    };
}

}  // namespace

class CompressedExpertsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

private slots:
    void whatVllmRunsAsOneLayerHasOneFormat_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("other");
        QTest::addColumn<QString>("rule");
        const char* const fuses = "vLLM fuses them";
        const char* const experts = "all experts of a block in one format";
        QTest::newRow("one expert's down") << "mixtral" << "model.layers.1.block_sparse_moe.experts.2.w2" << experts;
        QTest::newRow("one expert's gate") << "qwen3_moe" << "model.layers.0.mlp.experts.3.gate_proj" << experts;
        QTest::newRow("the shared expert's up") << "qwen2_moe" << "model.layers.1.mlp.shared_expert.up_proj" << fuses;
        QTest::newRow("linear attention's z") << "qwen3_5" << "model.layers.0.linear_attn.in_proj_z" << fuses;
        QTest::newRow("linear attention's a") << "qwen3_5" << "model.layers.2.linear_attn.in_proj_a" << fuses;
    }
    void whatVllmRunsAsOneLayerHasOneFormat() {
        QFETCH(QString, family);
        QFETCH(QString, other);
        QFETCH(QString, rule);
        const auto model = tiny(qPrintable(family));
        const std::string name = other.toStdString();
        const auto recipe = recipeWith(*model, allBut([&](const WeightMatrix& m) { return m.name == name; }, "int8-g16-bf16"));
        const fs::path target = newPath();

        DQ_THROWS(writeCompressedTensors(*model, recipe, target, {}, {}), name, rule.toStdString(), "int8-g16-bf16");

        QVERIFY(!fs::exists(target));
    }

    void vllmTakesNoFp8ForExpertsNorTilesForTheHead_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("matrix");
        QTest::addColumn<QString>("rule");
        QTest::newRow("expert") << "mixtral" << "fp8-e4m3-bf16" << "model.layers.0.block_sparse_moe.experts.0.w1" << "experts in FP8 only with inputs rounded";
        QTest::newRow("head") << "demo" << "fp8-e4m3-block-bf16" << "lm_head" << "row by row";
    }
    void vllmTakesNoFp8ForExpertsNorTilesForTheHead() {
        QFETCH(QString, family);
        QFETCH(QString, format);
        QFETCH(QString, matrix);
        QFETCH(QString, rule);
        const auto model = family == "demo" ? model::Model::open(DQ_SOURCE_DIR "/resources/demo") : tiny(qPrintable(family));
        const auto chosen = [&](bool everywhere) {
            return recipeWith(*model, [&, everywhere](const WeightMatrix& m) {
                const bool refused = m.expert >= 0 || m.role == Role::Head;
                return m.role == Role::Embedding || (refused && !everywhere) ? std::string("bf16") : format.toStdString();
            });
        };
        const fs::path target = newPath();

        DQ_THROWS(writeCompressedTensors(*model, chosen(true), target, {}, {}), matrix.toStdString(), rule.toStdString());

        QVERIFY(!fs::exists(target));
        QVERIFY(loaderComplaints(*model, chosen(false)).empty());
    }

    void whatIsALayerByItselfMayDiffer() {
        const auto model = tiny("qwen2_moe");
        const auto free = [](const WeightMatrix& m) { return m.role == Role::SharedDown || m.role == Role::O; };
        QVERIFY(loaderComplaints(*model, recipeWith(*model, allBut(free, "int8-g16-bf16"))).empty());
    }

    void expertsAreWrittenAndVerified_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("format");
        for (const char* family : {"mixtral", "qwen2_moe", "qwen3_moe", "qwen3_next", "qwen3_5"})
            for (const char* format : {"int8-g16-bf16", "nvfp4"})
                QTest::addRow("%s %s", family, format) << family << format;
    }
    void expertsAreWrittenAndVerified() {
        QFETCH(QString, family);
        QFETCH(QString, format);
        const auto model = tiny(qPrintable(family));
        const auto recipe = recipeWith(*model, [&](const WeightMatrix& m) {
            return m.role == Role::Embedding ? std::string("bf16") : format.toStdString();
        });
        const fs::path target = newPath();
        writeCompressedTensors(*model, recipe, target, {}, {});

        const VerifyReport report = verifyCompressedTensors(target, *model, {});

        QCOMPARE(report.matrices, std::ssize(model->matrices()));
        QCOMPARE(report.fileBytes, compressedTensorsFileBytes(*model, recipe));
    }

    /// vLLM looks for expert 0 under these names, whatever the checkpoint calls its experts, and keeps routers plain.
    void expertsAreFoundUnderVllmsNamesAndRoutersArePlain() {
        const auto model = tiny("mixtral");
        const auto recipe = recipeWith(*model, allBut([](const WeightMatrix&) { return false; }, ""));
        const std::string config = compressed::configText(*model, recipe);
        const auto formatOf = [&](const char* module) { return compressed::matched(config, module, "config.json").format; };

        for (const char* part : {"gate_proj", "up_proj", "down_proj", "w1"})
            QCOMPARE(formatOf((std::string("model.layers.1.block_sparse_moe.experts.0.") + part).c_str()), std::string("pack-quantized"));
        QCOMPARE(formatOf("model.layers.1.block_sparse_moe.experts.4.w1"), std::string());
        QCOMPARE(formatOf("model.layers.0.block_sparse_moe.gate"), std::string());
        const auto ignore = json::Json::parse(config).at("quantization_config").at("ignore").dump();
        QVERIFY2(ignore.find("(0|1)[.]block_sparse_moe[.]gate$") != std::string::npos, ignore.c_str());
    }

    void linearAttentionIsFoundUnderItsFusedNames() {
        const auto model = tiny("qwen3_5");
        const auto recipe = recipeWith(*model, allBut([](const WeightMatrix&) { return false; }, ""));
        const std::string config = compressed::configText(*model, recipe);
        for (const char* module : {"model.layers.2.linear_attn.in_proj_qkvz", "model.layers.0.linear_attn.in_proj_ba"})
            QCOMPARE(compressed::matched(config, module, "").format, std::string("pack-quantized"));
    }

    void patternsOfManyExpertsAreFew() {
        std::vector<std::string> modules;
        for (int layer = 0; layer < 48; ++layer)
            for (int expert = 0; expert < 128; ++expert)
                for (const char* part : {"gate_proj", "up_proj", "down_proj"})
                    modules.push_back("model.layers." + std::to_string(layer) + ".mlp.experts." + std::to_string(expert) + "." + part);

        const std::vector<std::string> targets = compressed::targetsFor(modules);

        QCOMPARE(targets.size(), std::size_t{4});
        const std::vector<std::string> some = compressed::targetsFor(
            {"model.layers.0.mlp.experts.0.w2", "model.layers.0.mlp.experts.1.w2", "model.layers.3.mlp.experts.1.w2"});
        QCOMPARE(some, (std::vector<std::string>{"re:^model[.]layers[.](0)[.]mlp[.]experts[.](0|1)[.]down_proj$",
                                                 "re:^model[.]layers[.](0)[.]mlp[.]experts[.](0|1)[.]w2$",
                                                 "re:^model[.]layers[.](3)[.]mlp[.]experts[.](1)[.]down_proj$",
                                                 "re:^model[.]layers[.](3)[.]mlp[.]experts[.](1)[.]w2$"}));
    }

    /// One global scale for the gate and up of an expert; another expert, and its own down, may have another.
    void gateAndUpOfAnExpertShareTheirGlobalScale() {
        const auto model = tiny("qwen2_moe");
        const auto recipe = recipeWith(*model, [](const WeightMatrix& m) -> std::string {
            return m.role == Role::Embedding ? "bf16" : "nvfp4";
        });
        const fs::path target = newPath();
        writeCompressedTensors(*model, recipe, target, {}, {});
        const auto written = checkpoint::Checkpoint::open(target);
        const auto globalOf = [&](const WeightMatrix& matrix) {
            return written->get(matrix.name + ".weight_global_scale").floats().front();
        };

        std::map<int, std::set<float>> ofExperts;
        std::set<float> shared;
        for (const WeightMatrix& matrix : model->matrices()) {
            if (matrix.role == Role::ExpertGate || matrix.role == Role::ExpertUp) ofExperts[matrix.expert].insert(globalOf(matrix));
            if (matrix.role == Role::SharedGate || matrix.role == Role::SharedUp) shared.insert(globalOf(matrix));
        }

        QCOMPARE(ofExperts.size(), std::size_t{4});
        for (const auto& [expert, globals] : ofExperts)
            QCOMPARE(globals.size(), std::size_t{1});
        QCOMPARE(shared.size(), std::size_t{1});
    }

    void onlyOneProductSharesAGlobalScale() {
        const auto matrix = [](Role role, int expert) {
            return WeightMatrix{.name = "", .tensor = "", .role = role, .block = 0, .rows = 1, .cols = 1, .expert = expert};
        };
        QVERIFY(compressed::shareGlobal(matrix(Role::LinearQkv, -1), matrix(Role::LinearZ, -1)));
        QVERIFY(compressed::shareGlobal(matrix(Role::LinearB, -1), matrix(Role::LinearA, -1)));
        QVERIFY(!compressed::shareGlobal(matrix(Role::LinearB, -1), matrix(Role::LinearZ, -1)));
        QVERIFY(!compressed::shareGlobal(matrix(Role::ExpertGate, 0), matrix(Role::ExpertUp, 1)));
        QVERIFY(!compressed::shareGlobal(matrix(Role::ExpertGate, 0), matrix(Role::ExpertDown, 0)));
        QVERIFY(!compressed::shareGlobal(matrix(Role::SharedGate, -1), matrix(Role::Gate, -1)));
    }
};

DQ_TEST(CompressedExpertsTest);
#include "compressed_experts_test.moc"
