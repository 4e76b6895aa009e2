#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/store/store.hpp"
#include "tests/store/example_table.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;

/// Tables that h5py made from one of ours: tests/fixtures/store/make_tables.py says how.
class SchemaTest : public QObject {
    Q_OBJECT

private:
    static fs::path fixture(const char* name) {
        return fs::path(DQ_SOURCE_DIR "/tests/fixtures/store") / name;
    }

private slots:
    void readsATableThatH5pyWrote() {
        dq::measure::Measurements expected = dq::test::exampleTable();
        for (dq::measure::MatrixRow& row : expected.rows) row.tokens = -1, row.notFinite = 0;  // it was written before there were any
        expected.key.quantizers = 0;
        QVERIFY(dq::test::same(*dq::store::Store::read(fixture("by_h5py.h5")), expected));
    }

    void refusesWhatItCannotRead_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("said");
        QTest::newRow("newer schema") << "newer_schema.h5"
                                      << "schema 3";
        QTest::newRow("another HDF5 file") << "other_kind.h5"
                                           << "kind";
        QTest::newRow("numbers that are not stored") << "not_stored.h5"
                                                     << "are stored";
        QTest::newRow("names that would fill the memory") << "too_many_names.h5"
                                                          << "are stored";
        QTest::newRow("external link") << "external_link.h5"
                                       << "errors is missing";
        QTest::newRow("external bytes") << "external_bytes.h5"
                                        << "outside the file";
        QTest::newRow("other extents") << "other_extents.h5"
                                       << "expected [3, 2]";
        QTest::newRow("text for numbers") << "text_for_numbers.h5"
                                          << "element type";
        QTest::newRow("ragged offsets") << "ragged_offsets.h5"
                                        << "input moment starts at";
        QTest::newRow("forged key") << "forged_key.h5"
                                    << "not the one its fields make";
    }

    void refusesWhatItCannotRead() {
        QFETCH(QString, file);
        QFETCH(QString, said);
        const std::string name = file.toStdString(), sentence = said.toStdString();

        DQ_THROWS(dq::store::Store::read(fixture(name.c_str())), name.c_str(), sentence.c_str());
    }

    void aNewerSchemaIsUnsupportedNotCorrupt() {
        try {
            dq::store::Store::read(fixture("newer_schema.h5"));
            QFAIL("was read");
        } catch (const dq::Error& error) {
            QVERIFY(error.kind() == dq::Kind::Unsupported);
        }
    }
};

DQ_TEST(SchemaTest);
#include "schema_test.moc"
