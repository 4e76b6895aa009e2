#include <QTemporaryDir>

#include <filesystem>
#include <vector>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/store/originals.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
namespace fs = std::filesystem;

class OriginalsTest : public QObject {
    Q_OBJECT

private slots:
    void givesBackWhatWasKept();
    void damagedOrOtherSizesAreMadeAnew();
    void thoseOfAnotherModelOrTextAreRefused();
    void onlyTheNewestStay();
    void aCacheThatCannotBeWrittenIsNoError();

private:
    QTemporaryDir folder_;
    fs::path cache_ = folder_.path().toStdString();
};

void OriginalsTest::givesBackWhatWasKept() {
    const store::Originals originals(cache_);
    const std::vector<float> states{1, 2.5f, -3};

    QVERIFY(!originals.find("a", 3));
    originals.keep("a", states);

    QCOMPARE(originals.find("a", 3).value(), states);
    QVERIFY(!originals.find("b", 3));
}

void OriginalsTest::damagedOrOtherSizesAreMadeAnew() {
    const store::Originals originals(cache_);
    originals.keep("a", std::vector<float>{1, 2, 3});

    QVERIFY(!originals.find("a", 4));
    fs::resize_file(cache_ / "originals" / "a.states", 9);
    QVERIFY(!originals.find("a", 3));
    writeFile(cache_ / "originals" / "a.states", "not floats at all, and no checksum");
    QVERIFY(!originals.find("a", 3));
}

/// As many numbers, and whole: only what stands behind them tells.
void OriginalsTest::thoseOfAnotherModelOrTextAreRefused() {
    const store::Originals originals(cache_);
    originals.keep("one", std::vector<float>{1, 2, 3});
    originals.keep("two", std::vector<float>{4, 5, 6});
    fs::copy_file(cache_ / "originals" / "one.states", cache_ / "originals" / "two.states", fs::copy_options::overwrite_existing);

    DQ_THROWS(originals.find("two", 3), "two.states", "another model or text");
    QCOMPARE(originals.find("one", 3).value(), (std::vector<float>{1, 2, 3}));
}

void OriginalsTest::onlyTheNewestStay() {
    const fs::path cache = cache_ / "own";
    const store::Originals originals(cache);
    const fs::file_time_type now = fs::file_time_type::clock::now();
    const std::vector<float> states{1};
    for (int i = 0; i < 8; ++i) {
        const std::string name = "state" + std::to_string(i);
        originals.keep(name, states);
        fs::last_write_time(cache / "originals" / (name + ".states"), now + std::chrono::seconds(10 * i - 1000));
    }
    originals.keep("state8", states);

    QVERIFY(!originals.find("state4", 1));
    QVERIFY(originals.find("state5", 1).has_value());
    QVERIFY(originals.find("state8", 1).has_value());
    QCOMPARE(std::distance(fs::directory_iterator(cache / "originals"), fs::directory_iterator()),
             static_cast<std::ptrdiff_t>(store::Originals::kept));
}

void OriginalsTest::aCacheThatCannotBeWrittenIsNoError() {
    writeFile(cache_ / "file", "in the way");
    const store::Originals originals(cache_ / "file");

    originals.keep("a", std::vector<float>{1});

    QVERIFY(!originals.find("a", 1));
}

DQ_TEST(OriginalsTest);
#include "originals_test.moc"
