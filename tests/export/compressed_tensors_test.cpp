#include "core/export/compressed_tensors.hpp"

#include <QTemporaryDir>
#include <fstream>
#include <map>
#include <set>

#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/compressed/config.hpp"
#include "core/export/compressed/fused.hpp"
#include "core/export/compressed/scales.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/compressed/targets.hpp"
#include "core/export/dequantized.hpp"
#include "core/export/rounded.hpp"
#include "core/export/target.hpp"
#include "core/format/format.hpp"
#include "core/recipe/formats.hpp"
#include "kernels/bit_pack.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;
using model::Role;
using model::WeightMatrix;

namespace {

/// What a careful user would choose: fused layers alike, block by block something else.
std::string mixedFormat(const WeightMatrix& matrix) {
    const bool qkv = matrix.role == Role::Q || matrix.role == Role::K || matrix.role == Role::V;
    const bool gateUp = matrix.role == Role::Gate || matrix.role == Role::Up;
    if (matrix.role == Role::Embedding) return "bf16";
    if (matrix.role == Role::Head) return "int8-g128-bf16";
    if (qkv) return matrix.block == 1 ? "bf16" : (matrix.block == 2 ? "int5-g64-bf16" : "nvfp4");
    if (gateUp) return matrix.block % 2 ? "int4-g32-bf16" : "fp8-e4m3-bf16";
    return matrix.block % 2 ? "int3-g32-bf16-mse" : "int6-g64-bf16";
}

}  // namespace

class CompressedTensorsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    fs::path exported(const recipe::Recipe& recipe) {
        const fs::path target = newPath();
        writeCompressedTensors(*demo_, recipe, target, {}, {});
        return target;
    }

private slots:
    /// pack_to_int32 of compressed-tensors on the same codes gave these words (tests/fixtures/export/pack.py).
    void integersArePackedAsTheLibraryPacksThem_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<QByteArray>("packed");
        for (const QByteArray& line : fixtureLines("packed.txt")) {
            const QList<QByteArray> words = line.split(' ');
            QTest::newRow(words[0]) << words[0].toInt() << QByteArray::fromHex(words[1]);
        }
    }
    void integersArePackedAsTheLibraryPacksThem() {
        QFETCH(int, bits);
        QFETCH(QByteArray, packed);
        constexpr std::int64_t rows = 2, cols = 64;
        const format::Format& format = format::get("int" + std::to_string(bits) + "-g32");
        // code i of the fixture: (7 i + i * i / 5) mod 2^bits, minus 2^(bits-1)
        std::vector<float> weights;
        for (int i = 0; i < rows * cols; ++i)
            weights.push_back(static_cast<float>((7 * i + i * i / 5) % (1 << bits) - (1 << (bits - 1))));
        Packed matrix = exporting::packed(weights, rows, cols, format);
        matrix.codes = codesOf(weights, bits);

        const auto bytes = compressed::bytesOf(matrix, rows, cols, format);

        const QByteArray ours(reinterpret_cast<const char*>(bytes[0].data()), std::ssize(bytes[0]));
        QCOMPARE(ours.toHex(), packed.toHex());
        const Packed back = compressed::packedFrom({bytes[0], bytes[1], bytes[2]}, rows, cols, format);
        QVERIFY(back.codes == matrix.codes && back.scales == matrix.scales);
    }

    /// The same of zero points, which it packs along the rows (zero_points.txt): ours lie row by row.
    void zeroPointsArePackedAsTheLibraryPacksThem() {
        constexpr std::int64_t rows = 70, groups = 3, cols = 96;
        int widths = 0;
        for (const QByteArray& line : fixtureLines("zero_points.txt")) {
            const QList<QByteArray> words = line.split(' ');
            const int bits = words[0].toInt();
            const format::Format& format = format::get("int" + std::to_string(bits) + "a-g32-bf16");
            Packed matrix = exporting::packed(std::vector<float>(static_cast<std::size_t>(rows * cols), 0.5f), rows, cols, format);
            for (std::int64_t i = 0; i < rows; ++i) {
                std::vector<std::uint16_t> own;
                for (std::int64_t g = 0; g < groups; ++g)
                    own.push_back(static_cast<std::uint16_t>((5 * i + 3 * g + i * g) % (1 << bits)));
                const std::size_t width = matrix.zeros.size() / static_cast<std::size_t>(rows);
                kernels::packBits(own, bits, std::span(matrix.zeros).subspan(static_cast<std::size_t>(i) * width, width));
            }

            const auto bytes = compressed::bytesOf(matrix, rows, cols, format);
            const std::vector<std::span<const std::byte>> stored(bytes.begin(), bytes.end());

            QCOMPARE(bytes.size(), compressed::tensorsOf("m", rows, cols, format).size());
            QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes[3].data()), std::ssize(bytes[3])), QByteArray::fromHex(words[1]));
            const Packed back = compressed::packedFrom(stored, rows, cols, format);
            QVERIFY(back.zeros == matrix.zeros && back.codes == matrix.codes);
            ++widths;
        }
        QCOMPARE(widths, 7);
    }

    /// What its decompressor makes of our bytes (tests/fixtures/export/mxfp6.py) is what ours makes.
    void sixBitMicroscalingIsReadAsTheLibraryReadsIt() {
        const QList<QByteArray> lines = fixtureLines("mxfp6.txt");  // packed codes, scales, weights in BF16
        QCOMPARE(lines.size(), qsizetype{3});
        constexpr std::int64_t rows = 3, cols = 64;
        const format::Format& format = format::get("mxfp6-e2m3");
        const QByteArray codes = QByteArray::fromHex(lines[0]), scales = QByteArray::fromHex(lines[1]), weights = QByteArray::fromHex(lines[2]);
        const Packed matrix = compressed::packedFrom({std::as_bytes(std::span(codes)), std::as_bytes(std::span(scales))}, rows, cols, format);

        const std::vector<float> found = unpacked(matrix, rows, cols, format);

        QByteArray asBf16;
        for (const float weight : found) {
            const std::uint16_t bits = toBf16(weight);
            asBf16.append(static_cast<char>(bits & 0xff)).append(static_cast<char>(bits >> 8));
            QCOMPARE(fromBf16(bits), weight);
        }
        QCOMPARE(asBf16.toHex(), weights.toHex());
        const auto tensors = compressed::tensorsOf("m", rows, cols, format);
        QCOMPARE(tensors[0].shape, (std::vector<std::int64_t>{rows, 48}));
        QVERIFY(!compressed::schemeOf(format::get("mxfp6-e3m2")));  // the library knows six bits as E2M3 alone
    }

    void zeroPointsAndMicroscalingAreWrittenAndVerified_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("container");
        QTest::newRow("zero points") << "int4a-g32-bf16" << "pack-quantized";
        QTest::newRow("a zero point a row") << "int3a-row-bf16" << "pack-quantized";
        QTest::newRow("mxfp4") << "mxfp4" << "mxfp4-pack-quantized";
        QTest::newRow("mxfp6") << "mxfp6-e2m3" << "mxfp6-pack-quantized";
        QTest::newRow("mxfp8") << "mxfp8-e4m3" << "mxfp8-quantized";
    }
    void zeroPointsAndMicroscalingAreWrittenAndVerified() {
        QFETCH(QString, format);
        QFETCH(QString, container);
        const recipe::Recipe recipe = recipeWith(*demo_, [&](const WeightMatrix& m) {
            return m.role == Role::Embedding ? std::string("bf16") : format.toStdString();
        });
        const fs::path target = exported(recipe);

        QCOMPARE(verifyCompressedTensors(target, *demo_, {}).tensorBytes, compressedTensorsBytes(*demo_, recipe));
        const compressed::Matched found = compressed::matched(readText(target / "config.json"), "model.layers.1.mlp.down_proj", "config.json");
        QCOMPARE(QString::fromStdString(found.format), container);
        QCOMPARE(found.weightsJson.find("\"symmetric\":false") != std::string::npos, container == "pack-quantized");
    }

    void aMixedRecipeIsWrittenAndVerified() {
        const recipe::Recipe recipe = recipeWith(*demo_, mixedFormat);
        QCOMPARE(loaderComplaints(*demo_, recipe), std::vector<std::string>{});

        const fs::path target = exported(recipe);
        const VerifyReport report = verifyCompressedTensors(target, *demo_, {});

        QCOMPARE(report.matrices, std::int64_t{30});
        QCOMPARE(report.tensorBytes, compressedTensorsBytes(*demo_, recipe));
        QCOMPARE(verifyAny(target, demo_.get(), {}).matrices, std::int64_t{30});
        QVERIFY(fs::exists(target / "tokenizer.json"));
    }

    void theConfigSaysWhatEveryModuleIs() {
        const recipe::Recipe recipe = recipeWith(*demo_, mixedFormat);
        const std::string config = compressed::configText(*demo_, recipe);
        const auto formatOf = [&](const char* module) {
            return QString::fromStdString(compressed::matched(config, module, "config.json").format);
        };

        QCOMPARE(formatOf("model.layers.0.self_attn.q_proj"), "nvfp4-pack-quantized");
        QCOMPARE(formatOf("model.layers.0.self_attn.qkv_proj"), "nvfp4-pack-quantized");
        QCOMPARE(formatOf("model.layers.1.self_attn.q_proj"), "");
        QCOMPARE(formatOf("model.layers.1.self_attn.qkv_proj"), "");
        QCOMPARE(formatOf("model.layers.2.mlp.gate_up_proj"), "float-quantized");
        QCOMPARE(formatOf("model.layers.12.mlp.gate_up_proj"), "");
        QCOMPARE(formatOf("model.layers.3.mlp.down_proj"), "pack-quantized");
        QCOMPARE(formatOf("model.embed_tokens"), "");
        QCOMPARE(formatOf("lm_head"), "pack-quantized");
        QVERIFY(compressed::matched(config, "model.layers.3.mlp.down_proj", "").weightsJson !=
                compressed::matched(config, "model.layers.2.mlp.down_proj", "").weightsJson);
    }

    void tilesOfFp8AreStrategyBlock() {
        const format::Format& format = format::get("fp8-e4m3-block-bf16");
        const auto scheme = compressed::schemeOf(format);
        QCOMPARE(scheme->format, std::string("float-quantized"));
        QCOMPARE(scheme->weights.at("strategy").get<std::string>(), std::string("block"));
        QCOMPARE(scheme->weights.at("block_structure").dump(), std::string("[128,128]"));
        const auto tensors = compressed::tensorsOf("m", 256, 384, format);
        QCOMPARE(tensors.size(), std::size_t{2});
        QCOMPARE(tensors[0].shape, (std::vector<std::int64_t>{256, 384}));
        QCOMPARE(tensors[1].shape, (std::vector<std::int64_t>{2, 3}));
        QVERIFY(tensors[1].dtype == DType::BF16);

        const recipe::Recipe recipe = recipeWith(*demo_, [](const WeightMatrix& matrix) -> std::string {
            return matrix.role == Role::Embedding || matrix.role == Role::Head ? "bf16" : "fp8-e4m3-block-bf16";
        });
        const VerifyReport report = verifyCompressedTensors(exported(recipe), *demo_, {});
        QCOMPARE(report.tensorBytes, compressedTensorsBytes(*demo_, recipe));
    }

    void patternsAreFewAndExact() {
        QCOMPARE(compressed::targetsFor({"model.layers.0.mlp.up_proj", "model.layers.11.mlp.up_proj",
                                         "model.layers.2.mlp.up_proj", "lm_head"}),
                 (std::vector<std::string>{"lm_head", "re:^model[.]layers[.](0|2|11)[.]mlp[.]gate_up_proj$",
                                           "re:^model[.]layers[.](0|2|11)[.]mlp[.]up_proj$"}));
    }

    /// The known failures of peers: fused layers of two formats, groups that do not divide, bits that old loaders lack.
    void whatWouldNotLoadIsRefusedNamingMatrixAndRule() {
        const auto refused = [&](const std::function<std::string(const WeightMatrix&)>& formatOf, bool widest,
                                 const char* matrix, const char* rule) {
            const recipe::Recipe recipe = recipeWith(*demo_, formatOf);
            const fs::path target = newPath();
            DQ_THROWS(writeCompressedTensors(*demo_, recipe, target, {.widest = widest}, {}), matrix, rule);
            QVERIFY(!fs::exists(target));
        };
        const auto only = [](Role role, const char* format) {
            return [=](const WeightMatrix& m) -> std::string {
                return m.role == role ? format : (m.role == Role::Embedding ? "bf16" : "int4-g32-bf16");
            };
        };
        refused(only(Role::K, "int8-g32-bf16"), false, "model.layers.0.self_attn.k_proj", "share a format");
        refused(only(Role::O, "nf4-g64"), false, "model.layers.0.self_attn.o_proj", "no such format");
        refused(only(Role::O, "int5-g32-bf16"), true, "model.layers.0.self_attn.o_proj", "4 and 8 bits only");
        refused(only(Role::Embedding, "int8-g32"), false, "model.embed_tokens", "keep it in bf16");
        refused(only(Role::O, "int8-row-mse"), false, "model.layers.0.self_attn.o_proj", "int8-row-bf16-mse keeps its scales");
        refused(only(Role::O, "int8-g64-f32"), false, "model.layers.0.self_attn.o_proj", "int8-g64-bf16 keeps its scales");
        refused(only(Role::Down, "fp8-e4m3"), false, "model.layers.0.mlp.down_proj", "fp8-e4m3-bf16 keeps its scales");
    }

    /// vLLM computes q, k and v under one global scale, whatever the file says of each.
    void fusedNvfp4MatricesShareTheirGlobalScaleAndKeepTheirWeights() {
        const recipe::Recipe recipe = recipeWith(*demo_, mixedFormat);
        const auto written = checkpoint::Checkpoint::open(exported(recipe));
        std::map<int, std::set<float>> globals;
        for (const WeightMatrix& matrix : demo_->matrices()) {
            const format::Format& format = format::get(mixedFormat(matrix));
            if (format.name != "nvfp4") continue;
            std::vector<std::span<const std::byte>> parts;
            for (const char* part : {".weight_packed", ".weight_scale", ".weight_global_scale"})
                parts.push_back(written->get(matrix.name + part).bytes);
            const Packed found = compressed::packedFrom(parts, matrix.rows, matrix.cols, format);
            globals[matrix.block].insert(found.global);
            QCOMPARE(unpacked(found, matrix.rows, matrix.cols, format),
                     rounded(demo_->tensor(matrix).floats(), matrix.rows, matrix.cols, format));
        }
        QCOMPARE(globals.size(), std::size_t{2});  // blocks 0 and 3
        for (const auto& [block, values] : globals)
            QCOMPARE(values.size(), std::size_t{1});
    }

    void groupScalesMoveByPowersOfTwoOrNotAtAll() {
        Packed matrix;
        matrix.global = 0.5f;
        matrix.scales = {std::byte{0x7e}, std::byte{0x39}, std::byte{0x00}};  // 448, 1.125, 0

        const auto moved = compressed::underGlobal(matrix, 4);

        QCOMPARE(moved->scales, (std::vector<std::byte>{std::byte{0x66}, std::byte{0x21}, std::byte{0x00}}));
        QCOMPARE(moved->global, 4.0f);
        QVERIFY(!compressed::underGlobal(matrix, 64));  // 1.125 / 128 has no place among E4M3's denormals
        QVERIFY(!compressed::underGlobal(matrix, 0.75f));
    }

    /// BF16 reaches further down than F16: what a loader of an F16 model would flush is refused.
    void scalesThatTheModelsTypeCannotHoldAreRefused() {
        const format::Format& format = format::get("int4-g32-bf16");
        const auto scaled = [&](float weight) {
            return packed(std::vector<float>(32, weight), 1, 32, format);
        };
        compressed::requireKept(scaled(0.01f), format, DType::F16);
        compressed::requireKept(scaled(1e-9f), format, DType::BF16);
        DQ_THROWS(compressed::requireKept(scaled(1e-9f), format, DType::F16), "scale 0", "F16");
        QVERIFY(!compressed::scaleComplaint(format::get("int4-g32"), DType::F16));
        QVERIFY(compressed::scaleComplaint(format::get("int4-g32"), DType::BF16));
        QVERIFY(compressed::scaleComplaint(format::get("int4-g32-f32"), DType::F16));
        QVERIFY(!compressed::scaleComplaint(format::get("nvfp4"), DType::BF16));
    }

    /// gpt2 stores its products turned, newer files of experts stack them: plain exports keep that, no loader reads it packed.
    void turnedAndStackedTensorsArePlainOrRefused() {
        for (const auto& [name, why] : {std::pair{"gpt2", "stored turned"}, {"qwen3_5_moe", "one tensor of all experts"}}) {
            const auto model = model::Model::open(std::string(DQ_SOURCE_DIR "/tests/fixtures/torch/") + name);
            const recipe::Recipe recipe = recipeWith(*model, [](const WeightMatrix& m) { return std::string(m.rows % 3 ? "int4-g32" : "int8-g32"); });
            const fs::path target = newPath();
            const recipe::Recipe plain = recipeWith(*model, [](const WeightMatrix&) { return std::string("bf16"); });
            DQ_THROWS(writeCompressedTensors(*model, plain, target, {}, {}), why, "the target hf");
            QVERIFY(!fs::exists(target));

            const VerifyReport report = exportTo(targetOf("hf"), *model, recipe, target, {}, {});

            QCOMPARE(report.matrices, std::ssize(model->matrices()));
            QCOMPARE(verifyDequantized(target, *model, {}).weights, model->weights());
            const auto read = model::Model::open(target);
            const recipe::Formats formats(recipe);
            for (const WeightMatrix& matrix : model->matrices()) {
                std::vector<float> expected = rounded(model->tensor(matrix).floats(), matrix.rows, matrix.cols, formats.of(matrix.name));
                for (float& weight : expected) weight = fromBf16(toBf16(weight));
                QVERIFY2(read->tensor(read->matrices()[read->indexOf(matrix.name).value()]).floats() == expected, matrix.name.c_str());
            }
        }
    }

    void aChangedByteOrTargetIsFound() {
        const recipe::Recipe recipe = recipeWith(*demo_, mixedFormat);
        const fs::path tampered = exported(recipe);
        std::fstream file(tampered / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-1000, std::ios::end);
        const int was = file.peek();
        file.seekp(-1000, std::ios::end);
        file.put(static_cast<char>(was ^ 1));
        file.close();
        DQ_THROWS(verifyCompressedTensors(tampered, *demo_, {}), "model.safetensors", "byte");

        const fs::path lying = exported(recipe);
        std::string config = readText(lying / "config.json");
        const std::string from = "\"ignore\": [";
        config.replace(config.find(from), from.size(), from + "\"re:.*down_proj\", ");
        fs::remove(lying / "config.json");
        std::ofstream(lying / "config.json") << config;
        DQ_THROWS(verifyCompressedTensors(lying, *demo_, {}), "down_proj", "unquantized");
    }

    void theDequantizedCheckpointHoldsTheRoundedWeights() {
        const recipe::Recipe recipe = recipeWith(*demo_, mixedFormat);
        const fs::path target = newPath();
        writeDequantized(*demo_, recipe, target, {}, {});

        const auto opened = model::Model::open(target);
        const WeightMatrix& matrix = demo_->matrices()[3];
        const std::vector<float> expected = rounded(demo_->tensor(matrix).floats(), matrix.rows, matrix.cols,
                                                    format::get(mixedFormat(matrix)));
        const std::vector<float> found = opened->tensor(matrix).floats();
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(std::abs(found[i] - expected[i]) <= std::abs(expected[i]) / 256);  // half a step of BF16
        QCOMPARE(verifyAny(target, demo_.get(), {}).matrices, std::int64_t{30});
        DQ_THROWS(verifyAny(target, nullptr, {}), "only a native checkpoint");
    }

private:
    static QList<QByteArray> fixtureLines(const char* name) {
        QFile file(QString(DQ_SOURCE_DIR "/tests/fixtures/export/") + name);
        if (!file.open(QFile::ReadOnly)) return {};
        return file.readAll().trimmed().split('\n');
    }
    /// Two's complement codes packed as kernels/bit_pack.hpp says.
    static std::vector<std::byte> codesOf(const std::vector<float>& numbers, int bits) {
        std::vector<std::byte> bytes(numbers.size() * static_cast<std::size_t>(bits) / 8);
        for (std::size_t i = 0; i < numbers.size(); ++i)
            for (int k = 0; k < bits; ++k)
                if (static_cast<int>(numbers[i]) >> k & 1) {
                    const std::size_t bit = i * static_cast<std::size_t>(bits) + static_cast<std::size_t>(k);
                    bytes[bit / 8] |= static_cast<std::byte>(1 << bit % 8);
                }
        return bytes;
    }
};

DQ_TEST(CompressedTensorsTest);

#include "compressed_tensors_test.moc"
