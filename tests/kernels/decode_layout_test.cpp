#include <algorithm>
#include <numeric>

#include "core/base/error.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/decode/layout.hpp"
#include "tests/kernels/decode_formats.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

class DecodeLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void everyCodeComesBackFromEveryPlace() {
        for (int bits = 2; bits <= 8; ++bits) {
            const Encoding& encoding = format::get("int" + std::to_string(bits) + "-row").encoding;
            const std::int64_t rows = 17, cols = 514;
            std::vector<std::uint16_t> codes(static_cast<std::size_t>(cols));
            Packed packed = emptyPacked(encoding, rows, cols);
            const std::size_t rowBytes = packed.codes.size() / static_cast<std::size_t>(rows);
            for (unsigned first = 0; first < 1u << bits; ++first) {
                for (std::int64_t i = 0; i < rows; ++i) {
                    for (std::size_t j = 0; j < codes.size(); ++j)
                        codes[j] = static_cast<std::uint16_t>((first + j * 40503u + static_cast<std::size_t>(i) * 7u) & ((1u << bits) - 1));
                    packBits(codes, bits, std::span(packed.codes).subspan(static_cast<std::size_t>(i) * rowBytes, rowBytes));
                }
                const decoding::Flat back = decoding::unpack(decoding::repack(encoding, rows, cols, 1, packed.codes, packed.scales));
                QVERIFY(back.codes == packed.codes);
            }
        }
    }

    void whatIsRepackedComesBack() {
        for (const std::string& name : decodeFormats())
            for (const auto& [rows, cols] : {std::pair{1, 16}, {3, 172}, {15, 256}, {16, 512}, {33, 1040}, {130, 300}}) {
                const Encoding& encoding = format::get(name).encoding;
                if (!decoding::layoutOf(encoding, cols)) continue;
                const Packed packed = packedOf(randomMatrix(rows, cols, 3), encoding);
                const decoding::Repacked there = decoding::repack(encoding, rows, cols, packed.globalScale, packed.codes, packed.scales);
                const decoding::Flat back = decoding::unpack(there);
                QVERIFY2(back.codes == packed.codes && back.scales == packed.scales, name.c_str());
            }
    }

    /// All bytes of a block are the format's: scales of every value, minima, halves.
    void blocksOfAnyBytesComeBack() {
        std::mt19937 generator(5);
        for (const char* name : {"q4_k", "q6_k", "q8_0"}) {
            const Encoding& encoding = format::get(name).encoding;
            Packed packed = emptyPacked(encoding, 20, 768);
            for (std::byte& byte : packed.codes)
                byte = static_cast<std::byte>(generator() & 0xff);
            const decoding::Repacked there = decoding::repack(encoding, 20, 768, 1, packed.codes, packed.scales);
            QVERIFY2(decoding::unpack(there).codes == packed.codes, name);
        }
    }

    void aBrickIsLaidOutAsDrawn() {
        const Encoding& encoding = format::get("int5-g64").encoding;
        Packed packed = emptyPacked(encoding, 16, 256);
        const auto setCode = [&](std::size_t row, std::size_t column, unsigned code) {
            std::vector<std::uint16_t> codes(256, 0);
            codes[column] = static_cast<std::uint16_t>(code ^ 16u);  // two's complement of what is wanted in offset binary
            for (std::size_t j = 0; j < codes.size(); ++j)
                if (j != column) codes[j] = 16;  // 0 in offset binary
            packBits(codes, 5, std::span(packed.codes).subspan(row * 160, 160));
        };
        for (std::size_t row = 0; row < 16; ++row)
            setCode(row, 0, 0);
        setCode(9, 16 * 5 + 4 * 2 + 3, 0b10110);  // lane 1 * 4 + 2, step 5, pair 3, second of it
        packed.scales[(9 * 4 + 1) * 2] = std::byte{0x5a};  // the scale of its group

        const decoding::Repacked there = decoding::repack(encoding, 16, 256, 1, packed.codes, packed.scales);

        QCOMPARE(there.layout.bytes(), 5 * 512 + 4 * 16 * 2);
        const auto word = [&](std::size_t at) {
            return std::uint32_t{there.bricks[at]} | std::uint32_t{there.bricks[at + 1]} << 8 | std::uint32_t{there.bricks[at + 2]} << 16 |
                   std::uint32_t{there.bricks[at + 3]} << 24;
        };
        const std::size_t lane = 6;
        QCOMPARE(word(512 * 1 + lane * 16 + 4), 0b0110u << (16 + 12));   // plane of four: pair 23 in word 5, the second load's second
        QCOMPARE(word(512 * 4 + lane * 16 + 4), 1u << (16 + 7));         // plane of one: word 1, bit 7
        QCOMPARE(there.bricks[5 * 512 + (1 * 16 + 3) * 2], std::uint8_t{0x5a});  // group 1, row 9 beside row 1
        QCOMPARE(std::count_if(there.bricks.begin(), there.bricks.end(), [](std::uint8_t byte) { return byte != 0; }), std::ptrdiff_t{3});
    }

    void bricksTakeAsManyBytesAsPacked() {
        for (const std::string& name : decodeFormats()) {
            const format::Format format = format::get(name);
            if (format.encoding.zeroPoint || format.encoding.groupRows > 1 || format.encoding.group == 512) continue;
            const Packed packed = packedOf(randomMatrix(32, 512, 3), format.encoding);
            const decoding::Repacked there = decoding::repack(format.encoding, 32, 512, packed.globalScale, packed.codes, packed.scales);
            QVERIFY2(there.bytes() == packed.codes.size() + packed.scales.size(), name.c_str());
        }
    }

    void matricesOfNothing() {
        const Encoding& encoding = format::get("int4-g32").encoding;
        QVERIFY(decoding::repack(encoding, 0, 64, 1, {}, {}).bricks.empty());
        const decoding::Repacked narrow = decoding::repack(encoding, 3, 0, 1, {}, {});
        QVERIFY(narrow.bricks.empty() && decoding::unpack(narrow) == decoding::Flat());
    }

    void whatHasNoLayoutIsSaid() {
        for (const char* name : {"nf4-g64", "int12-g64", "mxfp6-e2m3", "q5_k", "fp4-g64"})
            DQ_THROWS(decoding::repack(format::get(name).encoding, 1, 256, 1, {}, {}), "no layout for this format", "256 columns");
        DQ_THROWS(decoding::repack(format::get("q4_k").encoding, 1, 288, 1, {}, {}), "288 columns");
        const std::vector<std::byte> few(7);
        DQ_THROWS(decoding::repack(format::get("int4-g32").encoding, 1, 32, 1, few, {}), "7 bytes of codes", "[1, 32]");
        DQ_THROWS(decoding::repack(format::get("int4-g32").encoding, -1, 32, 1, {}, {}), "[-1, 32]");
    }
};

DQ_TEST(DecodeLayoutTest);
#include "decode_layout_test.moc"
