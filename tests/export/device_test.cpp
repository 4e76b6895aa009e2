// Packing on a CUDA device: the same files; where there is none, a sentence and no file.
#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/target.hpp"
#include "kernels/cuda.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;

class DeviceTest : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");

    fs::path pathOf(const std::string& name) { return fs::path(temporary_.path().toStdString()) / name; }
    recipe::Recipe all(const std::string& format) {
        return test::recipeWith(*demo_, [&format](const model::WeightMatrix&) { return format; });
    }

private slots:
    void withoutADeviceNothingIsWritten() {
        if (kernels::cudaAvailable()) QSKIP("a CUDA device is there: nothing is refused");
        for (const Target& target : targets()) {
            const recipe::Recipe recipe = all(target.name == "gguf" ? "q4_k" : "bf16");
            DQ_THROWS(exportTo(target, *demo_, recipe, pathOf("refused"), {.device = Device::Cuda}, {}), "no CUDA device", "nothing was packed");
            QVERIFY(fs::is_empty(pathOf("")));
        }
        exportTo(targetOf("native"), *demo_, all("int4-g32"), pathOf("here"), {}, {});  // the refusal is forgotten
    }

    void theFilesAreTheSame() {
        if (!kernels::cudaAvailable()) QSKIP("no CUDA device here, or a build without CUDA: nothing was packed on one");
        for (const char* const format : {"int4-g32", "nvfp4", "mxfp4", "fp8-e4m3", "int3-g64-mse", "q4_k"}) {
            const auto write = [&](Device device) {
                const fs::path path = pathOf(std::string(format) + (device == Device::Cuda ? ".device" : ".here"));
                exportTo(targetOf("native"), *demo_, all(format), path, {.device = device}, {});
                return readText(path / "model.safetensors");
            };
            QVERIFY2(write(Device::Cuda) == write(Device::Processor), format);
        }
    }
};

DQ_TEST(DeviceTest);
#include "device_test.moc"
