#include <QAbstractItemModelTester>
#include <QDir>
#include <QFile>
#include <QListView>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "ui/models/found_models.hpp"
#include "ui/models/recent_models.hpp"
#include "ui/views/start_page.hpp"

using namespace dq::ui;

namespace {

/// Made-up caches, as the programs lay them out.
struct Caches {
    QTemporaryDir folder;

    void put(const QString& path, const QByteArray& content = "x") const {
        const QString file = folder.filePath(path);
        QDir().mkpath(QFileInfo(file).path());
        QFile out(file);
        if (out.open(QIODevice::WriteOnly)) out.write(content);
    }

    ModelCaches places() const {
        return {{folder.filePath("hub"), folder.filePath("not-there")},
                {folder.filePath("lmstudio")},
                {folder.filePath("ollama")}};
    }

    static QString names(const std::vector<FoundModel>& found) {
        QStringList names;
        for (const FoundModel& one : found)
            names << one.name + (one.opens ? "" : "*");
        return names.join(' ');
    }
};

}  // namespace

class FoundModelsTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }

    void checkpointsOfTheHubAreFoundByTheirNames() {
        const Caches caches;
        caches.put("hub/models--Qwen--Qwen3-8B/snapshots/abc/config.json");
        caches.put("hub/models--Qwen--Qwen3-8B/snapshots/abc/model-00001-of-00002.safetensors");
        caches.put("hub/models--gpt2/snapshots/def/config.json");  // its weights are not there
        caches.put("hub/models--gpt2/refs/main");
        caches.put("hub/datasets--a--b/snapshots/x/config.json");
        caches.put("hub/version.txt");

        const auto found = findModels(caches.places());

        QCOMPARE(Caches::names(found), "Qwen/Qwen3-8B");
        QCOMPARE(found.front().path, caches.folder.filePath("hub/models--Qwen--Qwen3-8B/snapshots/abc"));
    }

    void whatIsQuantizedAlreadyComesLastAndDoesNotOpen() {
        const Caches caches;
        caches.put("lmstudio/zeta/small/config.json");
        caches.put("lmstudio/zeta/small/weights.safetensors");
        caches.put("lmstudio/alpha/big-GGUF/big-Q4_K_M.gguf");
        caches.put("ollama/manifests/registry.ollama.ai/library/llama3/8b",
                   "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.license\",\"digest\":\"sha256:0\"},"
                   "{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"sha256:1\"}]}");
        caches.put("ollama/blobs/sha256-1");

        const auto found = findModels(caches.places());

        QCOMPARE(Caches::names(found), "zeta/small alpha/big-Q4_K_M* llama3:8b*");
        QVERIFY(found.back().path.endsWith("blobs/sha256-1"));
    }

    void plainGgufFilesOpenAndSplitOnesAreOneModel() {
        const Caches caches;
        const auto gguf = [](const QByteArray& type) {
            return QByteArray("GGUF\3\0\0\0", 8) + "general.file_type" + QByteArray("\4\0\0\0", 4) + type + QByteArray(40, ' ');
        };
        caches.put("lmstudio/a/plain/plain-F16.gguf", gguf(QByteArray("\1\0\0\0", 4)));
        caches.put("lmstudio/a/brain/brain.gguf", gguf(QByteArray("\x20\0\0\0", 4)));
        caches.put("lmstudio/a/small/small-Q4_0.gguf", gguf(QByteArray("\2\0\0\0", 4)));
        caches.put("lmstudio/a/split/big-00001-of-00002.gguf", gguf(QByteArray(4, '\0')));
        caches.put("lmstudio/a/split/big-00002-of-00002.gguf", "GGUF");
        caches.put("lmstudio/a/cut/cut.gguf", "GGUF\3 general.file_type");

        const auto found = findModels(caches.places());

        QCOMPARE(Caches::names(found), "a/big a/brain a/cut a/plain-F16 a/small-Q4_0*");
        QVERIFY(found.front().path.endsWith("big-00001-of-00002.gguf"));
    }

    void brokenManifestsArePassedOver() {
        const Caches caches;
        const QString at = "ollama/manifests/r/library/m/";
        caches.put(at + "garbage", "{\"layers\": [");
        caches.put(at + "empty", "");
        caches.put(at + "number", "7");
        caches.put(at + "absent", "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":"
                                  "\"sha256:9\"}]}");
        caches.put(at + "climbs", "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":"
                                  "\"../manifests/r/library/m/empty\"}]}");
        caches.put(at + "large", QByteArray(2 << 20, ' '));

        QVERIFY(findModels(caches.places()).empty());
        QVERIFY(findModels({}).empty());
    }

    void theListFillsItselfAndOpensByKey() {
        const Caches caches;
        caches.put("hub/models--a--b/snapshots/c/config.json");
        caches.put("hub/models--a--b/snapshots/c/m.safetensors");
        caches.put("lmstudio/x/y/z.gguf");
        RecentModels recent;
        StartPage page(recent);
        QAbstractItemModelTester tester(&page.found(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        page.resize(1000, 800);
        page.show();
        page.found().search(caches.places());
        QTRY_COMPARE(page.found().rowCount(), 2);
        QSignalSpy asked(&page, &StartPage::recentAsked);

        QVERIFY(page.foundList()->isVisible());
        page.foundList()->setFocus();
        page.foundList()->setCurrentIndex(page.found().index(0));
        QTest::keyClick(page.foundList(), Qt::Key_Return);
        QCOMPARE(asked.count(), 1);
        QVERIFY(asked.front().front().toString().endsWith("snapshots/c"));
        QVERIFY(!(page.found().flags(page.found().index(1)) & Qt::ItemIsEnabled));
        QVERIFY(page.found().index(1).data(Qt::ToolTipRole).toString().contains("quantized already"));
    }
};

DQ_TEST(FoundModelsTest);
#include "found_models_test.moc"
