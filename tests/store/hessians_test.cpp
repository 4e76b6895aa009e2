#include "core/store/hessians.hpp"

#include <QTemporaryDir>

#include <fstream>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using store::Hessians;

namespace {

const std::vector<float> square{4, 1, 2, 1, 5, 3, 2, 3, 6};
bool none(const std::string&) {
    return false;
}

}  // namespace

class HessiansTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    int count_ = 0;

    fs::path newPath() { return fs::path(temporary_.path().toStdString()) / std::to_string(count_++); }
    static fs::path onlyFile(const fs::path& folder) { return fs::directory_iterator(folder)->path(); }
    static void write(const fs::path& path, const std::string& bytes) {
        std::ofstream(path, std::ios::binary) << bytes;
    }

private slots:
    void whatIsKeptComesBack() {
        const Hessians hessians(newPath(), "key");
        hessians.keep("a/../q", "a/../q", 3, square);
        hessians.keep("k", "a/../q", 3, {});
        hessians.keep("expert", "expert", 3, {});
        QCOMPARE(hessians.read("a/../q", none).numbers, square);
        const measure::Hessian shared = hessians.read("k", none);
        QCOMPARE(shared.numbers, square);
        QCOMPARE(shared.input, std::string("a/../q"));
        QCOMPARE(hessians.read("expert", none).cols, std::int64_t{3});
        QVERIFY(hessians.read("expert", none).numbers.empty());
    }

    void knownNumbersAreNotReadAgain() {
        const Hessians hessians(newPath(), "key");
        hessians.keep("q", "q", 3, square);
        QVERIFY(hessians.read("q", [](const std::string& input) { return input == "q"; }).numbers.empty());
    }

    void missingOnesAreNamed() {
        const Hessians hessians(newPath(), "key");
        DQ_THROWS(hessians.read("q", none), "matrix q", "measure the model again");
        hessians.keep("k", "q", 3, {});
        DQ_THROWS(hessians.read("k", none), "matrix k", "measure the model again");
        hessians.keep("q", "v", 3, {});
        hessians.keep("v", "k", 3, {});
        DQ_THROWS(hessians.read("k", none), "another's");
    }

    void filesOfAnotherTableAreRefused() {
        const fs::path folder = newPath();
        Hessians(folder, "one").keep("q", "q", 3, square);
        DQ_THROWS(Hessians(folder, "two").read("q", none), "of table one", "of two");
        const Hessians hessians(folder, "one");
        hessians.keep("k", "k", 3, square);
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder))
            files.push_back(entry.path());
        const std::string first = readText(files[0]), second = readText(files[1]);
        write(files[0], second);
        write(files[1], first);
        DQ_THROWS(hessians.read("q", none), "belongs to matrix k");
    }

    /// Cut anywhere, or with any one byte changed.
    void damageIsFound() {
        const fs::path folder = newPath();
        const Hessians hessians(folder, "key");
        hessians.keep("q", "q", 3, square);
        const fs::path file = onlyFile(folder);
        const std::string whole = readText(file);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            write(file, whole.substr(0, size));
            DQ_THROWS(hessians.read("q", none), ".hessian");
        }
        for (std::size_t place = 0; place < whole.size(); ++place) {
            std::string other = whole;
            other[place] = static_cast<char>(other[place] ^ 0x41);
            write(file, other);
            DQ_THROWS(hessians.read("q", none), ".hessian");
        }
        write(file, whole + "x");
        DQ_THROWS(hessians.read("q", none), "does not end");
        write(file, whole);
        QCOMPARE(hessians.read("q", none).numbers, square);
    }
};

DQ_TEST(HessiansTest);
#include "hessians_test.moc"
