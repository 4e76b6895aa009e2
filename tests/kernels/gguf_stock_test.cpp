#include <algorithm>
#include <fstream>

#include "kernels/gguf/gguf.hpp"
#include "tests/kernels/gguf_rows.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::test;
namespace gguf = kernels::gguf;

namespace {

constexpr std::size_t cols = 512;

/// tests/fixtures/kernels/gguf.bin: weights [rowKinds, cols], importance [cols], then for every type stock's
/// bytes without importance and, where it is used, with it (tests/interop/gguf_against_stock.sh fixtures).
class StockBytes {
public:
    StockBytes() : file_(DQ_SOURCE_DIR "/tests/fixtures/kernels/gguf.bin", std::ios::binary) {
        read(weights.data(), weights.size() * sizeof(float));
        read(importance.data(), importance.size() * sizeof(float));
    }

    std::vector<std::byte> next(gguf::Type type) {
        std::vector<std::byte> bytes(rowKinds * gguf::rowBytes(type, cols));
        read(bytes.data(), bytes.size());
        return bytes;
    }

    bool good() const { return static_cast<bool>(file_); }
    bool atEnd() { return file_.peek() == std::ifstream::traits_type::eof(); }

    std::vector<float> weights = std::vector<float>(rowKinds * cols);
    std::vector<float> importance = std::vector<float>(cols);

private:
    void read(void* to, std::size_t bytes) {
        file_.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
    }

    std::ifstream file_;
};

using Quantize = void (*)(gguf::Type, std::span<const float>, const float*, std::span<std::byte>);

std::vector<std::byte> rowByRow(Quantize quantize, gguf::Type type, std::span<const float> weights,
                                const float* importance) {
    const std::size_t bytes = gguf::rowBytes(type, cols);
    std::vector<std::byte> out(weights.size() / cols * bytes);
    for (std::size_t row = 0; row < weights.size() / cols; ++row)
        quantize(type, weights.subspan(row * cols, cols), importance,
                 std::span(out).subspan(row * bytes, bytes));
    return out;
}

std::vector<std::byte> allRows(gguf::Type type, std::span<const float> weights, const float* importance) {
    std::vector<std::byte> out(weights.size() / cols * gguf::rowBytes(type, cols));
    gguf::quantizeRows(type, weights, cols, importance, out);
    return out;
}

std::string differingRows(gguf::Type type, const std::vector<std::byte>& seen,
                          const std::vector<std::byte>& wanted) {
    const std::size_t bytes = gguf::rowBytes(type, cols);
    std::string rows;
    for (std::size_t row = 0; row < rowKinds; ++row)
        if (!std::equal(seen.begin() + static_cast<std::ptrdiff_t>(row * bytes),
                        seen.begin() + static_cast<std::ptrdiff_t>((row + 1) * bytes),
                        wanted.begin() + static_cast<std::ptrdiff_t>(row * bytes)))
            rows += (rows.empty() ? std::string(gguf::infoOf(type).name) + ": " : ", ") +
                    nameOf(static_cast<Rows>(row));
    return rows;
}

}  // namespace

class GgufStockTest : public QObject {
    Q_OBJECT

private slots:
    void bytesEqualStocks() {
        StockBytes stock;
        for (const gguf::TypeInfo& info : gguf::types())
            for (const float* importance :
                 std::initializer_list<const float*>{nullptr, stock.importance.data()}) {
                if (importance && !info.usesImportance) continue;
                const auto wanted = stock.next(info.type);
                QVERIFY2(stock.good(), "tests/fixtures/kernels/gguf.bin is too short");
                for (const auto& seen :
                     {rowByRow(gguf::reference::quantizeRow, info.type, stock.weights, importance),
                      rowByRow(gguf::quantizeRow, info.type, stock.weights, importance),
                      allRows(info.type, stock.weights, importance)})
                    QCOMPARE(differingRows(info.type, seen, wanted), std::string());
            }
        QVERIFY(stock.atEnd());
    }

    void importanceIsIgnoredWhereStockIgnoresIt() {
        const StockBytes stock;
        for (const gguf::TypeInfo& info : gguf::types()) {
            const bool same = allRows(info.type, stock.weights, nullptr) ==
                              allRows(info.type, stock.weights, stock.importance.data());
            QCOMPARE(same, !info.usesImportance);
        }
    }
};

DQ_TEST(GgufStockTest);
#include "gguf_stock_test.moc"
