#include "core/flow/measuring.hpp"

#include <QTemporaryDir>

#include "core/base/error.hpp"
#include "core/store/store.hpp"
#include "tests/measure/tiny_model.hpp"
#include "tests/store/example_table.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;

class MeasuringTest : public QObject {
    Q_OBJECT

private slots:
    /// That a table of another version is there is said only where it is all there is.
    void theNewestTableIsOfTheQuantizersAsTheyAre() {
        const QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()), cache = folder / "cache";
        test::writeTinyModel(folder / "tiny", test::tinyTensors());
        const auto model = model::Model::open(folder / "tiny");
        const store::Store store(cache);
        DQ_THROWS(flow::newestTable(*model, cache), "has not been measured yet", "--calibration");

        measure::Measurements table = test::exampleTable();
        table.key.model = model->checkpoint().fingerprint();
        table.key.quantizers = 0;
        store.write(table);
        DQ_THROWS(flow::newestTable(*model, cache), table.key.hex().c_str(), "other bytes", "--calibration");

        table.key.quantizers = kernels::quantizerRevision;
        store.write(table);
        QVERIFY(flow::newestTable(*model, cache)->key == table.key);
    }
};

DQ_TEST(MeasuringTest);
#include "measuring_test.moc"
