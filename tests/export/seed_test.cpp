// The first DynaQuant's folder: what is written is taken apart bit by bit here, and what is read is believed in nothing.
#include <QTemporaryDir>

#include <cstring>
#include <fstream>
#include <regex>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/rounded.hpp"
#include "core/export/seed/layout.hpp"
#include "core/export/seed_folder.hpp"
#include "core/export/target.hpp"
#include "core/format/names.hpp"
#include "tests/export/letters.hpp"
#include "tests/export/recipes.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using model::WeightMatrix;

namespace {

const std::string embedding = "model.embed_tokens", firstQ = "model.layers.0.self_attn.q_proj", firstDown = "model.layers.0.mlp.down_proj";

/// The layout's definition, one bit at a time.
unsigned codeAt(std::string_view stream, int bits, std::size_t index) {
    unsigned code = 0;
    for (int k = 0; k < bits; ++k) {
        const std::size_t at = index * static_cast<std::size_t>(bits) + static_cast<std::size_t>(k);
        const unsigned byte = static_cast<unsigned char>(stream[at / 8]);
        code |= ((byte >> (at % 8)) & 1U) << k;
    }
    return code;
}

/// Our codes of one row whose stream is `wanted`: two's complement without gaps.
std::vector<std::byte> codesFor(const std::vector<int>& wanted, int bits) {
    std::vector<std::byte> codes((wanted.size() * static_cast<std::size_t>(bits) + 7) / 8);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const int q = wanted[i] - (1 << (bits - 1));
        for (int k = 0; k < bits; ++k) {
            const std::size_t at = i * static_cast<std::size_t>(bits) + static_cast<std::size_t>(k);
            if ((q >> k) & 1) codes[at / 8] |= std::byte{1} << static_cast<int>(at % 8);
        }
    }
    return codes;
}

std::string hex(std::span<const std::byte> bytes) {
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes)).toHex().toStdString();
}

void put(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

class SeedTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;
    std::shared_ptr<const model::Model> model_;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

    recipe::Recipe recipeOf(const std::string& format) const {
        return test::recipeWith(*model_, [&](const WeightMatrix& matrix) { return matrix.name == embedding ? "bf16" : format; });
    }

    /// All widths in groups of 16, which divide neither 24 nor 40 columns.
    recipe::Recipe mixed() const {
        static const char* const formats[] = {"int2-g16-f32", "int3-g16-f32", "int5-g16-f32", "int8-g16-f32", "int12-g16-f32"};
        return test::recipeWith(*model_, [next = 0](const WeightMatrix& matrix) mutable -> std::string {
            return matrix.name == embedding ? "bf16" : formats[next++ % 5];
        });
    }

    fs::path exported(const recipe::Recipe& recipe, const ExportOptions& options = {}) {
        const fs::path folder = newPath();
        exportTo(targetOf("seed"), *model_, recipe, folder, options, {});
        return folder;
    }

    /// As the first program would have left it.
    fs::path withoutOurs() {
        const fs::path folder = exported(mixed());
        fs::remove(folder / "recipe.json");
        const fs::path config = folder / "dynaquant_config.json";
        put(config, std::regex_replace(readText(config), std::regex("\"tool\": \"[^\"]*\","), ""));
        return folder;
    }

    void compareWithTheStream(const fs::path& folder, const WeightMatrix& matrix, const format::Format& format) {
        const int bits = format.encoding.bits;
        const auto cols = static_cast<std::size_t>(matrix.cols), groups = (cols + 15) / 16, rows = static_cast<std::size_t>(matrix.rows);
        const std::string stream = readText(folder / "packed_weights" / (matrix.name + ".packed"));
        const std::string scales = readText(folder / "packed_weights" / (matrix.name + ".scales"));
        QCOMPARE(stream.size(), (rows * groups * 16 * static_cast<std::size_t>(bits) + 7) / 8);
        QCOMPARE(scales.size(), rows * groups * 4);
        const std::vector<float> expected = rounded(model_->tensor(matrix).floats(), matrix.rows, matrix.cols, format);
        for (std::size_t i = 0; i < rows * groups * 16; ++i) {
            const std::size_t row = i / (groups * 16), col = i % (groups * 16);
            float scale = 0;
            std::memcpy(&scale, scales.data() + 4 * (row * groups + col / 16), 4);
            const int q = static_cast<int>(codeAt(stream, bits, i)) - (1 << (bits - 1));
            if (col < cols)
                QCOMPARE(static_cast<float>(q) * scale, expected[row * cols + col]);
            else
                QCOMPARE(q, 0);
        }
    }

private slots:
    void initTestCase() {
        const fs::path folder = newPath() / "tiny";
        test::TinyTensors tensors = test::tinyTensors();
        tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = {{6}, {1, 0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f}};
        test::writeTinyModel(folder, tensors);
        model_ = model::Model::open(folder);
    }

    /// What the first program's own packer makes of these codes; bits behind the last one are padding.
    void goldenPackings() {
        QCOMPARE(hex(seed::streamOf({"m", 3, 1, 8, 8}, codesFor({1, 2, 3, 4, 5, 6, 7, 0}, 3))), std::string("d1581f"));
        QCOMPARE(hex(seed::streamOf({"m", 6, 1, 4, 4}, codesFor({1, 63, 32, 7}, 6))), std::string("c10f1e"));
        const auto five = seed::streamOf({"m", 5, 1, 5, 8}, codesFor({1, 2, 3, 31, 16}, 5));
        QCOMPARE(hex(std::span(five).first(3)), std::string("418c0f"));
        QCOMPARE(std::to_integer<int>(five[3]) & 1, 1);
        QCOMPARE(std::to_integer<int>(five[3]) & ~1, 1 << 5);  // the sixth code is that of 0, 16
    }

    void everyWidthIsTheDefinitionsBitForBit() {
        const recipe::Recipe recipe = mixed();
        const fs::path folder = exported(recipe);

        for (std::size_t i = 0; i < recipe.entries.size(); ++i)
            if (recipe.entries[i].format != "bf16") compareWithTheStream(folder, model_->matrices()[i], format::get(recipe.entries[i].format));

        QVERIFY(!fs::exists(folder / "packed_weights" / (embedding + ".packed")));
        QCOMPARE(verifyAny(folder, model_.get(), {}).matrices, std::int64_t{16});
        QVERIFY(recipe::read(folder / "recipe.json") == recipe);
    }

    void theConfigSaysWhatLiesThere() {
        const fs::path folder = exported(mixed());
        const json::Json config = json::parseFile(folder / "dynaquant_config.json");

        const json::Json expected{{"n_bits", 2}, {"out_features", 24}, {"in_features", 32}, {"original_in_features", 24}, {"group_size", 16}};
        QCOMPARE(config["layer_configs"][firstQ].dump(), expected.dump());
        QCOMPARE(config["layer_configs"][firstDown]["in_features"].get<int>(), 48);
        QCOMPARE(config["recipe"][embedding + ".weight"].get<int>(), 16);
        QCOMPARE(config["stats"]["n_quantized"].get<int>(), 15);
        QCOMPARE(config["stats"]["n_passthrough"].get<int>(), 7);
        QCOMPARE(config["stats"]["bits_histogram"].dump(), std::string("{\"2\":3,\"3\":3,\"5\":3,\"8\":3,\"12\":3,\"16\":1}"));
        Bytes packed = 0;
        for (const auto& file : fs::directory_iterator(folder / "packed_weights")) packed += static_cast<Bytes>(file.file_size());
        QCOMPARE(config["stats"]["packed_bytes"].get<Bytes>(), packed);
        const Bytes plain = 19 * 24 * 2 + 5 * 24 * 2 + 6 * 2;
        QCOMPARE(config["stats"]["total_bytes"].get<Bytes>(), packed + plain);
        QVERIFY(readText(folder / "buffers.safetensors").find("inv_freq") != std::string::npos);
        QVERIFY(readText(folder / "non_quantized-001.safetensors").find("inv_freq") == std::string::npos);
    }

    void thePlanIsWhatIsWritten() {
        for (const Bytes split : {Bytes{0}, Bytes{300}}) {
            const ExportOptions options{.splitBytes = split};
            const fs::path folder = exported(mixed(), options);
            Bytes written = 0;
            for (const auto& file : fs::recursive_directory_iterator(folder))
                if (file.is_regular_file()) written += static_cast<Bytes>(file.file_size());
            QCOMPARE(plannedFileBytes(targetOf("seed"), *model_, mixed(), options), written);
            QCOMPARE(fs::exists(folder / "non_quantized-002.safetensors"), split > 0);
            verifyAny(folder, model_.get(), {});
        }
    }

    /// A scale that was searched for is stored the same; only recipe.json knows that it was.
    void searchedScalesAreHeldToo() {
        const fs::path folder = exported(recipeOf("int4-g32-f32-mse"));

        verifyAny(folder, model_.get(), {});
        QVERIFY(seedRecipe(folder, *model_).entries == recipeOf("int4-g32-f32").entries);
    }

    void aRecipeComesBack() {
        const recipe::Recipe back = seedRecipe(exported(mixed()), *model_);

        QVERIFY(back.entries == mixed().entries);
        QCOMPARE(back.bytes, mixed().bytes);
        QVERIFY(recipe::check(back, *model_).empty());
    }

    void aFolderOfTheFirstProgramIsVerified() {
        const fs::path folder = withoutOurs();
        fs::remove(folder / "buffers.safetensors");
        DQ_THROWS(verifyAny(folder, model_.get(), {}), "inv_freq");
        const fs::path whole = withoutOurs();

        QCOMPARE(verifyAny(whole, model_.get(), {}).matrices, std::int64_t{16});
        QVERIFY(seedRecipe(whole, *model_).entries == mixed().entries);
        DQ_THROWS(verifyAny(whole, nullptr, {}), "against its model");
        const fs::path file = whole / "packed_weights" / (firstDown + ".packed");
        std::string bytes = readText(file);
        bytes.back() = static_cast<char>(bytes.back() ^ 1);  // in the padding
        put(file, bytes);
        DQ_THROWS(verifyAny(whole, model_.get(), {}), firstDown + ".packed", "byte " + std::to_string(bytes.size() - 1));
    }

    void aFlippedByteOfEveryKindOfFileIsFound() {
        const fs::path folder = exported(mixed());
        for (const std::string& name : {"packed_weights/" + firstQ + ".packed", "packed_weights/" + firstQ + ".scales", std::string("recipe.json"),
                                        std::string("dynaquant_config.json"), std::string("config.json"), std::string("buffers.safetensors"),
                                        std::string("non_quantized-001.safetensors")}) {
            const std::string whole = readText(folder / name);
            std::string changed = whole;
            changed[whole.size() - 3] = static_cast<char>(changed[whole.size() - 3] ^ 8);
            put(folder / name, changed);
            DQ_THROWS(verifyAny(folder, model_.get(), {}), fs::path(name).filename().string());
            put(folder / name, whole + "x");
            DQ_THROWS(verifyAny(folder, model_.get(), {}), fs::path(name).filename().string());
            fs::remove(folder / name);
            DQ_THROWS(verifyAny(folder, model_.get(), {}), fs::path(name).filename().string());
            put(folder / name, whole);
        }
        verifyAny(folder, model_.get(), {});
    }

    void hostileConfigsAreRefused_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("said");
        const QString q = QString::fromStdString(firstQ), layer = "\"" + q + "\": {\n      \"n_bits\": ";
        QTest::newRow("another format") << "\"dynaquant\"" << "\"gptq\"" << "format is \"gptq\"";
        QTest::newRow("a newer version") << "\"version\": 1" << "\"version\": 2" << "version is 2";
        QTest::newRow("no version") << "\"version\": 1," << "" << "version";
        QTest::newRow("no group") << "\"group_size\": 16,\n  \"recipe\"" << "\"group_size\": 0,\n  \"recipe\"" << "group_size is 0";
        QTest::newRow("a group that overflows") << "\"group_size\": 16,\n  \"recipe\"" << "\"group_size\": 9223372036854775807,\n  \"recipe\"" << "group_size";
        QTest::newRow("a group of another layer") << "\"group_size\": 16\n" << "\"group_size\": 32\n" << "group_size is 32, expected 16";
        QTest::newRow("no bits") << layer + "2" << layer + "0" << "n_bits is 0";
        QTest::newRow("too many bits") << layer + "2" << layer + "13" << "n_bits is 13";
        QTest::newRow("other bits than the recipe") << layer + "2" << layer + "3" << "has 2 bits, layer_configs makes it 3";
        QTest::newRow("bits in words") << layer + "2" << layer + "\"two\"" << "n_bits";
        QTest::newRow("rows") << "\"out_features\": 24" << "\"out_features\": -24" << "out_features is -24";
        QTest::newRow("more rows than can be") << "\"out_features\": 24" << "\"out_features\": 99999999999" << "out_features is 99999999999";
        QTest::newRow("rows of another matrix") << "\"out_features\": 24" << "\"out_features\": 25" << "in the model [24, 24]";
        QTest::newRow("columns") << "\"in_features\": 32" << "\"in_features\": 24" << "in_features is 24, expected 32";
        QTest::newRow("a way out") << "\"" + q + "\"" << "\"../../outside\"" << "no module";
        QTest::newRow("no name") << "\"" + q + "\"" << "\"\"" << "no module";
        QTest::newRow("no matrix of the model") << q << "model.layers.9.q" << "no matrix of the model";
        QTest::newRow("a recipe for nothing") << "\"" + q + ".weight\": 2" << "\"other.weight\": 2" << "has 2 bits";
        QTest::newRow("a layer without recipe") << "\"" + q + ".weight\": 2," << "" << "names 14 of the 15 modules";
        QTest::newRow("no object") << "\"layer_configs\": {" << "\"layer_configs\": 5, \"other\": {" << "layer_configs is 5";
        QTest::newRow("cut") << "\"stats\"" << "\"stats" << "dynaquant_config.json";
    }
    void hostileConfigsAreRefused() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, said);
        const fs::path folder = withoutOurs(), file = folder / "dynaquant_config.json";
        QString text = QString::fromStdString(readText(file));
        QVERIFY2(text.contains(from), qPrintable(text));
        put(file, (from.startsWith("model.") ? text.replace(from, to) : text.replace(text.indexOf(from), from.size(), to)).toStdString());

        DQ_THROWS(verifyAny(folder, model_.get(), {}), "dynaquant_config.json", said.toStdString());
        DQ_THROWS(seedRecipe(folder, *model_), "dynaquant_config.json", said.toStdString());
    }

    void whatHasNoPlaceIsRefusedBeforeAByte_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("said");
        QTest::newRow("F16 scales") << "int4-g32" << "int4-g32-f32 is";
        QTest::newRow("zero points") << "int4a-g16-f32" << "int4-g16-f32 is";
        QTest::newRow("whole rows") << "int4-row-f32" << "no format of this folder";
        QTest::newRow("another group") << "int4-g32-f32" << "one group size";
        QTest::newRow("no integers") << "nf4-g64" << "no format of this folder";
    }
    void whatHasNoPlaceIsRefusedBeforeAByte() {
        QFETCH(QString, format);
        QFETCH(QString, said);
        const fs::path parent = newPath();
        fs::create_directories(parent);
        const auto recipe = test::recipeWith(*model_, [&](const WeightMatrix& matrix) { return matrix.name == firstDown ? format.toStdString() : "int4-g16-f32"; });

        DQ_THROWS(exportTo(targetOf("seed"), *model_, recipe, parent / "out", {}, {}), firstDown, format.toStdString(), said.toStdString());
        QVERIFY(fs::is_empty(parent));
    }

    void turnedTensorsAndStacksAreRefused() {
        for (const auto& [name, said] : {std::pair{"gpt2", "is turned"}, {"qwen3_5_moe", "stack of experts"}}) {
            const auto model = test::withLetters(name, newPath());
            const auto recipe = test::recipeWith(*model, [](const WeightMatrix&) { return "bf16"; });
            const fs::path target = newPath();
            DQ_THROWS(exportTo(targetOf("seed"), *model, recipe, target, {}, {}), said);
            QVERIFY(!fs::exists(target));
        }
    }

    void aCancelledExportLeavesNothing() {
        const fs::path parent = newPath();
        fs::create_directories(parent);
        const Progress failing([](const Step& step) { if (step.done == 3) throw Error(Kind::Io, "the disk is full"); });

        DQ_THROWS(exportTo(targetOf("seed"), *model_, mixed(), parent / "out", {}, failing), "disk is full");
        QVERIFY(fs::is_empty(parent));
    }
};

DQ_TEST(SeedTest);
#include "seed_test.moc"
