#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <csignal>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/parallel.hpp"
#include "core/store/store.hpp"
#include "tests/measure/fake_pass.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/store/full_disk.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using dq::store::Store;
using dq::test::FakePass;
using dq::test::fakeSamples;

/// A measurement that is stopped somewhere and begun again ends with the table of one that was not.
class ResumeTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> model_;
    measure::Key key_;
    std::string straight_;  // the bytes of the table of an undisturbed run
    std::chrono::microseconds undisturbed_{};  // what that run took
    int slabs_ = 0;
    int count_ = 0;
    const measure::MeasureOptions options_{.palette = "int2-g32-mse,int4-g32,int8-g32,nvfp4,bf16"};

    fs::path newFolder() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    fs::path parts(const fs::path& cache) const { return cache / (key_.hex() + ".parts"); }

    fs::path finish(const fs::path& cache, FakePass& pass) const {
        const Store store(cache);
        const auto notebook = store.notebook(key_);
        return store.write(*measure::measure(*model_, fakeSamples(), options_, pass, *notebook, {}, {}));
    }
    void crash(const fs::path& cache, int afterSlabs) const {
        FakePass pass({.crashAfterSlabs = afterSlabs});
        try {
            finish(cache, pass);
        } catch (const std::runtime_error&) {
        }
    }
    static void flip(const fs::path& path, std::size_t at) {
        std::string bytes = readText(path);
        bytes[at % bytes.size()] = static_cast<char>(bytes[at % bytes.size()] ^ 4);
        std::ofstream(path, std::ios::binary) << bytes;
    }

private slots:
    void initTestCase() {
        const fs::path folder = newFolder() / "tiny";
        test::writeTinyModel(folder, test::tinyTensors());
        model_ = model::Model::open(folder);
        FakePass pass;
        key_ = measure::keyOf(*model_, fakeSamples(), options_, pass);
        const auto begin = std::chrono::steady_clock::now();
        straight_ = readText(finish(newFolder(), pass));
        undisturbed_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
        slabs_ = pass.slabs;
    }

    void aCrashAnywhereCostsAtMostItsUnit() {
        const int longestUnit = 28;  // slabs of seven rows in a block
        for (int after = 0; after < slabs_; after += 3) {
            const fs::path cache = newFolder();

            crash(cache, after);
            FakePass pass;
            const fs::path table = finish(cache, pass);

            QVERIFY(readText(table) == straight_);
            QVERIFY2(pass.slabs <= slabs_ - after + longestUnit,
                     qPrintable(QString("%1 after %2").arg(pass.slabs).arg(after)));
            QVERIFY(!fs::exists(parts(cache)));
        }
    }

    void manyCrashesInARowEndWithTheSameTable() {
        const fs::path cache = newFolder();
        for (int i = 0; i < 8; ++i)
            crash(cache, 12 + i);
        FakePass pass;

        QVERIFY(readText(finish(cache, pass)) == straight_);
        QVERIFY(pass.slabs < slabs_);
    }

    void killedAtRandomItEndsWithTheSameTable() {
        limitThreads(1);  // a child made by fork() has only the thread that made it
        std::mt19937 random(11);
        int killed = 0, spared = 0;
        const auto latest = static_cast<unsigned>(std::clamp<std::int64_t>(undisturbed_.count() / 2, 2000, 900'000));
        for (int round = 0; round < 5; ++round) {
            const fs::path cache = newFolder();
            for (int kill = 0; kill < 6; ++kill)
                killed += runAndKill(cache, 200 + static_cast<useconds_t>(random() % latest));
            FakePass pass;
            QVERIFY(readText(finish(cache, pass)) == straight_);
            spared += slabs_ - pass.slabs;
            QCOMPARE(std::distance(fs::directory_iterator(cache), {}), std::ptrdiff_t{1});
        }
        limitThreads(0);
        qInfo("%d children killed before they were done; %d slabs did not have to be brought again", killed,
              spared);
        QVERIFY(spared > 0);
        QVERIFY(killed > 0);
    }

    void aDamagedPartIsNotTrusted() {
        for (const char* file : {"00000.unit", "00001.unit", "00002.unit", "00002.boundary"}) {
            const fs::path cache = newFolder();
            crash(cache, slabs_ - 1);
            flip(parts(cache) / file, 70);
            FakePass pass;

            QVERIFY(readText(finish(cache, pass)) == straight_);
            QCOMPARE(pass.slabs, slabs_);  // the boundary of an earlier unit is gone: from the start
        }
    }

    void aTornPartIsNotTrusted() {
        const fs::path cache = newFolder();
        crash(cache, slabs_ - 1);
        fs::resize_file(parts(cache) / "00002.unit", 40);
        FakePass pass;

        QVERIFY(readText(finish(cache, pass)) == straight_);
    }

    void killedBetweenBoundaryAndUnitItGoesOnFromTheUnitBefore() {
        const fs::path cache = newFolder();
        crash(cache, slabs_ - 1);
        const std::size_t done = 3;
        fs::copy(parts(cache) / "00002.boundary", parts(cache) / "00003.boundary");
        std::ofstream(parts(cache) / ".00003.unit.partial-1") << "half";

        const auto notebook = Store(cache).notebook(key_);

        QVERIFY(notebook->finished("layers.0"));
        QVERIFY(!notebook->finished("embedding"));
        QCOMPARE(notebook->boundary().size(), std::size_t{50});
        QCOMPARE(std::distance(fs::directory_iterator(parts(cache)), {}),
                 static_cast<std::ptrdiff_t>(done + 2));
    }

    void partsOfAnotherSchemaAreDropped() {
        const fs::path cache = newFolder();
        crash(cache, slabs_ - 1);
        for (const auto& entry : fs::directory_iterator(parts(cache)))
            if (entry.path().extension() == ".unit") flip(entry.path(), 7);

        QVERIFY(!Store(cache).notebook(key_)->finished("head"));
    }

    void aUnitThatLostSensitivitiesIsMeasuredAgain() {
        const measure::MeasureOptions options{.palette = "int4-g32-fisher,bf16"};
        FakePass whole, crashing({.crashAfterSlabs = slabs_ - 1});
        const measure::Key key = measure::keyOf(*model_, fakeSamples(), options, whole);
        const fs::path cache = newFolder();
        const Store store(cache);
        const auto run = [&](FakePass& pass) {
            return store.write(*measure::measure(*model_, fakeSamples(), options, pass, *store.notebook(key), {}, {}));
        };
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, run(crashing));
        QVERIFY(store.notebook(key)->finished("head") && store.sensitivities(key.hex()).has("lm_head"));

        fs::remove_all(cache / (key.hex() + ".sensitivities"));
        QVERIFY(!store.notebook(key)->finished("head"));

        run(whole);
        for (const model::WeightMatrix& matrix : model_->matrices())
            QCOMPARE(store.sensitivities(key.hex()).read(matrix.name, matrix.rows, matrix.cols).size(), static_cast<std::size_t>(matrix.weights()));
    }

    /// The boundary above an earlier unit is gone: from the start.
    void aUnitThatLostAHessianIsMeasuredAgain() {
        const measure::MeasureOptions options{.palette = "int4-g32-gptq,bf16"};
        FakePass whole, crashing({.crashAfterSlabs = slabs_ - 1});
        const measure::Key key = measure::keyOf(*model_, fakeSamples(), options, whole);
        const fs::path cache = newFolder();
        const Store store(cache);
        const auto run = [&](FakePass& pass) {
            return store.write(*measure::measure(*model_, fakeSamples(), options, pass, *store.notebook(key), {}, {}));
        };
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, run(crashing));
        QVERIFY(store.notebook(key)->finished("layers.0"));
        QVERIFY(store.hessians(key.hex()).has("model.layers.1.mlp.down_proj"));

        std::size_t hessians = 0;
        for (const auto& entry : fs::directory_iterator(cache / (key.hex() + ".hessians")))
            if (++hessians % 5 == 1) fs::remove(entry.path());
        QVERIFY(!store.notebook(key)->finished("layers.1"));

        run(whole);
        QCOMPARE(whole.slabs, slabs_);
        for (const model::WeightMatrix& matrix : model_->matrices())
            QCOMPARE(store.hessians(key.hex()).has(matrix.name), matrix.block >= 0);
    }

    void onlyOneHoldsANotebook() {
        const Store store(newFolder());
        auto first = store.notebook(key_);
        const std::string holder = "process " + std::to_string(::getpid());

        DQ_THROWS(store.notebook(key_), "lock", holder.c_str());
        first.reset();

        QVERIFY(store.notebook(key_) != nullptr);
    }

    void anotherKeyHasItsOwnNotebook() {
        const Store store(newFolder());
        const auto first = store.notebook(key_);
        measure::Key other = key_;
        other.seed = 99;

        QVERIFY(store.notebook(other) != nullptr);
    }

    void aFullDiskIsASentenceAndCostsOneUnit() {
        const fs::path cache = newFolder();
        crash(cache, slabs_ / 2);
        FakePass pass;
        {
            const test::FileSizeLimit limit(3000);
            DQ_THROWS(finish(cache, pass), "unit", "File too large");
        }

        QVERIFY(Store(cache).notebook(key_)->finished("head"));
        FakePass going;
        QVERIFY(readText(finish(cache, going)) == straight_);
    }

    void nothingIsKeptYetIsSaidPlainly() {
        const auto notebook = Store(newFolder()).notebook(key_);

        QVERIFY(!notebook->finished("head"));
        QVERIFY(notebook->boundary().empty());
        QVERIFY(!notebook->loss());
        QVERIFY(notebook->rows({"head", {}}).empty());
    }

private:
    /// 1 where the child was killed before it was done.
    int runAndKill(const fs::path& cache, useconds_t microseconds) const {
        const pid_t child = ::fork();
        if (child == 0) {
            FakePass pass({.beforeSlab = [] { ::usleep(200); }});
            try {
                finish(cache, pass);
            } catch (...) {
                ::_exit(3);
            }
            ::_exit(0);
        }
        ::usleep(microseconds);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? 1 : 0;
    }
};

DQ_TEST(ResumeTest);
#include "resume_test.moc"
