// BF16 as floats on every vector unit: every code, every length, any address.
#include <cmath>
#include <cstring>
#include <vector>

#include "core/base/dtype.hpp"
#include "kernels/simd/targets.hpp"
#include "kernels/simd/widen_row.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;

namespace {

/// Bytes of the codes, from an odd address on.
struct Codes {
    std::vector<std::byte> bytes{std::byte{}};

    void add(std::uint16_t code) {
        bytes.push_back(static_cast<std::byte>(code & 255));
        bytes.push_back(static_cast<std::byte>(code >> 8));
    }
    const std::byte* begin() const { return bytes.data() + 1; }
    std::size_t count() const { return bytes.size() / 2; }
};

}  // namespace

class WidenTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { simd::forceTarget({}); }

    void everyCodeIsItsNumber() {
        Codes all;
        for (unsigned code = 0; code < 65536; ++code) all.add(static_cast<std::uint16_t>(code));
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            std::vector<float> found(all.count());
            QVERIFY(!simd::widenBf16(all.begin(), all.count(), found.data()));
            for (unsigned code = 0; code < 65536; ++code) {
                const float expected = fromBf16(static_cast<std::uint16_t>(code));
                QVERIFY2(std::memcmp(&expected, &found[code], sizeof expected) == 0, target.c_str());
            }
        }
    }

    void oneThatIsNoNumberIsFoundWhereverItLies() {
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            for (const std::size_t count : {0, 1, 7, 16, 33, 70})
                for (std::size_t bad = 0; bad <= count; ++bad)
                    for (const unsigned code : {0x7f80u, 0xff80u, 0x7fc0u, 0xff81u, 0x7f7fu}) {
                        Codes codes;
                        for (std::size_t j = 0; j < count; ++j) codes.add(static_cast<std::uint16_t>(j == bad ? code : 0xff7f));
                        std::vector<float> found(count + 1, 3.0f);
                        const bool good = bad == count || code == 0x7f7f;
                        QCOMPARE(simd::widenBf16(codes.begin(), count, found.data()), good);
                        QCOMPARE(found[count], 3.0f);
                    }
        }
    }

    void theLargestMagnitudeIsFoundWhereverItLies() {
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            QCOMPARE(simd::largestBf16(nullptr, 0), 0.0f);
            for (const std::size_t count : {1, 7, 32, 33, 70})
                for (std::size_t place = 0; place < count; ++place) {
                    Codes codes;
                    for (std::size_t j = 0; j < count; ++j) codes.add(toBf16(j == place ? -2.5f : 2.25f));
                    QCOMPARE(simd::largestBf16(codes.begin(), count), 2.5f);
                }
            Codes damaged;
            for (const unsigned code : {0x4000u, 0x7fc1u, 0x3f80u}) damaged.add(static_cast<std::uint16_t>(code));
            QVERIFY(std::isnan(simd::largestBf16(damaged.begin(), 3)));
        }
    }
};

DQ_TEST(WidenTest);
#include "widen_test.moc"
