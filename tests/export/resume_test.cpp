// An export that is killed is taken up again where its last whole file ends.
#include <QTemporaryDir>
#include <csignal>
#include <fstream>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/native.hpp"
#include "core/export/target.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using dq::test::recipeWith;

namespace {

constexpr NativeOptions small{.shardBytes = 400'000};  // some files of the demo

}  // namespace

class ResumeTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> demo_ = model::Model::open(DQ_SOURCE_DIR "/resources/demo");
    recipe::Recipe recipe_ = recipeWith(*demo_, [](const model::WeightMatrix&) { return std::string("int4-g32"); });
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    static fs::path unfinishedOf(const fs::path& target) { return target.parent_path() / ("." + target.filename().string() + ".unfinished"); }

    static fs::path firstFile(const fs::path& folder) {
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            if (entry.path().filename().string().starts_with("model-00001-of-")) return entry.path();
        return {};
    }

    /// Another process exports and dies by SIGKILL after so many pieces.
    void killedAfter(const fs::path& target, std::int64_t pieces) {
        const pid_t child = ::fork();
        if (child == 0) {
            const Progress deadly([&](const Step& step) { if (step.done == pieces) ::kill(::getpid(), SIGKILL); });
            writeNative(*demo_, recipe_, target, small, deadly);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        QVERIFY(!fs::exists(target));
        QVERIFY(fs::exists(unfinishedOf(target)));
    }

    /// Which pieces are packed: what is taken over is reported file by file.
    std::set<std::string> packedBy(const fs::path& target, const recipe::Recipe& recipe) {
        std::set<std::string> units;
        writeNative(*demo_, recipe, target, small, Progress([&](const Step& step) { units.emplace(step.unit); }));
        return units;
    }

private slots:
    void aKilledExportLeavesNothingUnderItsNameAndIsDoneAgain_data() {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("format");
        QTest::newRow("native") << "native" << "int4-g32";
        QTest::newRow("compressed-tensors") << "compressed-tensors" << "int4-g32-bf16";
        QTest::newRow("gguf") << "gguf" << "q8_0";
        QTest::newRow("hf") << "hf" << "int4-g32";
        QTest::newRow("seed") << "seed" << "int4-g32-f32";
    }
    void aKilledExportLeavesNothingUnderItsNameAndIsDoneAgain() {
        QFETCH(QString, target);
        QFETCH(QString, format);
        const fs::path parent = newPath(), output = parent / "out";
        fs::create_directories(parent);
        const recipe::Recipe recipe = recipeWith(*demo_, [&](const model::WeightMatrix& matrix) {
            return matrix.role == model::Role::Embedding ? "bf16" : format.toStdString();
        });
        const auto write = [&](const Progress& progress) { return exportTo(targetOf(target.toStdString()), *demo_, recipe, output, {}, progress); };

        const pid_t child = ::fork();
        if (child == 0) {
            write(Progress([](const Step& step) { if (step.done == 10) ::kill(::getpid(), SIGKILL); }));
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        QVERIFY(!fs::exists(output));

        QCOMPARE(write({}).matrices, std::int64_t{30});
        QCOMPARE(verifyAny(output, demo_.get(), {}).matrices, std::int64_t{30});
        QVERIFY(!fs::exists(unfinishedOf(output)));
    }

    void wholeFilesOfAKilledExportAreKept() {
        const fs::path target = newPath(), straight = newPath();
        killedAfter(target, 20);

        const auto units = packedBy(target, recipe_);

        QVERIFY(units.contains(firstFile(target).filename().string()));
        QVERIFY(!units.contains("model.embed_tokens"));
        QVERIFY(!fs::exists(unfinishedOf(target)));
        QCOMPARE(verifyNative(target, demo_.get(), {}).matrices, std::int64_t{30});
        writeNative(*demo_, recipe_, straight, small, {});
        for (const fs::directory_entry& entry : fs::directory_iterator(straight))
            QVERIFY2(readText(entry.path()) == readText(target / entry.path().filename()), entry.path().c_str());
        QCOMPARE(std::distance(fs::directory_iterator(target), {}), std::distance(fs::directory_iterator(straight), {}));
    }

    void aKeptFileThatChangedIsWrittenAgain() {
        const fs::path target = newPath();
        killedAfter(target, 20);
        std::fstream file(firstFile(unfinishedOf(target)), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-1000, std::ios::end);
        file.put('!');
        file.put('?');
        file.close();

        const auto units = packedBy(target, recipe_);

        QVERIFY(units.contains("model.embed_tokens"));
        QCOMPARE(verifyNative(target, demo_.get(), {}).matrices, std::int64_t{30});
    }

    void anotherExportStartsAnew() {
        const fs::path target = newPath();
        killedAfter(target, 20);
        const recipe::Recipe other = recipeWith(*demo_, [](const model::WeightMatrix&) { return std::string("int4-g64"); });

        const auto units = packedBy(target, other);

        QVERIFY(units.contains("model.embed_tokens"));
        QCOMPARE(verifyNative(target, demo_.get(), {}).matrices, std::int64_t{30});
    }

    void beforeTheFirstWholeFileNothingRemains() {
        const fs::path target = newPath();
        const Progress failing([](const Step& step) { if (step.done == 2) throw Error(Kind::Io, "the disk is full"); });

        DQ_THROWS(writeNative(*demo_, recipe_, target, small, failing), "disk is full");

        QVERIFY(!fs::exists(target) && !fs::exists(unfinishedOf(target)));
    }

    void twoProcessesDoNotFillOneFolder() {
        const fs::path target = newPath();
        bool asked = false;
        const Progress nested(
            [&](const Step&) {
                if (std::exchange(asked, true)) return;
                DQ_THROWS(writeNative(*demo_, recipe_, target, small, {}), "another process");
            });

        writeNative(*demo_, recipe_, target, small, nested);

        QVERIFY(asked);
        QCOMPARE(verifyNative(target, demo_.get(), {}).matrices, std::int64_t{30});
    }
};

DQ_TEST(ResumeTest);
#include "resume_test.moc"
