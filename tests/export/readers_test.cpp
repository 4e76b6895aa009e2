// The readers that ship as documentation, on every format: the same floats as the quantizer's own.
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <cstring>

#include "core/base/atomic_file.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/native.hpp"
#include "core/export/rounded.hpp"
#include "resources/readers/dynaquant_native.hpp"
#include "tests/export/recipes.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using model::WeightMatrix;

namespace {

/// Every format of the catalogue, and the kinds that it lacks.
std::vector<std::string> everyFormat() {
    std::vector<std::string> names{"int9-g32",      "int12-g64",        "int4a-row-bf16", "fp4-g64-dq",    "nf4-g64-dq", "mxfp6-e2m3", "mxfp6-e3m2", "mxfp8-e4m3",
                                   "mxfp8-e5m2",    "fp8-e4m3-tensor",  "fp8-e4m3-block", "int4-g32-f32"};
    for (const format::Format& format : format::catalogue())
        if (format.encoding.element != kernels::Element::Block) names.push_back(format.name);
    return names;
}

constexpr const char* script =
    "import sys, pathlib\n"
    "sys.path.append(sys.argv[1])\n"
    "import dynaquant_native\n"
    "read = dynaquant_native.read(sys.argv[2])\n"
    "pathlib.Path(sys.argv[3]).write_bytes(b''.join(read[name].astype('<f4').tobytes() for name in sys.argv[4:]))\n";

}  // namespace

class ReadersTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> model_;
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }

    /// Exports with the formats from `first` on, one a matrix.
    recipe::Recipe exported(const fs::path& target, std::size_t first) const {
        const std::vector<std::string> names = everyFormat();
        const recipe::Recipe recipe = test::recipeWith(*model_, [&, next = first](const WeightMatrix&) mutable { return names[next++ % names.size()]; });
        exporting::writeNative(*model_, recipe, target, {}, {});
        return recipe;
    }
    std::vector<float> expected(const recipe::Recipe& recipe, std::size_t m) const {
        const WeightMatrix& matrix = model_->matrices()[m];
        return exporting::rounded(model_->tensor(matrix).floats(), matrix.rows, matrix.cols, format::get(recipe.entries[m].format));
    }

private slots:
    void initTestCase() {
        const fs::path folder = newPath();
        test::writeTinyModel(folder, test::tinyTensors());
        model_ = model::Model::open(folder);
    }

    void theHeaderReadsEveryFormat() {
        for (std::size_t first = 0; first < everyFormat().size(); first += model_->matrices().size()) {
            const fs::path target = newPath();
            const recipe::Recipe recipe = exported(target, first);
            const dynaquant::NativeReader reader(target);
            for (std::size_t m = 0; m < recipe.entries.size(); ++m)
                QVERIFY2(reader.weights(recipe.entries[m].matrix) == expected(recipe, m), recipe.entries[m].format.c_str());
        }
    }

    void theHeaderRefusesWhatIsCutShort() {
        const fs::path target = newPath();
        exported(target, 0);
        const std::string whole = readText(target / "model.safetensors");
        for (const std::size_t length : {std::size_t{0}, std::size_t{7}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
            writeFile(target / "model.safetensors", whole.substr(0, length));
            QVERIFY_THROWS_EXCEPTION(std::exception, dynaquant::NativeReader{target});
        }
    }

    void thePythonFileReadsEveryFormat() {
        const QString python = QStandardPaths::findExecutable("python3");
        QProcess numpy;
        numpy.start(python, {"-c", "import numpy"});
        if (python.isEmpty() || !numpy.waitForFinished() || numpy.exitCode() != 0) QSKIP("needs python3 with numpy");
        for (std::size_t first = 0; first < everyFormat().size(); first += model_->matrices().size()) {
            const fs::path target = newPath(), out = newPath();
            const recipe::Recipe recipe = exported(target, first);
            QStringList arguments{"-c", script, DQ_SOURCE_DIR "/resources/readers", target.c_str(), out.c_str()};
            for (const WeightMatrix& matrix : model_->matrices()) arguments << QString::fromStdString(matrix.name + ".weight");
            QProcess process;
            process.start(python, arguments);
            QVERIFY(process.waitForFinished());
            QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
            const std::string bytes = readText(out);
            std::size_t at = 0;
            for (std::size_t m = 0; m < recipe.entries.size(); ++m) {
                const std::vector<float> wanted = expected(recipe, m);
                std::vector<float> found(wanted.size());
                QVERIFY(at + 4 * found.size() <= bytes.size());
                std::memcpy(found.data(), bytes.data() + at, 4 * found.size());
                at += 4 * found.size();
                QVERIFY2(found == wanted, recipe.entries[m].format.c_str());
            }
        }
    }
};

DQ_TEST(ReadersTest);
#include "readers_test.moc"
