#include "core/base/units.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

class UnitsTest : public QObject {
    Q_OBJECT

private slots:
    void readsSizes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("bytes");
        const std::vector<std::pair<const char*, qint64>> cases{{"0", 0},
                                                                {"123456", 123456},
                                                                {"12 B", 12},
                                                                {"1KiB", 1024},
                                                                {"1.5GiB", 1610612736},
                                                                {"700 MB", 700000000},
                                                                {"1 kB", 1000},
                                                                {"2TiB", qint64{2} << 40},
                                                                {"0.3MiB", 314572},
                                                                {"1e3", 1000},
                                                                {"1.5e2KiB", 153600},
                                                                {"3 GB", 3000000000},
                                                                {"7TB", 7000000000000},
                                                                {"4MiB", 4194304},
                                                                {"9007199254740993", 9007199254740993}};
        for (const auto& [text, bytes] : cases)
            QTest::newRow(text) << QString(text) << bytes;
    }

    void readsSizes() {
        QFETCH(QString, text);
        QFETCH(qint64, bytes);
        QCOMPARE(qint64{parseBytes(text.toStdString())}, bytes);
    }

    void refusesWhatIsNoSize() {
        for (const char* text :
             {"", " ", "GiB", "-1", "-0.5GiB", "nan", "inf", "1.5 gib", "1 GiB x", "1,5GiB", "0x10", "1e30",
              "9e18TiB", "12 parsecs", "1e999", "--1", "9223372036854775808"}) {
            const std::string quoted = std::string("\"") + text + "\"";
            DQ_THROWS(parseBytes(text), quoted.c_str(), "1.5GiB");
        }
    }

    void showsThreeDigitsWithABinaryUnit() {
        const std::vector<std::pair<Bytes, const char*>> cases{{0, "0 B"},
                                                               {12, "12 B"},
                                                               {999, "999 B"},
                                                               {1000, "0.977 KiB"},
                                                               {1024, "1.00 KiB"},
                                                               {428032, "418 KiB"},
                                                               {1_MiB, "1.00 MiB"},
                                                               {1_GiB, "1.00 GiB"},
                                                               {6657199309, "6.20 GiB"},
                                                               {1023 * 1024, "0.999 MiB"},
                                                               {5000_GiB, "4.88 TiB"},
                                                               {-2048, "-2.00 KiB"}};
        for (const auto& [bytes, expected] : cases)
            QCOMPARE(QString::fromStdString(showBytes(bytes)), QString(expected));
        QVERIFY(showBytes(std::numeric_limits<Bytes>::max()).find("TiB") != std::string::npos);
    }

    void showsNumbersWithThreeDigits() {
        const std::vector<std::pair<double, const char*>> cases{{0, "0.00"},
                                                                {4, "4.00"},
                                                                {0.0125, "0.0125"},
                                                                {3.1e-5, "3.10e-05"},
                                                                {999.4, "999"},
                                                                {12345, "12345"},
                                                                {1e6, "1.00e+06"},
                                                                {-0.5, "-0.500"},
                                                                {0.001, "0.00100"},
                                                                {99.96, "100"},
                                                                {9.996, "10.0"},
                                                                {0.9996, "1.00"},
                                                                {999999.9, "1.00e+06"},
                                                                {0.00099996, "0.00100"},
                                                                {1, "1.00"}};
        for (const auto& [number, expected] : cases)
            QCOMPARE(QString::fromStdString(showNumber(number)), QString(expected));
        QCOMPARE(showNumber(3.14159, 5), std::string("3.1416"));
        QCOMPARE(showNumber(std::nan("")), std::string("nan"));
        QCOMPARE(showNumber(-HUGE_VAL), std::string("-inf"));
    }

    void productsThatDoNotFitAreRefused() {
        QCOMPARE(checkedProduct(3, 4, "x"), std::int64_t{12});
        QCOMPARE(checkedProduct(0, std::numeric_limits<std::int64_t>::max(), "x"), std::int64_t{0});
        DQ_THROWS(checkedProduct(std::int64_t{1} << 32, std::int64_t{1} << 31, "tensor q"), "tensor q",
                  "4294967296");
        DQ_THROWS(checkedProduct(-1, 0, "tensor q"), "-1");
        DQ_THROWS(checkedProduct(5, -7, "tensor q"), "-7");
    }
};

DQ_TEST(UnitsTest);
#include "units_test.moc"
