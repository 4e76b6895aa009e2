#include "kernels/bit_pack.hpp"

#include <random>
#include <vector>

#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;

namespace {

std::vector<std::byte> pack(std::vector<std::uint16_t> codes, int bits) {
    std::vector<std::byte> bytes((codes.size() * static_cast<std::size_t>(bits) + 7) / 8);
    packBits(codes, bits, bytes);
    return bytes;
}

QByteArray hex(const std::vector<std::byte>& bytes) {
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()))
        .toHex();
}

/// The layout, one bit at a time.
std::vector<std::byte> packSlowly(const std::vector<std::uint16_t>& codes, int bits) {
    std::vector<std::byte> bytes((codes.size() * static_cast<std::size_t>(bits) + 7) / 8);
    for (std::size_t i = 0; i < codes.size(); ++i)
        for (std::size_t k = 0; k < static_cast<std::size_t>(bits); ++k) {
            const std::size_t place = i * static_cast<std::size_t>(bits) + k;
            if (codes[i] >> k & 1) bytes[place / 8] |= static_cast<std::byte>(1 << place % 8);
        }
    return bytes;
}

}  // namespace

class BitPackTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithThePublishedBytes() {
        QCOMPARE(hex(pack({1, 2, 3, 31, 16}, 5)), QByteArray("418c0f01"));
        QCOMPARE(hex(pack({1, 63, 32, 7}, 6)), QByteArray("c10f1e"));
        QCOMPARE(hex(pack({1, 2, 3, 4, 5, 6, 7, 0}, 3)), QByteArray("d1581f"));
        QCOMPARE(hex(pack({0x1, 0xf}, 4)), QByteArray("f1"));
        QCOMPARE(hex(pack({0x1234}, 16)), QByteArray("3412"));
        QCOMPARE(hex(pack({}, 5)), QByteArray());
    }

    void everyWidthAgreesWithBitByBitPackingAndComesBack() {
        std::mt19937 generator(3);
        for (int bits = 1; bits <= 16; ++bits)
            for (std::size_t count = 0; count < 70; ++count) {
                std::vector<std::uint16_t> codes(count);
                for (std::uint16_t& code : codes)
                    code = static_cast<std::uint16_t>(generator() & ((1u << bits) - 1));

                const std::vector<std::byte> bytes = pack(codes, bits);
                std::vector<std::uint16_t> back(count);
                unpackBits(bytes, bits, back);

                QCOMPARE(hex(bytes), hex(packSlowly(codes, bits)));
                QCOMPARE(back, codes);
            }
    }

    void ignoresBitsAboveTheWidth() { QCOMPARE(hex(pack({0xfff1, 0xffe2}, 4)), hex(pack({0x1, 0x2}, 4))); }
};

DQ_TEST(BitPackTest);
#include "bit_pack_test.moc"
