// What an export does with weights that are no numbers, and with tiles that do not fit.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <cmath>
#include <cstring>
#include <fstream>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/compressed_tensors.hpp"
#include "core/export/target.hpp"
#include "tests/export/recipes.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using dq::test::recipeWith;
using model::WeightMatrix;

class RefusalsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;
    const std::string damaged_ = "model.layers.1.self_attn.q_proj";

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

    /// The bundled model with one weight that is NaN and one that is infinite.
    std::shared_ptr<const model::Model> damagedDemo() {
        const fs::path folder = newPath();
        fs::copy(DQ_SOURCE_DIR "/resources/demo", folder);
        std::string bytes = readText(folder / "model.safetensors");
        std::uint64_t header = 0;
        std::memcpy(&header, bytes.data(), sizeof header);
        const auto json = QJsonDocument::fromJson(QByteArray(bytes.data() + 8, static_cast<qsizetype>(header))).object();
        const auto offset = json[QString::fromStdString(damaged_ + ".weight")].toObject()["data_offsets"].toArray()[0].toInteger();
        const std::uint16_t numbers[] = {0x7fc0, 0xff80};
        std::memcpy(bytes.data() + 8 + header + static_cast<std::size_t>(offset) + 10, numbers, sizeof numbers);
        fs::permissions(folder / "model.safetensors", fs::perms::owner_write, fs::perm_options::add);
        std::ofstream(folder / "model.safetensors", std::ios::binary) << bytes;
        return model::Model::open(folder);
    }

private slots:
    void aDamagedMatrixStaysBf16InEveryTarget_data() {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("others");
        QTest::newRow("gguf") << "gguf" << "q8_0";
        QTest::newRow("hf") << "hf" << "int4-g32";
        QTest::newRow("compressed-tensors") << "compressed-tensors" << "int4-g32-bf16";
        QTest::newRow("native") << "native" << "int4-g32";
        QTest::newRow("seed") << "seed" << "int4-g32-f32";
    }
    /// Kept as it is and verified in bf16; in another format a sentence, and nothing is left behind.
    void aDamagedMatrixStaysBf16InEveryTarget() {
        QFETCH(QString, target);
        QFETCH(QString, others);
        const auto model = damagedDemo();
        const exporting::Target& to = exporting::targetOf(target.toStdString());
        const auto with = [&](const std::string& format) {
            return recipeWith(*model, [&](const WeightMatrix& matrix) -> std::string {
                const bool fused = matrix.block == 1 && matrix.name.find("self_attn") != std::string::npos;
                return fused ? format : matrix.role == model::Role::Embedding ? "bf16" : others.toStdString();
            });
        };
        const fs::path kept = newPath(), refused = newPath();

        const auto report = exporting::exportTo(to, *model, with("bf16"), kept, {}, {});
        QCOMPARE(report.matrices, std::int64_t{30});
        if (target == "hf") {
            const std::vector<float> weights = checkpoint::Checkpoint::open(kept)->get(damaged_ + ".weight").floats();
            QVERIFY(std::isnan(weights[5]) && weights[6] == -std::numeric_limits<float>::infinity());
        }

        DQ_THROWS(exporting::exportTo(to, *model, with(others.toStdString()), refused, {}, {}), damaged_.c_str(), "2 weights are NaN or infinite",
                  "bf16");
        QVERIFY(!fs::exists(refused));
    }

    /// 136 rows of 128 columns: whole tiles across, none down.
    void rowsThatNoTileDividesAreRefused() {
        const fs::path folder = newPath();
        test::TinyTensors tensors = test::tinyTensors();
        for (auto& [name, tensor] : tensors) {
            for (std::int64_t& side : tensor.shape)
                side = side == 24 ? 128 : side == 12 ? 64 : side == 40 ? 136 : side;
            std::int64_t count = 1;
            for (const std::int64_t side : tensor.shape)
                count *= side;
            tensor.values.assign(static_cast<std::size_t>(count), 0.25f);
        }
        test::writeTinyModel(folder, tensors);
        QJsonObject config = QJsonDocument::fromJson(test::tinyConfig).object();
        config["hidden_size"] = 128;
        config["head_dim"] = 64;
        config["intermediate_size"] = 136;
        std::ofstream(folder / "config.json") << QJsonDocument(config).toJson().toStdString();
        const auto model = model::Model::open(folder);
        const auto recipe = recipeWith(*model, [](const WeightMatrix& matrix) -> std::string {
            const bool one = matrix.block == 0 && (matrix.role == model::Role::Gate || matrix.role == model::Role::Up);
            return one ? "fp8-e4m3-block-bf16" : "bf16";
        });

        const std::vector<std::string> complaints = exporting::loaderComplaints(*model, recipe);

        QCOMPARE(complaints.size(), std::size_t{2});
        QVERIFY2(complaints[0].find("its 136 rows are no multiple of the tile of 128") != std::string::npos, complaints[0].c_str());
        const fs::path target = newPath();
        DQ_THROWS(exporting::writeCompressedTensors(*model, recipe, target, {}, {}), "gate_proj", "136 rows");
        QVERIFY(!fs::exists(target));
    }
};

DQ_TEST(RefusalsTest);
#include "refusals_test.moc"
