#include "core/export/imatrix.hpp"

#include <QTemporaryDir>
#include <cmath>
#include <cstring>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;

class ImatrixTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    fs::path folder() const { return temporary_.path().toStdString(); }
    fs::path fixture() const { return DQ_SOURCE_DIR "/tests/fixtures/export/imatrix.gguf"; }

    std::shared_ptr<const model::Model> tiny() {
        if (!fs::exists(folder() / "tiny")) test::writeTinyModel(folder() / "tiny", test::tinyTensors());
        return model::Model::open(folder() / "tiny");
    }
    /// The mean square of column j of matrix i is i + j / 4.
    static measure::Measurements tableOf(const model::Model& model) {
        measure::Measurements table;
        table.calibrationSource = "text.utf8";
        table.calibrationTokens = 30;
        table.calibrationSequences = 2;
        table.key.window = 16;
        for (const model::WeightMatrix& matrix : model.matrices()) {
            measure::MatrixRow row;
            row.name = matrix.name;
            row.cols = matrix.cols;
            row.tokens = matrix.block < 0 ? 30 : 32;
            for (std::int64_t j = 0; j < matrix.cols; ++j)
                row.inputMoment.push_back(static_cast<float>(table.rows.size()) + static_cast<float>(j) / 4);
            table.rows.push_back(row);
        }
        return table;
    }
    /// The fixture with some bytes behind a text replaced.
    fs::path changed(const std::string& text, std::size_t behind, const std::string& bytes) {
        std::string all = readText(fixture());
        const std::size_t at = all.find(text);
        all.replace(at + text.size() + behind, bytes.size(), bytes);
        writeFile(folder() / "changed.gguf", all);
        return folder() / "changed.gguf";
    }
    template <class T>
    static std::string bytesOf(T value) {
        std::string bytes(sizeof value, '\0');
        std::memcpy(bytes.data(), &value, sizeof value);
        return bytes;
    }

private slots:
    void readsWhatPythonWrote() {
        const auto importance = exporting::readImatrix(*tiny(), fixture());

        QCOMPARE(importance->moments.size(), std::size_t{3});  // the fourth is of a block that is not there
        const std::pair<const char*, float> known[] = {
            {"model.layers.0.self_attn.q_proj", 1}, {"model.layers.0.mlp.down_proj", 2}, {"model.layers.1.mlp.up_proj", 3}};
        for (const auto& [name, factor] : known) {
            const std::vector<float>& moments = importance->moments.at(name);
            for (std::size_t j = 0; j < moments.size(); ++j) QCOMPARE(moments[j], factor * static_cast<float>(j + 1) / 8);
        }
        QCOMPARE(importance->source, std::string("imatrix.gguf"));
        QCOMPARE(importance->fingerprint.size(), std::size_t{32});
    }

    void readsBackWhatWasWritten() {
        const auto model = tiny();
        const measure::Measurements table = tableOf(*model);
        const fs::path file = folder() / "own.gguf";

        exporting::writeImatrix(*model, table, file);
        const auto importance = exporting::readImatrix(*model, file);

        QCOMPARE(importance->moments.size(), table.rows.size() - 1);  // not the embedding
        for (const auto& [name, moments] : importance->moments)
            QCOMPARE(moments, table.rows[model->indexOf(name).value()].inputMoment);
        DQ_THROWS(exporting::writeImatrix(*model, table, file), "own.gguf", "exists already");
    }

    void anExpertNobodyMetHasNoCount() {
        const auto model = model::Model::open(DQ_SOURCE_DIR "/tests/fixtures/torch/qwen3_moe");
        measure::Measurements table = tableOf(*model);
        std::string unmet, met;
        for (std::size_t i = 0; i < table.rows.size(); ++i) {
            const model::WeightMatrix& matrix = model->matrices()[i];
            if (matrix.role != model::Role::ExpertUp || matrix.block != 0) continue;
            if (matrix.expert == 1) {
                table.rows[i].tokens = 0;
                unmet = matrix.name;
            } else if (matrix.expert == 2) {
                table.rows[i].tokens = 8;  // of 32 positions: the sum is over them, the mean over 8
                met = matrix.name;
            }
        }
        exporting::writeImatrix(*model, table, folder() / "experts.gguf");

        const auto importance = exporting::readImatrix(*model, folder() / "experts.gguf");

        QVERIFY(!unmet.empty() && !importance->moments.contains(unmet));
        const std::vector<float>& own = table.rows[model->indexOf(met).value()].inputMoment;
        for (std::size_t j = 0; j < own.size(); ++j) QCOMPARE(importance->moments.at(met)[j], 4 * own[j]);
    }

    void refusesATableOfAnotherModel() {
        measure::Measurements table = tableOf(*tiny());
        table.rows.pop_back();
        DQ_THROWS(exporting::writeImatrix(*tiny(), table, folder() / "none.gguf"), "is not of tiny");
        QVERIFY(!fs::exists(folder() / "none.gguf"));
    }

    void refusesEveryTruncation() {
        const std::string all = readText(fixture());
        // the last 28 bytes fill up behind the last tensor
        for (std::size_t length = 0; length + 28 < all.size(); length += length < 1200 ? 7 : 61) {
            writeFile(folder() / "short.gguf", all.substr(0, length));
            DQ_THROWS(exporting::readImatrix(*tiny(), folder() / "short.gguf"), "short.gguf");
        }
    }

    void refusesNumbersThatAreNoSums() {
        const std::string all = readText(fixture());
        const std::string first = bytesOf(1.0f) + bytesOf(2.0f) + bytesOf(3.0f);
        for (const float wrong : {NAN, INFINITY, -1.0f})
            DQ_THROWS(exporting::readImatrix(*tiny(), changed(first, 0, bytesOf(wrong))), "changed.gguf", "blk.0.attn_q.weight.in_sum2", "at 3");
        DQ_THROWS(exporting::readImatrix(*tiny(), changed(bytesOf(24.0f) + bytesOf(8.0f), std::size_t(-4), bytesOf(-8.0f))), "blk.0.attn_q.weight.counts", "-8");
    }

    void aCountOfZeroSaysNothing() {
        const auto importance = exporting::readImatrix(*tiny(), changed(bytesOf(24.0f) + bytesOf(8.0f), std::size_t(-4), bytesOf(0.0f)));
        QVERIFY(!importance->moments.contains("model.layers.0.self_attn.q_proj"));
        QCOMPARE(importance->moments.size(), std::size_t{2});
    }

    void refusesOtherShapesAndFiles() {
        // behind a tensor's name: how many extents, the first
        DQ_THROWS(exporting::readImatrix(*tiny(), changed("blk.0.attn_q.weight.in_sum2", 4, bytesOf(std::uint64_t{23}))), "changed.gguf");
        DQ_THROWS(exporting::readImatrix(*tiny(), changed("blk.0.attn_q.weight.in_sum2", 4, bytesOf(std::uint64_t{1} << 61))), "changed.gguf");
        DQ_THROWS(exporting::readImatrix(*tiny(), changed("blk.0.attn_q.weight.coun", 0, "tz")), "blk.0.attn_q.weight.counts");
        DQ_THROWS(exporting::readImatrix(*tiny(), changed("imatri", 0, "y")), "changed.gguf", "no imatrix");
        writeFile(folder() / "text.gguf", "a text");
        DQ_THROWS(exporting::readImatrix(*tiny(), folder() / "text.gguf"), "text.gguf");
        DQ_THROWS(exporting::readImatrix(*tiny(), folder() / "absent.gguf"), "absent.gguf");
    }
};

DQ_TEST(ImatrixTest);
#include "imatrix_test.moc"
