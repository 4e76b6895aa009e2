#include <QTemporaryDir>
#include <fstream>
#include <stdexcept>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/version.hpp"
#include "core/store/store.hpp"
#include "tests/measure/fake_pass.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/store/example_table.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using dq::store::Store;
using dq::test::FakePass;

namespace {

const measure::MeasureOptions options{.palette = "int4-g32,bf16"};

store::Asked exampleAsked() {
    return {"0011", "aabb", "0.1", 3, "/texts/a b.txt", {"--documents", "<|end|>", "--peer-metrics", "--tokens", "99"}, 5};
}

std::string with(const std::string& from, const std::string& to) {
    std::string json = store::toJson(exampleAsked());
    return json.replace(json.find(from), from.size(), to);
}

}  // namespace

/// A measurement that ended too soon can be found by whoever opens the model; so can tables that are of no use.
class UnfinishedTest : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> model_;
    measure::Key key_;
    int count_ = 0;

    fs::path newFolder() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    const std::string& fingerprint() const { return model_->checkpoint().fingerprint(); }

    store::Asked asked() const { return store::askedOf(key_, "/texts/a.txt", {"--seed", "1"}, 4); }

    void begin(const fs::path& cache, const store::Asked& asked, int slabs) const {
        const Store store(cache);
        FakePass pass({.crashAfterSlabs = slabs});
        const auto notebook = store.notebook(key_);
        store.keepAsked(asked);
        try {
            measure::measure(*model_, test::fakeSamples(), options, pass, *notebook, {}, {});
        } catch (const std::runtime_error&) {
        }
    }

private slots:
    void initTestCase() {
        const fs::path folder = newFolder() / "tiny";
        test::writeTinyModel(folder, test::tinyTensors());
        model_ = model::Model::open(folder);
        key_ = measure::keyOf(*model_, test::fakeSamples(), options, FakePass());
    }

    void itIsFoundWithWhatWasAskedAndWhatIsKept() {
        const fs::path cache = newFolder();
        QVERIFY(!Store(cache).unfinished(fingerprint()));
        begin(cache, asked(), 30);

        const auto found = Store(cache).unfinished(fingerprint());

        QVERIFY(found);
        QCOMPARE(found->asked, asked());
        QVERIFY(found->kept >= 1 && found->kept < 4);
        QVERIFY(!Store(cache).unfinished("another model"));
    }

    void aNotebookOpenedAgainStillSaysWhatWasAsked() {
        const fs::path cache = newFolder();
        begin(cache, asked(), 30);
        { const auto notebook = Store(cache).notebook(key_); }

        QVERIFY(Store(cache).unfinished(fingerprint()));
    }

    void nothingKeptIsNothingToGoOnWith() {
        const fs::path cache = newFolder();
        begin(cache, asked(), 0);

        QVERIFY(!Store(cache).unfinished(fingerprint()));
    }

    void whatIsBeingMeasuredIsNotUnfinished() {
        const fs::path cache = newFolder();
        begin(cache, asked(), 30);
        const auto held = Store(cache).notebook(key_);

        QVERIFY(!Store(cache).unfinished(fingerprint()));
    }

    void aFinishedOneIsGone() {
        const fs::path cache = newFolder();
        begin(cache, asked(), 30);
        FakePass pass;
        const Store store(cache);
        const auto notebook = store.notebook(key_);
        store.write(*measure::measure(*model_, test::fakeSamples(), options, pass, *notebook, {}, {}));

        QVERIFY(!store.unfinished(fingerprint()));
    }

    void anotherVersionsUnitsAreNotGoneOnWith() {
        const fs::path cache = newFolder();
        store::Asked other = asked();
        other.tool += "0";
        begin(cache, other, 30);
        QVERIFY(!Store(cache).unfinished(fingerprint()));

        other = asked();
        ++other.quantizers;
        Store(cache).keepAsked(other);
        QVERIFY(!Store(cache).unfinished(fingerprint()));
    }

    void whatWasAskedIsReadBack() { QCOMPARE(store::askedFromJson(store::toJson(exampleAsked()), "x"), exampleAsked()); }

    void hostileOnesAreRefused_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& json, const char* said) {
            QTest::newRow(name) << QString::fromStdString(json) << said;
        };
        row("no JSON", "{", "asked.json");
        row("a list", "[]", "object");
        row("newer", with("\"schema_version\": 1", "\"schema_version\": 2"), "schema version 2");
        row("no units", with("\"units\": 5", "\"units\": 0"), "at least 1");
        row("a fraction of a unit", with("\"units\": 5", "\"units\": 0.5"), "units");
        row("a relative text", with("/texts/a b.txt", "a.txt"), "no absolute path");
        row("an option that writes", with("--tokens", "--imatrix"), "--imatrix");
        row("another cache", with("--tokens", "--cache"), "--cache");
        row("a bare word", with("--peer-metrics", "models"), "models");
        row("an option without its value", with("\"99\"", "\"99\",\"--seed\""), "--seed");
        row("a number for an option", with("\"99\"", "99"), "99");
    }

    void hostileOnesAreRefused() {
        QFETCH(QString, json);
        QFETCH(QString, said);
        DQ_THROWS(store::askedFromJson(json.toStdString(), "asked.json"), "asked.json", said.toUtf8().constData());
    }

    void aDamagedNoteIsPassedOver() {
        const fs::path cache = newFolder();
        begin(cache, asked(), 30);
        std::ofstream(cache / (key_.hex() + ".parts") / "asked.json") << "{";

        QVERIFY(!Store(cache).unfinished(fingerprint()));
    }

    void tablesOfANewerProgramAndDamagedOnesAreTold() {
        const fs::path cache = newFolder();
        fs::create_directories(cache);
        const fs::path fixtures = DQ_SOURCE_DIR "/tests/fixtures/store";
        fs::copy_file(fixtures / "newer_schema.h5", cache / "newer.h5");
        std::ofstream(cache / "damaged.h5") << "no table";
        Store(cache).write(test::exampleTable());
        const std::string model = test::exampleTable().key.model;

        const auto told = Store(cache).passedOver(model);
        QCOMPARE(told.size(), std::size_t{2});
        for (const Store::PassedOver& one : told) {
            QCOMPARE(one.why.find("newer.h5") != std::string::npos, one.newer);
            QVERIFY(one.newer || one.why.find("damaged.h5") != std::string::npos);
        }
        QCOMPARE(Store(cache).passedOver("another model").size(), std::size_t{1});
        QVERIFY(Store(newFolder()).passedOver(model).empty());
    }
};

DQ_TEST(UnfinishedTest);
#include "unfinished_test.moc"
