#include <fstream>
#include <map>

#include "kernels/bit_pack.hpp"
#include "tests/kernels/golden_matrix.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

std::map<std::string, QByteArray> peersLines() {
    std::ifstream file(DQ_SOURCE_DIR "/tests/fixtures/kernels/peers.txt");
    std::map<std::string, QByteArray> lines;
    for (std::string name, bytes; file >> name >> bytes;)
        lines[name] = QByteArray::fromHex(QByteArray::fromStdString(bytes));
    return lines;
}

QByteArray bytesOf(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

/// compressed-tensors stores integers as codes from zero up.
std::vector<std::byte> unsignedCodes(const Packed& packed, int bits, std::size_t count) {
    std::vector<std::uint16_t> codes(count);
    unpackBits(packed.codes, bits, codes);
    for (std::uint16_t& code : codes)
        code ^= static_cast<std::uint16_t>(1 << (bits - 1));
    std::vector<std::byte> bytes(packed.codes.size());
    packBits(codes, bits, bytes);
    return bytes;
}

/// bitsandbytes stores the first of two codes in the high half.
std::vector<std::byte> halvesTurned(std::vector<std::byte> bytes) {
    for (std::byte& byte : bytes)
        byte = byte << 4 | byte >> 4;
    return bytes;
}

/// FP4 has two zeros. Which of them a small weight becomes says nothing: bitsandbytes' own paths differ.
QByteArray withOneZero(QByteArray bytes) {
    for (char& byte : bytes) {
        if ((byte & 0x0f) == 0x08) byte = static_cast<char>(byte & 0xf0);
        if ((byte & 0xf0) == 0x80) byte = static_cast<char>(byte & 0x0f);
    }
    return bytes;
}

std::vector<std::byte> asPeersLayThemOut(const Packed& packed, const Encoding& encoding, std::size_t count) {
    if (encoding.element == Element::Int && !encoding.zeroPoint) return unsignedCodes(packed, encoding.bits, count);
    if (encoding.element == Element::Nf4 || encoding.element == Element::Fp4) return halvesTurned(packed.codes);
    return packed.codes;
}

}  // namespace

class PeersTest : public QObject {
    Q_OBJECT

private slots:
    /// Given the same scales, compressed-tensors' compressor and bitsandbytes' reference pack the same bytes.
    void packedBytesAreThePeers() {
        const Matrix matrix = goldenMatrix(256);
        const auto lines = peersLines();
        QCOMPARE(lines.size(), std::size_t{23});
        for (const auto& [name, expected] : lines) {
            const Encoding& encoding = format::get(name).encoding;
            QByteArray found = bytesOf(asPeersLayThemOut(packedOf(matrix, encoding), encoding, matrix.numbers.size()));
            QByteArray wanted = expected;
            if (encoding.element == Element::Fp4) {
                found = withOneZero(found);
                wanted = withOneZero(wanted);
            }
            QCOMPARE(found.size(), wanted.size());
            for (qsizetype i = 0; i < found.size(); ++i)
                QVERIFY2(found[i] == wanted[i], (name + ", byte " + std::to_string(i)).c_str());
        }
    }
};

DQ_TEST(PeersTest);
#include "peers_test.moc"
