#include <unistd.h>

#include <QTemporaryDir>
#include <cmath>
#include <fstream>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/native.hpp"
#include "core/export/rounded.hpp"
#include "core/format/format.hpp"
#include "tests/export/recipes.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/store/full_disk.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using exporting::verifyNative;
using exporting::writeNative;

class NativeTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;
    std::shared_ptr<const model::Model> model_, wide_;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

    /// Every format of the catalogue in turn.
    static recipe::Recipe mixed(const model::Model& model, std::size_t first = 0) {
        return test::recipeWith(model, [next = first](const model::WeightMatrix&) mutable {
            return format::catalogue()[next++ % format::catalogue().size()].name;
        });
    }
    static std::size_t indexOf(std::string_view format) {
        return static_cast<std::size_t>(format::find(format) - format::catalogue().data());
    }
    /// The first matrix in format `first` of the catalogue, the second in the next.
    fs::path exported(std::size_t first = 0, const exporting::NativeOptions& options = {}) {
        const fs::path target = newPath();
        writeNative(*model_, mixed(*model_, first), target, options, {});
        return target;
    }
    static std::ptrdiff_t filesIn(const fs::path& folder) {
        return std::distance(fs::directory_iterator(folder), {});
    }

    /// Flips a bit in the middle of a tensor of the only shard.
    static void tamper(const fs::path& folder, const std::string& tensor) {
        const fs::path path = folder / "model.safetensors";
        std::string bytes = readText(path);
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), 8);
        const json::Json header = json::parse(std::string_view(bytes).substr(8, length), "header");
        const json::Json& offsets = header.at(tensor).at("data_offsets");
        bytes[8 + length + (offsets[0].get<std::size_t>() + offsets[1].get<std::size_t>()) / 2] ^= 1;
        std::ofstream(path, std::ios::binary) << bytes;
    }
    static void replaceText(const fs::path& path, const std::string& from, const std::string& to) {
        std::string text = readText(path);
        const std::size_t at = text.find(from);
        QVERIFY2(at != std::string::npos, from.c_str());
        std::ofstream(path, std::ios::binary) << text.replace(at, from.size(), to);
    }

private slots:
    void initTestCase() {
        fs::permissions(temporary_.path().toStdString(),
                        fs::perms(0755));  // for the test that becomes another user
        const fs::path folder = newPath() / "tiny", wide = newPath() / "wide";
        test::writeTinyModel(folder, test::tinyTensors());
        model_ = model::Model::open(folder);
        test::writeTinyModel(wide, test::tinyTensors(), DType::F32);
        wide_ = model::Model::open(wide);
    }

    /// NaN and infinity are kept as they are in bf16, and no other format takes them.
    void aDamagedMatrixStaysAsItIsInBf16() {
        for (const DType type : {DType::BF16, DType::F32}) {
            test::TinyTensors tensors = test::tinyTensors();
            const std::string name = "model.layers.1.mlp.up_proj";
            tensors[name + ".weight"].values[5] = std::numeric_limits<float>::quiet_NaN();
            tensors[name + ".weight"].values[7] = -std::numeric_limits<float>::infinity();
            const fs::path folder = newPath() / "damaged", target = newPath(), refused = newPath();
            test::writeTinyModel(folder, tensors, type);
            const auto model = model::Model::open(folder);
            const auto with = [&](const char* format) {
                return test::recipeWith(*model, [&, format](const model::WeightMatrix& matrix) -> std::string {
                    return matrix.name == name ? format : "int4-g32";
                });
            };

            writeNative(*model, with("bf16"), target, {}, {});

            verifyNative(target, model.get(), {});
            verifyNative(target, nullptr, {});
            const auto written = checkpoint::Checkpoint::open(target);
            const std::vector<float> before = model->checkpoint().get(name + ".weight").floats(),
                                     after = written->get(name + ".weight").floats();
            QVERIFY(std::isnan(after[5]) && after[7] == -std::numeric_limits<float>::infinity());
            for (std::size_t i = 8; i < before.size(); ++i)
                QCOMPARE(after[i], fromBf16(toBf16(before[i])));
            DQ_THROWS(writeNative(*model, with("int8-g32"), refused, {}, {}), name, "2 weights are NaN or infinite", "bf16");
            QVERIFY(!fs::exists(refused));
        }
    }

    void everyFormatIsVerifiedAgainstTheModel() {
        for (const auto& model : {model_, wide_})
            for (std::size_t first = 0; first < format::catalogue().size(); first += 7) {
                const fs::path target = newPath();
                const recipe::Recipe recipe = mixed(*model, first);

                writeNative(*model, recipe, target, {}, {});
                const exporting::VerifyReport report = verifyNative(target, model.get(), {});

                QCOMPARE(report.tensorBytes, recipe.bytes);
                QCOMPARE(report.matrices, std::int64_t{16});
                QCOMPARE(report.passthrough, std::int64_t{5});
                QCOMPARE(report.weights, model->weights());
                QVERIFY(report.againstModel);
                QVERIFY(report.fileBytes > report.tensorBytes);
                QVERIFY(!verifyNative(target, nullptr, {}).againstModel);
            }
    }

    void theWeightsAreTheRoundedOnes() {
        const fs::path target = newPath();
        const recipe::Recipe recipe = mixed(*wide_);
        writeNative(*wide_, recipe, target, {}, {});
        const auto checkpoint = checkpoint::Checkpoint::open(target);

        const model::WeightMatrix& matrix = wide_->matrices()[0];
        const format::Format& format = format::get(recipe.entries[0].format);
        exporting::Packed packed;
        const auto codes = checkpoint->get(matrix.name + ".codes").bytes,
                   scales = checkpoint->get(matrix.name + ".scales").bytes;
        packed.codes.assign(codes.begin(), codes.end());
        packed.scales.assign(scales.begin(), scales.end());

        QCOMPARE(exporting::unpacked(packed, matrix.rows, matrix.cols, format),
                 exporting::rounded(wide_->tensor(matrix).floats(), matrix.rows, matrix.cols, format));
    }

    void aBf16MatrixKeepsItsNameAndBytes() {
        const recipe::Recipe recipe = test::recipeWith(*model_, [](const auto&) { return std::string("bf16"); });
        const fs::path target = newPath();

        writeNative(*model_, recipe, target, {}, {});

        const auto checkpoint = checkpoint::Checkpoint::open(target);
        QCOMPARE(checkpoint->tensors().size(), model_->checkpoint().tensors().size());
        for (const checkpoint::TensorView& tensor : model_->checkpoint().tensors()) {
            const checkpoint::TensorView& copy = checkpoint->get(tensor.name);
            QVERIFY(copy.dtype == tensor.dtype && copy.shape == tensor.shape);
            QVERIFY(
                std::equal(copy.bytes.begin(), copy.bytes.end(), tensor.bytes.begin(), tensor.bytes.end()));
        }
    }

    void shardsAreIndexedAndVerify() {
        const fs::path target = exported(0, {.shardBytes = 1500});

        QVERIFY(fs::exists(target / "model.safetensors.index.json"));
        std::int64_t shards = 0;
        for (const auto& entry : fs::directory_iterator(target))
            shards += entry.path().extension() == ".safetensors";
        QVERIFY(shards > 3);
        QVERIFY(fs::exists(target / ("model-00001-of-0000" + std::to_string(shards) + ".safetensors")));
        const exporting::VerifyReport report = verifyNative(target, model_.get(), {});
        QCOMPARE(report.matrices, std::int64_t{16});
        QCOMPARE(report.fileBytes, exporting::nativeFileBytes(*model_, mixed(*model_, 0), {.shardBytes = 1500}));
    }

    void equalRecipesAreEqualFiles() {
        const fs::path a = exported(), b = exported();

        for (const auto& entry : fs::directory_iterator(a))
            QVERIFY(readText(entry.path()) == readText(b / entry.path().filename()));
    }

    void everyTensorBeginsAtAMultipleOfItsElements() {
        const fs::path target = exported(3);
        const std::string bytes = readText(target / "model.safetensors");
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), 8);
        const json::Json header = json::parse(std::string_view(bytes).substr(8, length), "header");

        QCOMPARE(length % 8, std::uint64_t{0});
        for (const auto& [name, entry] : header.items())
            if (name != "__metadata__")
                QCOMPARE(entry["data_offsets"][0].get<std::size_t>() %
                             elementSize(*dtypeOf(entry["dtype"].get<std::string>())),
                         std::size_t{0});
    }

    void companionsAreCopied() {
        const fs::path target = exported();

        QVERIFY(readText(target / "config.json") == readText(model_->checkpoint().folder() / "config.json"));
        QVERIFY(fs::exists(target / "tokenizer.json"));
        QVERIFY(!fs::exists(target / "merges.txt"));
        QVERIFY(recipe::read(target / "recipe.json") == mixed(*model_));
    }

    void tamperedTensorsAreFound() {
        const std::string first = model_->matrices()[0].name;
        for (const auto& [format, tensor] :
             {std::pair{"int4-g32", first + ".codes"}, {"int4-g32", first + ".scales"}, {"nvfp4", first + ".codes"},
              {"nvfp4", first + ".scales"}, {"nvfp4", first + ".global"}, {"bf16", std::string("model.norm.weight")}}) {
            const fs::path target = exported(indexOf(format));
            tamper(target, tensor);
            DQ_THROWS(verifyNative(target, model_.get(), {}), tensor.c_str());
        }
        for (const std::string& tensor : {first + ".codes", first + ".scales", std::string("model.norm.weight")}) {
            const fs::path target = exported(indexOf("int4-g32"));
            tamper(target, tensor);
            DQ_THROWS(verifyNative(target, nullptr, {}), tensor.c_str(), "is not what was exported");
        }
        const fs::path target = exported(format::catalogue().size() - 1);  // the first matrix as bf16
        tamper(target, "model.embed_tokens.weight");
        DQ_THROWS(verifyNative(target, model_.get(), {}), "model.embed_tokens.weight");
    }

    void contradictionsAreFoundWithoutTheModel() {
        const auto refused = [this](const char* file, const char* from, const char* to, const char* said) {
            const fs::path target = exported();
            replaceText(target / file, from, to);
            DQ_THROWS(verifyNative(target, nullptr, {}), said);
        };
        refused("dynaquant.json", "\"rows\": 19", "\"rows\": 18", "model.embed_tokens");
        refused("dynaquant.json", "\"bits\": 2", "\"bits\": 3", "contradicts itself");
        refused("dynaquant.json", "\"version\": 1", "\"version\": 2", "version 2");
        refused("dynaquant.json", "dynaquant-native", "another-packing", "another-packing");
        refused("dynaquant.json", "\"model.norm.weight\"", "\"model.form.weight\"", "model.norm.weight");
        refused("recipe.json", "int2-g128", "int3-g128", "contradict each other");
        refused("model.safetensors", "model.norm.weight", "model.form.weight", "model.form.weight");
    }

    void anotherModelIsASentence() {
        const fs::path target = exported();

        DQ_THROWS(verifyNative(target, wide_.get(), {}), "does not fit");
        DQ_THROWS(verifyNative(model_->checkpoint().folder(), nullptr, {}), "dynaquant.json",
                  "no packed checkpoint");
    }

    void aRecipeThatPromisesOtherBytesIsRefused() {
        recipe::Recipe recipe = mixed(*model_);
        recipe.bytes += 1;
        const fs::path target = newPath();

        DQ_THROWS(writeNative(*model_, recipe, target, {}, {}), "promises");
        QVERIFY(!fs::exists(target));
    }

    void anExistingTargetIsLeftAlone() {
        const fs::path target = newPath();
        fs::create_directories(target);
        std::ofstream(target / "mine.txt") << "mine";

        DQ_THROWS(writeNative(*model_, mixed(*model_), target, {}, {}), target.c_str(), "exists already");
        QCOMPARE(filesIn(target), std::ptrdiff_t{1});
    }

    void aFullDiskLeavesNothing() {
        const fs::path parent = newPath();
        fs::create_directories(parent);
        for (const rlim_t limit : {500, 5'000}) {  // in the header; when the room is reserved
            const test::FileSizeLimit full(limit);
            DQ_THROWS(writeNative(*model_, mixed(*model_), parent / "out", {}, {}), "out/model.safetensors",
                      "File too large");
        }
        QCOMPARE(filesIn(parent), std::ptrdiff_t{0});
    }

    void aReadOnlyFolderLeavesNothing() {
        const fs::path parent = newPath();
        fs::create_directories(parent);
        fs::permissions(parent, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                    fs::perms::others_exec);
        const bool root = ::geteuid() == 0;
        if (root && ::seteuid(65534) != 0) QSKIP("cannot become a user whom permissions bind");
        struct Back {
            bool root;
            ~Back() {
                if (root && ::seteuid(0) != 0) std::abort();
            }
        };
        {
            const Back back{root};
            DQ_THROWS(writeNative(*model_, mixed(*model_), parent / "out", {}, {}), "out",
                      "Permission denied");
        }
        fs::permissions(parent, fs::perms::owner_all);
        QCOMPARE(filesIn(parent), std::ptrdiff_t{0});
    }

    void cancelLeavesNothing() {
        const fs::path parent = newPath();
        std::atomic<bool> stop = false;
        const Progress progress([&](const Step& step) { stop = step.done == 3; }, &stop);

        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 writeNative(*model_, mixed(*model_), parent / "out", {}, progress));
        QCOMPARE(filesIn(parent), std::ptrdiff_t{0});
    }

    void aNanInTheOriginalLeavesNothing() {
        test::TinyTensors tensors = test::tinyTensors();
        tensors["lm_head.weight"].values[9] = std::numeric_limits<float>::infinity();
        const fs::path folder = newPath() / "broken", parent = newPath();
        test::writeTinyModel(folder, tensors);
        const auto model = model::Model::open(folder);

        DQ_THROWS(writeNative(*model, mixed(*model), parent / "out", {}, {}), "lm_head.weight", "1 weights");
        QCOMPARE(filesIn(parent), std::ptrdiff_t{0});
    }
};

DQ_TEST(NativeTest);
#include "native_test.moc"
