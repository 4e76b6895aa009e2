// Reads every #include of the tree and holds the floors of the house: who may name whom.
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/runner.hpp"

namespace {

namespace fs = std::filesystem;

struct Include {
    std::string file;    // relative to the root
    std::string target;  // as written
    bool ours = false;   // written in quotes
};

bool isSource(const fs::path& path) {
    const std::string ending = path.extension().string();
    return ending == ".hpp" || ending == ".cpp" || ending == ".cu" || ending == ".cuh" || ending == ".h";
}

std::vector<Include> includesOf(const std::vector<std::string>& folders) {
    static const std::regex line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<Include> found;
    const fs::path root = DQ_SOURCE_DIR;
    for (const std::string& folder : folders)
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
            if (!isSource(entry.path())) continue;
            std::ifstream stream(entry.path());
            std::smatch match;
            for (std::string text; std::getline(stream, text);)
                if (std::regex_search(text, match, line))
                    found.push_back({fs::relative(entry.path(), root).string(), match[2], match[1] == "\""});
        }
    return found;
}

bool startsWith(const std::string& text, const std::string& prefix) {
    return text.rfind(prefix, 0) == 0;
}

bool startsWithAny(const std::string& text, const std::vector<std::string>& prefixes) {
    for (const std::string& prefix : prefixes)
        if (startsWith(text, prefix)) return true;
    return false;
}

/// The first folder (or two, below core) of a path: "core/store", "kernels", "ui".
std::string roomOf(const std::string& path) {
    const std::size_t first = path.find('/');
    if (first == std::string::npos) return "";
    const std::string top = path.substr(0, first);
    if (top != "core") return top;
    const std::size_t second = path.find('/', first + 1);
    return second == std::string::npos ? top : path.substr(0, second);
}

// Rooms of core, low to high: a room names itself and the rooms before it.
const std::vector<std::string> rooms{"core/base",  "kernels",       "core/json",     "core/format", "core/checkpoint",
                                     "core/model", "core/text",     "core/measure",  "core/store",  "core/quality",
                                     "core/allocate", "core/recipe", "core/evaluate", "core/report", "core/export",
                                     "core/flow"};

int heightOf(const std::string& room) {
    for (std::size_t i = 0; i < rooms.size(); ++i)
        if (rooms[i] == room) return static_cast<int>(i);
    return -1;
}

const std::vector<std::string> torchHeaders{"torch/", "ATen/", "c10/", "caffe2/"};
const std::vector<std::string> cudaHeaders{"cuda", "cublas", "nv"};

}  // namespace

class FloorsTest : public QObject {
    Q_OBJECT

private slots:
    void includesAreRead() {
        QVERIFY(includesOf({"core", "kernels", "ui", "app"}).size() > 200);
    }

    void aRoomNamesOnlyRoomsBelowIt() {
        for (const Include& one : includesOf({"core", "kernels"})) {
            const std::string from = roomOf(one.file);
            if (!one.ours || from == "core/torch") continue;
            const int here = heightOf(from), there = heightOf(roomOf(one.target));
            QVERIFY2(here >= 0, qPrintable(QString::fromStdString(one.file + " stands in no known room")));
            QVERIFY2(there >= 0 && there <= here,
                     qPrintable(QString::fromStdString(one.file + " includes " + one.target)));
        }
    }

    void librariesStayInTheirRooms_data() {
        QTest::addColumn<QStringList>("headers");
        QTest::addColumn<QStringList>("allowed");
        const auto list = [](const std::vector<std::string>& texts) {
            QStringList all;
            for (const std::string& text : texts) all << QString::fromStdString(text);
            return all;
        };
        QTest::newRow("torch") << list(torchHeaders) << QStringList{"core/torch/", "app/demo/"};
        QTest::newRow("cuda") << list(cudaHeaders) << QStringList{"kernels/cuda"};
        QTest::newRow("hdf5") << QStringList{"hdf5", "H5"} << QStringList{"core/store/"};
        QTest::newRow("pcre2") << QStringList{"pcre2"} << QStringList{"core/text/"};
        QTest::newRow("utf8proc") << QStringList{"utf8proc"} << QStringList{"core/text/"};
        QTest::newRow("highway") << QStringList{"hwy/"} << QStringList{"kernels/"};
        QTest::newRow("qcustomplot") << QStringList{"qcustomplot"} << QStringList{"ui/plots/"};
        QTest::newRow("qt") << QStringList{"Q"} << QStringList{"ui/", "app/gui/"};
        QTest::newRow("cli11") << QStringList{"CLI/"} << QStringList{"app/"};
        QTest::newRow("xxhash") << QStringList{"xxh"} << QStringList{"core/base/"};
    }

    void librariesStayInTheirRooms() {
        QFETCH(QStringList, headers);
        QFETCH(QStringList, allowed);
        for (const Include& one : includesOf({"core", "kernels", "ui", "app"})) {
            if (one.ours) continue;
            for (const QString& header : headers) {
                if (!startsWith(one.target, header.toStdString())) continue;
                bool fine = false;
                for (const QString& folder : allowed) fine = fine || startsWith(one.file, folder.toStdString());
                QVERIFY2(fine, qPrintable(QString::fromStdString(one.file + " includes " + one.target)));
            }
        }
    }

    void theWindowNeverReachesTorchOrKernels() {
        for (const Include& one : includesOf({"ui", "app/gui"}))
            QVERIFY2(!startsWithAny(one.target, {"core/torch", "kernels/", "app/cli"}),
                     qPrintable(QString::fromStdString(one.file + " includes " + one.target)));
    }

    void coreAndKernelsKnowNoWindow() {
        for (const Include& one : includesOf({"core", "kernels"}))
            QVERIFY2(!startsWithAny(one.target, {"ui/", "app/"}),
                     qPrintable(QString::fromStdString(one.file + " includes " + one.target)));
    }
};

DQ_TEST(FloorsTest);
#include "floors_test.moc"
