#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/text/samples.hpp"
#include "core/text/utf8.hpp"
#include "tests/support/runner.hpp"

namespace {

const std::string separator = "<|endoftext|>";

std::string bundled(const std::string& name) {
    return dq::readText(DQ_SOURCE_DIR "/resources/calibration/" + name);
}

}  // namespace

/// The texts that are used where the user names none.
class BundledTest : public QObject {
    Q_OBJECT

private slots:
    void isMadeOfDocuments_data();
    void isMadeOfDocuments();
    void whatIsHeldOutIsNotMeasuredOn();
};

void BundledTest::isMadeOfDocuments_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("documents");
    QTest::newRow("calibration") << "calibration.txt" << 100;
    QTest::newRow("evaluation") << "evaluation.txt" << 30;
}

void BundledTest::isMadeOfDocuments() {
    QFETCH(QString, name);
    QFETCH(int, documents);
    const std::string text = bundled(name.toStdString());

    const auto found = dq::text::splitDocuments(text, separator);

    QCOMPARE(dq::text::validUtf8(text), text.size());
    QVERIFY(std::ssize(found) >= documents);
    for (const std::string_view one : found) QVERIFY(one.size() >= 100 && one.size() < 4000);
    for (const char* const sign : {"    return ", "Problem 2.", ": [", "\u00e9"}) QVERIFY2(text.find(sign) != std::string::npos, sign);
}

void BundledTest::whatIsHeldOutIsNotMeasuredOn() {
    const std::string measured = bundled("calibration.txt"), heldOut = bundled("evaluation.txt");

    for (const std::string_view document : dq::text::splitDocuments(heldOut, separator)) {
        const std::string_view middle = document.substr(document.size() / 3, 60);
        QVERIFY2(measured.find(middle) == std::string::npos, std::string(middle).c_str());
    }
}

DQ_TEST(BundledTest);

#include "bundled_test.moc"
