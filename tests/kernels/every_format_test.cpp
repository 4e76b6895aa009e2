// The catalogue line by line: every format that has a name, not only those that are measured by default.
#include <cmath>
#include <cstring>

#include "kernels/error_stats.hpp"
#include "kernels/simd/targets.hpp"
#include "tests/kernels/every_name.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

/// A row that no group divides, and rows enough for two tiles where they are cheap.
Matrix matrixFor(const Encoding& encoding) {
    return randomMatrix(encoding.groupRows > 1 ? 130 : 2, 300, 31);
}

Packed byReference(const Matrix& matrix, const Encoding& encoding) {
    Packed packed = emptyPacked(encoding, matrix.rows, matrix.cols);
    packed.globalScale = globalScaleFor(encoding, largestMagnitude(matrix.view()));
    reference::quantizePack(matrix.view(), encoding, packed.globalScale, packed.codes, packed.scales);
    return packed;
}

}  // namespace

class EveryFormatTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { simd::forceTarget(""); }

    void everyNameIsAFormatOfItsOwn() {
        std::vector<Encoding> seen;
        for (const std::string& name : everyName()) {
            const format::Format* const format = format::find(name);
            QVERIFY2(format && format->name == name, name.c_str());
            for (const Encoding& other : seen)
                QVERIFY2(!(other == format->encoding), name.c_str());
            seen.push_back(format->encoding);
        }
    }

    void bytesAreThoseThatAreWritten() {
        for (const std::string& name : everyName()) {
            const format::Format& format = format::get(name);
            for (const auto& [rows, cols] : {std::pair{0, 7}, {1, 1}, {3, 172}, {129, 257}}) {
                const Packed packed = packedOf(randomMatrix(rows, cols, 2), format.encoding);
                QCOMPARE(format.bytes(rows, cols), static_cast<Bytes>(packed.codes.size() + packed.scales.size()) +
                                                       (format.encoding.globalScale ? 4 : 0));
            }
        }
    }

    void everyTargetWritesTheReferencesBytesAndReadsThem() {
        for (const std::string& name : everyName()) {
            const Encoding& encoding = format::get(name).encoding;
            const Matrix matrix = matrixFor(encoding);
            const Packed expected = byReference(matrix, encoding);
            Matrix back(matrix.rows, matrix.cols);
            reference::dequantize(encoding, matrix.rows, matrix.cols, expected.globalScale, expected.codes, expected.scales,
                                  back.numbers);
            for (const std::string& target : simd::targets()) {
                simd::forceTarget(target);
                QVERIFY2(packedOf(matrix, encoding) == expected, (target + " " + name).c_str());
                const Matrix found = unpackedOf(expected, encoding, matrix.rows, matrix.cols);
                QVERIFY2(std::memcmp(found.numbers.data(), back.numbers.data(), 4 * back.numbers.size()) == 0,
                         (target + " " + name).c_str());
            }
        }
    }

    /// Against float64, and against the reference bit for bit.
    void errorsAreThoseOfTheBytes() {
        for (const std::string& name : everyName()) {
            const Encoding& encoding = format::get(name).encoding;
            const Matrix matrix = matrixFor(encoding);
            const Packed packed = byReference(matrix, encoding);
            const Matrix back = unpackedOf(packed, encoding, matrix.rows, matrix.cols);
            double squared = 0;
            for (std::size_t k = 0; k < matrix.numbers.size(); ++k)
                squared += std::pow(double{matrix.numbers[k]} - double{back.numbers[k]}, 2);
            const std::vector<Encoding> palette{encoding};
            const std::vector<float> scales{packed.globalScale};
            const ErrorSums slow = reference::errorStats(matrix.view(), palette, scales, nullptr, nullptr)[0];
            QVERIFY2(std::fabs(slow.squared - squared) <= 1e-6 * squared, name.c_str());  // kernels/error_stats.hpp
            for (const std::string& target : simd::targets()) {
                simd::forceTarget(target);
                const ErrorSums fast = errorStats(matrix.view(), palette, scales, nullptr, nullptr)[0];
                QVERIFY2(fast.squared == slow.squared && fast.largest == slow.largest, (target + " " + name).c_str());
            }
        }
    }
};

DQ_TEST(EveryFormatTest);
#include "every_format_test.moc"
