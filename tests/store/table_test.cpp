#include <QElapsedTimer>
#include <QTemporaryDir>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/store/store.hpp"
#include "tests/store/example_table.hpp"
#include "tests/store/full_disk.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using dq::store::Store;
using dq::test::exampleTable;
using dq::test::same;

class TableTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    fs::path folder() const { return temporary_.path().toStdString(); }
    fs::path newFolder() { return folder() / std::to_string(count_++); }
    int count_ = 0;

private slots:
    void readsBackWhatWasWritten() {
        const auto table = exampleTable();

        const fs::path path = Store(newFolder()).write(table);

        QVERIFY(same(*Store::read(path), table));
        QCOMPARE(path.filename().string(), table.key.hex() + ".h5");
    }

    void readsBackWhatOtherToolsScoresNeed() {
        const auto table = dq::test::exampleWithPeers();

        const fs::path path = Store(newFolder()).write(table);

        QVERIFY(same(*Store::read(path), table));
        QCOMPARE(path.filename().string(), table.key.hex() + ".h5");
        auto few = table;
        few.rows[1].peers.pop_back();
        DQ_THROWS(Store(newFolder()).write(few), few.rows[1].name, "1", "2");
    }

    void readsBackWhatWasKnownWithoutRunning() {
        auto table = dq::test::exampleWithPeers();
        table.key.labels = dq::measure::weightsOnlyLabels;
        for (auto& row : table.rows) row.peers.clear();

        QVERIFY(same(*Store::read(Store(newFolder()).write(table)), table));
    }

    void readsBackATableWithoutMatrices() {
        const auto table = exampleTable(0);

        QVERIFY(same(*Store::read(Store(newFolder()).write(table)), table));
    }

    void equalTablesAreEqualFiles() {
        const std::string first = dq::readText(Store(newFolder()).write(exampleTable(300)));
        QTest::qSleep(1100);  // a time stamp of whole seconds would differ

        QVERIFY(first == dq::readText(Store(newFolder()).write(exampleTable(300))));
    }

    void everyFieldOfTheKeyMakesAnotherFile() {
        const dq::measure::Key key = exampleTable().key;
        std::vector<dq::measure::Key> others(11, key);
        others[0].model += "0";
        others[1].calibration += "0";
        others[2].labels = "data";
        others[3].seed = 2;
        others[4].window = 513;
        others[5].formats = "int4-g32";
        others[6].tool = "0.1.1";
        others[7].arithmetic = "cpu-bf16";
        others[8].quantizers = 0;
        others[9].peers = true;
        others[10].importance = "0";

        for (const auto& other : others)
            QVERIFY(other.hex() != key.hex());
        QCOMPARE(key.hex().size(), std::size_t{32});
    }

    void findsOnlyItsOwnKey() {
        const auto table = exampleTable();
        const Store store(newFolder());
        QVERIFY(!store.find(table.key));

        const fs::path path = store.write(table);
        auto other = table.key;
        other.seed = 3;

        QCOMPARE(store.find(table.key).value(), path);
        QVERIFY(!store.find(other));
    }

    void doesNotFindAnotherMeasurementUnderItsName() {
        const auto table = exampleTable();
        auto other = table;
        other.key.seed = 3;
        const Store store(newFolder());
        const fs::path path = store.write(table);

        fs::rename(store.write(other), path);

        QVERIFY(!store.find(table.key));
    }

    void newestIsTheLastWrittenOfThatModel() {
        const Store store(newFolder());
        auto first = exampleTable(), second = first, foreign = first;
        second.key.seed = 2;
        foreign.key.model = "another";
        const fs::path firstPath = store.write(first), secondPath = store.write(second);
        const auto now = fs::file_time_type::clock::now();
        fs::last_write_time(store.write(foreign), now + std::chrono::seconds(10));
        fs::last_write_time(firstPath, now + std::chrono::seconds(5));
        dq::writeFile(secondPath.parent_path() / "junk.h5", "this is no table");

        QCOMPARE(store.newest(first.key.model).value(), firstPath);
        QVERIFY(!store.newest("a model never measured"));
        QVERIFY(!Store(folder() / "nowhere").newest(first.key.model));
    }

    void newestPassesByTablesOfOtherQuantizers() {
        const Store store(newFolder());
        auto table = exampleTable(), earlier = table, later = table;
        earlier.key.quantizers = 0;
        later.key.quantizers += 1;
        const auto now = fs::file_time_type::clock::now();
        const fs::path earlierPath = store.write(earlier), laterPath = store.write(later);
        fs::last_write_time(earlierPath, now + std::chrono::seconds(10));
        QVERIFY(!store.newest(table.key.model));
        QCOMPARE(store.newestOfOtherQuantizers(table.key.model).value(), earlierPath);
        QVERIFY(!store.newestOfOtherQuantizers("another"));

        const fs::path path = store.write(table);

        QCOMPARE(store.newest(table.key.model).value(), path);
        QCOMPARE(Store::read(earlierPath)->key.quantizers, std::int64_t{0});
        QCOMPARE(Store::read(laterPath)->key.quantizers, later.key.quantizers);
    }

    void refusesAnotherKindOfFile() {
        const fs::path path = folder() / "text.h5";
        dq::writeFile(path, "once upon a time there was a file that was no table");

        DQ_THROWS(Store::read(path), "text.h5", "no readable HDF5 file");
        DQ_THROWS(Store::read(folder() / "absent.h5"), "absent.h5", "not there");
        DQ_THROWS(Store::read(folder()), "no file");
    }

    void refusesEveryTruncation() {
        const std::string whole = dq::readText(Store(newFolder()).write(exampleTable()));
        const fs::path path = folder() / "short.h5";

        for (std::size_t size = 0; size < whole.size(); size += 97) {
            std::ofstream(path, std::ios::binary) << whole.substr(0, size);
            DQ_THROWS(Store::read(path), "short.h5");
        }
    }

    void flippedBytesAreRefusedOrHarmless() {
        const auto table = exampleTable();
        const std::string whole = dq::readText(Store(newFolder()).write(table));
        const fs::path path = folder() / "flipped.h5";
        std::mt19937 random(7);
        int refused = 0;

        for (int i = 0; i < 400; ++i) {
            std::string broken = whole;
            const std::size_t at = i < 100 ? static_cast<std::size_t>(i) : random() % whole.size();
            broken[at] = static_cast<char>(broken[at] ^ static_cast<char>(1 + random() % 255));
            std::ofstream(path, std::ios::binary) << broken;
            try {
                QVERIFY2(same(*Store::read(path), table),
                         qPrintable(QString("byte %1 changed what was read").arg(at)));
            } catch (const dq::Error&) {
                ++refused;
            }
        }

        QVERIFY2(refused > 200, qPrintable(QString::number(refused)));
    }

    void refusesNumbersThatContradictEachOther() {
        auto table = exampleTable();
        table.rows[1].inputMoment.pop_back();
        DQ_THROWS(Store(newFolder()).write(table), "down_proj", "input moments");

        table = exampleTable();
        table.rows[1].errors.pop_back();
        DQ_THROWS(Store(newFolder()).write(table), "down_proj", "formats");

        table = exampleTable();
        table.rows[2].errors[0].fisher = -1;
        DQ_THROWS(Store::read(Store(newFolder()).write(table)), "down_proj", "errors/fisher", "negative");

        table = exampleTable();
        table.rows[2].fisherTrace = std::numeric_limits<double>::quiet_NaN();
        DQ_THROWS(Store::read(Store(newFolder()).write(table)), "matrices/fisher_trace", "not finite");

        table = exampleTable();
        table.rows[1].notFinite = table.rows[1].weights() + 1;
        DQ_THROWS(Store::read(Store(newFolder()).write(table)), "down_proj", "not finite");

        table = exampleTable();
        table.formats[0] = "int5-g32";
        DQ_THROWS(Store::read(Store(newFolder()).write(table)), "int5-g32", "key");
    }

    void refusesNamesThatATableCannotHold() {
        auto table = exampleTable();
        table.rows[0].name = std::string(5000, 'x');
        DQ_THROWS(Store(newFolder()).write(table), "5000", "1024");

        table.rows[0].name = std::string("a\0b", 3);
        DQ_THROWS(Store(newFolder()).write(table), "zero bytes");
    }

    void writingRemovesThePartsAndLeftovers() {
        const auto table = exampleTable();
        const fs::path cache = newFolder();
        const Store store(cache);
        const auto notebook = store.notebook(table.key);
        dq::writeFile(cache / ("." + table.key.hex() + ".h5.partial-1"), "of a killed process");

        const fs::path path = store.write(table);

        std::vector<fs::path> left;
        for (const auto& entry : fs::directory_iterator(cache))
            left.push_back(entry.path());
        QCOMPARE(left, std::vector<fs::path>{path});
    }

    void aFullDiskLeavesTheOldTable() {
        const Store store(newFolder());
        auto table = exampleTable(2000);
        const fs::path path = store.write(table);
        const std::string before = dq::readText(path);
        table.modelName = "changed";

        {
            const dq::test::FileSizeLimit limit(20'000);
            DQ_THROWS(store.write(table), path.c_str(), "File too large");
        }

        QVERIFY(dq::readText(path) == before);
        QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), {}), std::ptrdiff_t{1});
        QVERIFY(same(*Store::read(store.write(table)), table));
    }

    void aLargeTableOpensInMilliseconds() {
        auto table = exampleTable(30'000);
        const fs::path path = Store(newFolder()).write(table);
        QElapsedTimer timer;
        timer.start();

        const auto read = Store::read(path);

        qInfo("30 000 matrices read in %lld ms, %lld bytes", static_cast<long long>(timer.elapsed()),
              static_cast<long long>(fs::file_size(path)));
        QCOMPARE(read->rows.size(), std::size_t{30'000});
    }
};

DQ_TEST(TableTest);
#include "table_test.moc"
