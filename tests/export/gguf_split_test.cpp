// A GGUF file in parts: together they are the one file.
#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/opened.hpp"
#include "core/checkpoint/gguf/splits.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/target.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
namespace gguf = dq::checkpoint::gguf;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;

class GgufSplitTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");

    fs::path pathOf(const std::string& name) { return fs::path(temporary_.path().toStdString()) / name; }
    recipe::Recipe all(const char* format) {
        return recipeWith(*demo_, [format](const model::WeightMatrix&) { return std::string(format); });
    }

private slots:
    void namesAreReadAndWritten() {
        const auto name = gguf::splitNameOf("/x/a-b-00002-of-00013.gguf");
        QVERIFY(name && name->stem == "a-b" && name->index == 1 && name->count == 13);
        QCOMPARE(gguf::fileName(*name), std::string("a-b-00002-of-00013.gguf"));
        for (const char* const whole : {"a.gguf", "a-00000-of-00002.gguf", "a-00003-of-00002.gguf", "-00001-of-00002.gguf", "a-0001-of-00002.gguf"})
            QVERIFY2(!gguf::splitNameOf(whole), whole);
    }

    void thePartsAreTheWhole() {
        const recipe::Recipe recipe = all("q6_k");
        const GgufWritten whole = writeGguf(*demo_, recipe, pathOf("whole.gguf"), {});

        const GgufWritten parts = writeGguf(*demo_, recipe, pathOf("parts.gguf"), {}, {}, {.splitBytes = 600'000});

        QCOMPARE(parts.first.filename().string().substr(0, 15), std::string("parts-00001-of-"));
        const gguf::Opened one = gguf::open(whole.first), several = gguf::open(parts.first);
        QVERIFY(several.parts.size() >= 5);
        std::size_t at = 0;
        for (const gguf::Read& part : several.parts)
            for (std::size_t i = 0; i < part.data.size(); ++i, ++at) {
                QVERIFY(part.header.tensors[i] == one.parts[0].header.tensors[at]);
                QVERIFY(std::ranges::equal(part.data[i], one.parts[0].data[at]));
            }
        QCOMPARE(at, one.parts[0].data.size());
        QVERIFY(several.parts[1].find("general.architecture") == nullptr);
        QCOMPARE(std::get<std::uint16_t>(*several.parts[1].find("split.no")), std::uint16_t{1});
        QCOMPARE(verifyGguf(parts.first, *demo_, {}).fileBytes, ggufFileBytes(*demo_, recipe, {.splitBytes = 600'000}));
        DQ_THROWS(writeGguf(*demo_, recipe, pathOf("parts.gguf"), {}, {}, {.splitBytes = 600'000}), "exists already");
    }

    void aModelInPartsOpens() {
        const recipe::Recipe recipe = all("bf16");
        const ExportOptions options{.splitBytes = 2'000'000};
        const VerifyReport report = exportTo(targetOf("gguf"), *demo_, recipe, pathOf("model.gguf"), options, {});
        QCOMPARE(report.fileBytes, plannedFileBytes(targetOf("gguf"), *demo_, recipe, options));
        fs::path last;
        for (const auto& entry : fs::directory_iterator(pathOf("")))
            if (entry.path().filename().string().starts_with("model-")) last = std::max(last, entry.path());

        const auto model = model::Model::open(last);

        QCOMPARE(model->weights(), demo_->weights());
        QCOMPARE(model->checkpoint().get("lm_head.weight").floats(), demo_->checkpoint().get("lm_head.weight").floats());
    }

    void aCancelledExportLeavesNothing() {
        const auto before = std::distance(fs::directory_iterator(pathOf("")), {});
        const std::atomic<bool> stop = true;
        const Progress cancelled({}, &stop);
        QVERIFY_EXCEPTION_THROWN(writeGguf(*demo_, all("q8_0"), pathOf("stop.gguf"), cancelled, {}, {.splitBytes = 600'000}), Cancelled);
        QCOMPARE(std::distance(fs::directory_iterator(pathOf("")), {}), before);
    }
};

DQ_TEST(GgufSplitTest);
#include "gguf_split_test.moc"
