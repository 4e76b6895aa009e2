// Every target with every palette: what a target loads of it is written, quantized a second time and compared, and as large as
// was predicted; what it does not load is refused with a sentence. Which is which stands in `holds`.
#include <QTemporaryDir>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/compressed_tensors.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/seed_folder.hpp"
#include "core/export/target.hpp"
#include "core/format/names.hpp"
#include "core/measure/measure.hpp"
#include "core/store/store.hpp"
#include "tests/export/recipes.hpp"
#include "tests/measure/fake_pass.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using model::Role;
using model::WeightMatrix;

namespace {

bool isQkv(const WeightMatrix& matrix) {
    return matrix.role == Role::Q || matrix.role == Role::K || matrix.role == Role::V;
}

/// The same for matrices that vLLM makes one layer of; absent but in attention, which is small enough for so many exports.
std::optional<std::size_t> layerOf(const WeightMatrix& matrix) {
    if (matrix.role != Role::O && !isQkv(matrix)) return {};
    return static_cast<std::size_t>(2 * matrix.block) + (isQkv(matrix) ? 0 : 1);
}

constexpr std::size_t layersOfDemo = 8;

/// How many formats of a palette the targets hold; native and hf hold all. The seed's F32 scales are in no palette, so it holds bf16
/// alone of each (seed_test has its own formats).
struct Row {
    const char* palette;
    std::size_t compressed, compressedAsKin, gguf, seed = 1;

    std::size_t heldBy(const std::string& target, std::size_t asked) const {
        return target == "compressed-tensors" ? compressed : target == "gguf" ? gguf : target == "seed" ? seed : asked;
    }
};
constexpr Row holds[] = {
    {"all", 6, 41, 1},           {"int", 1, 39, 1},       {"int-g32", 1, 13, 1},  {"int-g64", 1, 13, 1}, {"int-g128", 1, 13, 1},
    {"hardware", 3, 2, 1},       {"int-hardware", 1, 9, 1}, {"vllm", 34, 0, 1},   {"marlin", 13, 0, 1},  {"bitsandbytes", 1, 0, 1},
    {"gguf", 1, 0, 13},          {"imx", 3, 18, 1},       {"fisher", 3, 18, 1},   {"gptq", 3, 9, 1},     {"gguf-imx", 1, 0, 13},
};

struct Held {
    std::vector<std::string> formats;
    std::size_t asTheyAre = 0, asKin = 0;
};

/// Of the file, or of everything in the folder.
Bytes bytesAt(const fs::path& path) {
    if (fs::is_regular_file(path)) return static_cast<Bytes>(fs::file_size(path));
    Bytes sum = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) sum += static_cast<Bytes>(entry.file_size());
    return sum;
}

}  // namespace

class TargetsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");

    std::string table_;  // its key
    std::map<std::pair<std::string, std::string>, std::string> refusals_;  // of a target and a format

    fs::path path(const char* name) const { return fs::path(temporary_.path().toStdString()) / name; }
    InputSource inputs() const { return inputsIn(path("cache")); }

    /// The palette's formats, from `first` on, layer by layer; of a table that knows all inputs.
    recipe::Recipe recipeOf(const std::vector<std::string>& formats, std::size_t first = 0) const {
        recipe::Recipe recipe = test::recipeWith(*demo_, [&](const WeightMatrix& matrix) -> std::string {
            const auto layer = layerOf(matrix);
            return layer ? formats[(first + *layer) % formats.size()] : "bf16";
        });
        recipe.tableKey = table_;
        return recipe;
    }

    /// Empty: the target holds the format.
    std::string refusalOf(const std::string& target, const std::string& format) {
        const auto [known, isNew] = refusals_.emplace(std::pair(target, format), "");
        if (!isNew || target == "native" || target == "hf") return known->second;
        const recipe::Recipe alone = recipeOf({format});
        const auto complaints = target == "gguf"   ? ggufComplaints(*demo_, alone)
                                : target == "seed" ? seedComplaints(*demo_, alone)
                                                   : loaderComplaints(*demo_, alone);
        return known->second = complaints.empty() ? "" : complaints.front();
    }

    /// The formats asked one by one. One that is refused for its scales counts by its kin that the sentence names.
    Held heldBy(const std::string& target, const std::vector<std::string>& formats) {
        Held held;
        for (const std::string& format : formats) {
            const std::string refusal = refusalOf(target, format);
            const auto kin = format::withBf16Scales(format::get(format));
            const bool told = kin && refusal.find(*kin + " keeps its scales") != std::string::npos;
            if (refusal.empty() || told) held.formats.push_back(told ? *kin : format);
            held.asTheyAre += refusal.empty();
            held.asKin += told;
        }
        return held;
    }

    void writeAndVerify(const std::string& target, const recipe::Recipe& recipe) {
        const fs::path output = path("out");

        const VerifyReport written = exportTo(targetOf(target), *demo_, recipe, output, {}, {}, inputs());
        const VerifyReport again = verifyAny(output, demo_.get(), {}, inputs());

        QCOMPARE(again.matrices, std::int64_t{30});
        QCOMPARE(again.fileBytes, written.fileBytes);
        QCOMPARE(written.fileBytes, plannedFileBytes(targetOf(target), *demo_, recipe));
        QCOMPARE(written.fileBytes, bytesAt(output));
        if (target == "compressed-tensors") QCOMPARE(again.tensorBytes, compressedTensorsBytes(*demo_, recipe));
        if (target == "native") QCOMPARE(again.tensorBytes, recipe.bytes);
        if (target == "gguf")
            QVERIFY(readText(output).find(recipe::toJson(recipe)) != std::string::npos);
        else
            QVERIFY(recipe::read(output / "recipe.json") == recipe);
        fs::remove_all(output);
    }

private slots:
    /// Hessians and sensitivities of the whole demo, from a pass that is arithmetic.
    void initTestCase() {
        test::FakePass pass(test::FakePass::Behaviour{.slabRows = 1024});
        const measure::MeasureOptions options{.palette = "int2-g128-gptq,int2-g128-fisher"};
        const store::Store store(path("cache"));
        const measure::Key key = measure::keyOf(*demo_, test::fakeSamples(), options, pass);
        store.write(*measure::measure(*demo_, test::fakeSamples(), options, pass, *store.notebook(key), {}, {}));
        table_ = key.hex();
    }

    void everyTargetHoldsEveryPalette_data() {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("palette");
        for (const Target& target : targets())
            for (const format::Palette& palette : format::palettes())
                QTest::addRow("%s %s", target.name.c_str(), palette.name.c_str())
                    << QString::fromStdString(target.name) << QString::fromStdString(palette.name);
    }

    void everyTargetHoldsEveryPalette() {
        QFETCH(QString, target);
        QFETCH(QString, palette);
        const std::string name = target.toStdString();
        const std::vector<std::string> asked = format::palette(palette.toStdString()).formats;
        const auto row = std::ranges::find(holds, palette.toStdString(), &Row::palette);
        QVERIFY2(row != std::end(holds), "a palette that nobody said anything of");
        const Held held = heldBy(name, asked);

        QCOMPARE(held.asTheyAre, row->heldBy(name, asked.size()));
        QCOMPARE(held.asKin, name == "compressed-tensors" ? row->compressedAsKin : 0);
        // The packed form, which holds them all, is tried with each of them.
        const bool each = name == "native" && palette == "all";
        const std::size_t rounds = each ? (held.formats.size() + layersOfDemo - 1) / layersOfDemo : 1;
        for (std::size_t round = 0; round < rounds; ++round)
            writeAndVerify(name, recipeOf(held.formats, round * layersOfDemo));
    }

    /// Before a byte is written, naming matrix and format; also where the mix holds but one such matrix.
    void whatATargetDoesNotHoldIsRefusedBeforeAByte() {
        const std::string odd = demo_->matrices()[4].name;  // o of block 0, which nothing is fused with
        std::set<std::string> seen;
        for (const format::Palette& palette : format::palettes())
            for (const std::string& format : palette.formats)
                for (const char* const target : {"compressed-tensors", "gguf", "seed"}) {
                    if (!seen.insert(target + format).second || refusalOf(target, format).empty()) continue;
                    recipe::Recipe recipe = test::recipeWith(*demo_, [&](const WeightMatrix& matrix) { return matrix.name == odd ? format : "bf16"; });
                    recipe.tableKey = table_;
                    DQ_THROWS(exportTo(targetOf(target), *demo_, recipe, path("refused"), {}, {}, inputs()), odd.c_str(), format.c_str());
                    QVERIFY(!fs::exists(path("refused")));
                }
        QVERIFY(seen.size() > 200);
    }

    /// A palette named after what loads it holds nothing else.
    void thePalettesOfTheLoadersLoadWhole() {
        for (const auto& [target, palette] :
             {std::pair{"compressed-tensors", "vllm"}, {"compressed-tensors", "marlin"}, {"gguf", "gguf"}, {"gguf", "gguf-imx"}}) {
            const std::vector<std::string> formats = format::palette(palette).formats;
            QCOMPARE(heldBy(target, formats).formats, formats);
            QVERIFY(formats.size() > 10);
        }
    }

    /// Without the table that the recipe names nothing is quantized in another way.
    void whatLooksAtInputsIsRefusedWithoutThem_data() {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("format");
        for (const char* const format : {"int3-g32-bf16-imx-gptq", "q4_k-imx"})
            for (const Target& target : targets())
                if (refusalOf(target.name, format).empty()) QTest::addRow("%s %s", target.name.c_str(), format) << QString::fromStdString(target.name) << format;
    }

    void whatLooksAtInputsIsRefusedWithoutThem() {
        QFETCH(QString, target);
        QFETCH(QString, format);
        const recipe::Recipe recipe = recipeOf({format.toStdString()});
        const fs::path output = path("blind");
        const auto write = [&](const InputSource& source) { return exportTo(targetOf(target.toStdString()), *demo_, recipe, output, {}, {}, source); };

        DQ_THROWS(write(inputsIn(path("nowhere"))), "--cache", table_.c_str());
        DQ_THROWS(write({}), format.toStdString().c_str());
        QVERIFY(!fs::exists(output));
        write(inputs());
        DQ_THROWS(verifyAny(output, demo_.get(), {}, inputsIn(path("nowhere"))), "--cache", table_.c_str());
        fs::remove_all(output);
    }
};

DQ_TEST(TargetsTest);
#include "targets_test.moc"
