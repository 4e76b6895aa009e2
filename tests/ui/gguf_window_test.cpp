#include <QDragEnterEvent>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

#include "core/base/atomic_file.hpp"
#include "tests/checkpoint/smallest_gguf.hpp"
#include "tests/support/runner.hpp"
#include "ui/jobs/commands.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

using namespace dq;
using namespace dq::ui;

/// GGUF files of plain weights open like folders; quantized ones are refused in a sentence.
class GgufWindowTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString put(const QString& name, const checkpoint::gguf::Header& header) const {
        const QString file = folder_.filePath(name);
        writeFile(file.toStdString(), test::fileOf(header));
        return file;
    }

    std::unique_ptr<MainWindow> shown() const {
        auto window = std::make_unique<MainWindow>(folder_.filePath("cache").toStdString());
        window->show();
        return window;
    }

    static void drop(MainWindow& window, const QString& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&window, &event);
    }

private slots:
    void init() { QSettings().clear(); }

    void aFileThatIsDroppedIsOpened() {
        const auto window = shown();
        const QString file = put("plain.gguf", test::smallestGguf());
        drop(*window, file);

        QTRY_VERIFY(window->session().hasModel());
        QCOMPARE(window->session().name(), "plain");
        QCOMPARE(QString::fromStdString(window->session().path().string()), file);
        QCOMPARE(window->recent().paths().front(), file);
        QCOMPARE(window->session().matrices().size(), std::size_t{8});
        QVERIFY(window->workspace().measureCard()->isVisible());
    }

    void anOllamaBlobWithoutAnEndingIsOpenedToo() {
        const auto window = shown();
        window->openModel(put("sha256-12ab", test::smallestGguf()));
        QTRY_VERIFY(window->session().hasModel());
    }

    void theTextBesideItIsItsCalibration() {
        const QString file = put("plain.gguf", test::smallestGguf());
        QVERIFY(ownCalibration(file.toStdString()).isEmpty());
        writeFile(folder_.filePath("calibration.txt").toStdString(), "Once.");
        QCOMPARE(ownCalibration(file.toStdString()), folder_.filePath("calibration.txt"));
    }

    void aQuantizedOneIsRefusedAndTheOpenModelStays() {
        checkpoint::gguf::Header quantized = test::smallestGguf();
        auto& query = *std::ranges::find(quantized.tensors, "blk.0.attn_q.weight", &checkpoint::gguf::TensorInfo::name);
        query = {query.name, {32, 2}, 2, 36};  // Q4_0: 18 bytes for 32 weights
        const auto window = shown();
        window->openModel(put("plain.gguf", test::smallestGguf()));
        QTRY_VERIFY(window->session().hasModel() && !window->session().busy());

        window->openModel(put("small.gguf", quantized));

        QTRY_VERIFY(window->banner().isVisible() && !window->banner().isGood());
        const QString said = window->banner().sentence();
        QVERIFY2(said.contains("small.gguf") && said.contains("attn_q"), qPrintable(said));
        QCOMPARE(window->session().name(), "plain");
    }
};

DQ_TEST(GgufWindowTest);
#include "gguf_window_test.moc"
