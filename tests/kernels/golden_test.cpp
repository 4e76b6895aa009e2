#include <fstream>
#include <map>
#include <sstream>

#include "tests/kernels/golden_matrix.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::test;

namespace {

std::string fnv(std::span<const std::byte> bytes) {
    std::uint64_t digest = 0xcbf29ce484222325u;
    for (const std::byte byte : bytes)
        digest = (digest ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
    return QByteArray::number(static_cast<qulonglong>(digest), 16).rightJustified(16, '0').toStdString();
}

std::string fnv(std::vector<float> numbers) {
    for (float& number : numbers)
        number += 0.0f;  // one zero
    return fnv(std::as_bytes(std::span(numbers)));
}

std::map<std::string, std::string> goldenLines() {
    std::ifstream file(DQ_SOURCE_DIR "/tests/fixtures/kernels/golden.txt");
    std::map<std::string, std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines[line.substr(0, line.find(' '))] = line;
    return lines;
}

}  // namespace

class GoldenTest : public QObject {
    Q_OBJECT

private slots:
    /// An independent computation in numpy gave the same codes, scales and weights for every format.
    void everyFormatAgreesWithNumpy() {
        const auto lines = goldenLines();
        const Matrix few = goldenMatrix(172), many = goldenMatrix(172, 300);
        QCOMPARE(lines.at("weights"), "weights " + fnv(few.numbers));
        for (const format::Format& format : format::catalogue())
            QVERIFY2(lines.contains(format.name), format.name.c_str());

        for (const auto& [name, line] : lines) {
            if (name == "weights") continue;
            const format::Format& format = format::get(name);
            const Matrix& matrix = kernels::sharesScales(format.encoding) ? many : few;
            const Packed packed = packedOf(matrix, format.encoding);
            const Matrix back = unpackedOf(packed, format.encoding, matrix.rows, matrix.cols);
            QCOMPARE(QString::fromStdString(name + " " + fnv(packed.codes) + " " + fnv(packed.scales) + " " +
                                            fnv(back.numbers)),
                     QString::fromStdString(line));
        }
    }
};

DQ_TEST(GoldenTest);
#include "golden_test.moc"
