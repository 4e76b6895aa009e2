#include "core/store/sensitivities.hpp"

#include <QTemporaryDir>

#include <fstream>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using store::Sensitivities;

namespace {

const std::vector<std::uint8_t> codes{0, 1, 2, 128, 254, 255};

}  // namespace

class SensitivitiesTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    static void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

private slots:
    void whatIsKeptComesBack() {
        const Sensitivities kept(newPath(), "key");
        kept.keep("a/../q", 2, 3, codes);
        kept.keep("k", 6, 1, codes);
        QVERIFY(kept.has("a/../q") && !kept.has("q"));
        QCOMPARE(kept.read("a/../q", 2, 3), codes);
        QCOMPARE(kept.read("k", 6, 1), codes);
    }

    void whatIsNotTheMatrixsOwnIsRefused() {
        const fs::path folder = newPath();
        const Sensitivities kept(folder, "one");
        DQ_THROWS(kept.read("q", 2, 3), "matrix q", "measure the model again");
        kept.keep("q", 2, 3, codes);
        DQ_THROWS(kept.read("q", 3, 2), "[2, 3]", "[3, 2]");
        DQ_THROWS(kept.read("q", std::int64_t{1} << 40, std::int64_t{1} << 40), "[2, 3]");
        DQ_THROWS(Sensitivities(folder, "two").read("q", 2, 3), "of table one", "of two");
        fs::rename(fs::directory_iterator(folder)->path(), folder / "held");
        kept.keep("k", 2, 3, codes);
        fs::path other;
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path().filename() != "held") other = entry.path();
        fs::rename(folder / "held", other);
        DQ_THROWS(kept.read("k", 2, 3), "belongs to matrix q");
    }

    /// Cut anywhere, or with any one byte changed.
    void damageIsFound() {
        const fs::path folder = newPath();
        const Sensitivities kept(folder, "key");
        kept.keep("q", 2, 3, codes);
        const fs::path file = fs::directory_iterator(folder)->path();
        const std::string whole = readText(file);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            write(file, whole.substr(0, size));
            DQ_THROWS(kept.read("q", 2, 3), ".sensitivities");
        }
        for (std::size_t place = 0; place < whole.size(); ++place) {
            std::string other = whole;
            other[place] = static_cast<char>(other[place] ^ 0x41);
            write(file, other);
            DQ_THROWS(kept.read("q", 2, 3), ".sensitivities");
        }
        write(file, whole + "x");
        DQ_THROWS(kept.read("q", 2, 3), "does not end");
    }
};

DQ_TEST(SensitivitiesTest);
#include "sensitivities_test.moc"
