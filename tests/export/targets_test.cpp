// Every target with every palette: what a target loads of it is written, read back and as large as was predicted.
#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/compressed_tensors.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/target.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using model::Role;
using model::WeightMatrix;

namespace {

/// The same for matrices that vLLM makes one layer of.
std::size_t layerOf(const WeightMatrix& matrix) {
    const auto of = [&](std::size_t kind) { return 2 + static_cast<std::size_t>(matrix.block) * 4 + kind; };
    switch (matrix.role) {
        case Role::Embedding:
            return 0;
        case Role::Q:
        case Role::K:
        case Role::V:
            return of(0);
        case Role::O:
            return of(1);
        case Role::Gate:
        case Role::Up:
            return of(2);
        case Role::Down:
            return of(3);
        default:
            return 1;
    }
}

constexpr std::size_t layersOfDemo = 18;

/// Of the file, or of everything in the folder.
Bytes bytesAt(const fs::path& path) {
    if (fs::is_regular_file(path)) return static_cast<Bytes>(fs::file_size(path));
    Bytes sum = 0;
    for (const auto& entry : fs::directory_iterator(path))
        sum += static_cast<Bytes>(entry.file_size());
    return sum;
}

}  // namespace

class TargetsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");

    /// The palette's formats, from `first` on, layer by layer.
    recipe::Recipe recipeOf(const std::vector<std::string>& formats, std::size_t first, bool plainEmbedding) const {
        return test::recipeWith(*demo_, [&](const WeightMatrix& matrix) -> std::string {
            if (plainEmbedding && matrix.role == Role::Embedding) return "bf16";
            return formats[(first + layerOf(matrix)) % formats.size()];
        });
    }

    /// Those that the target can hold, asked one by one; not those that look at inputs, which inputs_test.cpp writes.
    std::vector<std::string> loadable(const std::string& target, const std::vector<std::string>& formats) const {
        std::vector<std::string> all;
        for (const std::string& format : formats) {
            if (format::get(format).looksAtInput()) continue;
            const recipe::Recipe alone = recipeOf({format}, 0, target == "compressed-tensors");
            const bool loads = target == "compressed-tensors" ? loaderComplaints(*demo_, alone).empty()
                               : target == "gguf"             ? ggufComplaints(*demo_, alone).empty()
                                                              : true;
            if (loads) all.push_back(format);
        }
        return all;
    }

    void writeAndVerify(const std::string& target, const recipe::Recipe& recipe) {
        const fs::path output = fs::path(temporary_.path().toStdString()) / "out";

        const VerifyReport written = exportTo(targetOf(target), *demo_, recipe, output, {}, {});
        const VerifyReport again = verifyAny(output, demo_.get(), {});

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
        const std::vector<std::string> formats =
            loadable(name, format::palette(palette.toStdString()).formats);
        QVERIFY(!formats.empty());

        // The packed form, which holds them all, is tried with each of them.
        const bool each = name == "native" && palette == "all";
        const std::size_t rounds = each ? (formats.size() + layersOfDemo - 1) / layersOfDemo : 1;
        for (std::size_t round = 0; round < rounds; ++round)
            writeAndVerify(name, recipeOf(formats, round * layersOfDemo, name == "compressed-tensors"));
    }

    /// A palette named after what loads it holds nothing else.
    void thePalettesOfTheLoadersLoadWhole() {
        for (const auto& [target, palette] : {std::pair{"compressed-tensors", "vllm"}, {"gguf", "gguf"}}) {
            const std::vector<std::string> formats = format::palette(palette).formats;
            QCOMPARE(loadable(target, formats), formats);
            QVERIFY(formats.size() > 10);
        }
    }
};

DQ_TEST(TargetsTest);
#include "targets_test.moc"
