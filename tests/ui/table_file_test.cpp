#include <QTemporaryDir>

#include "core/store/store.hpp"
#include "tests/support/runner.hpp"
#include "tests/ui/synthetic.hpp"

using namespace dq;

/// Leaves a synthetic table where DQ_SYNTHETIC_TABLE says, so that the real program can be looked at without
/// a model: DQ_SYNTHETIC_TABLE=/tmp/t ui_tests, then dynaquant /tmp/t/*.h5.
class TableFileTest : public QObject {
    Q_OBJECT

private slots:
    void aSyntheticTableCanBeStoredAndReadBack() {
        QTemporaryDir folder;
        const QString asked = qEnvironmentVariable("DQ_SYNTHETIC_TABLE");
        const auto table = test::syntheticTable();

        const auto file = store::Store((asked.isEmpty() ? folder.path() : asked).toStdString()).write(*table);
        const auto again = store::Store::read(file);

        QCOMPARE(again->rows.size(), table->rows.size());
        QCOMPARE(again->formats, table->formats);
        QCOMPARE(again->rows[5].errors[3].fisher, table->rows[5].errors[3].fisher);
    }
};

DQ_TEST(TableFileTest);
#include "table_file_test.moc"
