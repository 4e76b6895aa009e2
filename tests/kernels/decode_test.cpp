#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/cuda.hpp"
#include "kernels/decode/decode.hpp"
#include "kernels/decode/emulate.hpp"
#include "kernels/decode/lane.hpp"
#include "kernels/decode/layout.hpp"
#include "tests/kernels/decode_formats.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

struct Tried {
    Matrix weights;  // as unpacked
    decoding::Repacked laidOut;
};

Tried triedOf(const std::string& name, std::int64_t rows, std::int64_t cols, unsigned seed) {
    const Encoding& encoding = format::get(name).encoding;
    const Packed packed = packedOf(randomMatrix(rows, cols, seed), encoding);
    return {unpackedOf(packed, encoding, rows, cols), decoding::repack(encoding, rows, cols, packed.globalScale, packed.codes, packed.scales)};
}

std::vector<std::uint16_t> inputsOf(std::int64_t batch, std::int64_t cols) {
    std::vector<std::uint16_t> x;
    for (const float one : randomMatrix(batch, cols, 77).numbers)
        x.push_back(static_cast<std::uint16_t>(rounding::bitsOf(rounding::toBf16(one * 30)) >> 16));
    return x;
}

/// The largest error over the sum of magnitudes it is made of; what was not written is infinitely far off.
double worst(const Tried& tried, const std::vector<std::uint16_t>& x, std::int64_t batch, const std::vector<float>& y) {
    double most = 0;
    const std::int64_t rows = tried.weights.rows, cols = tried.weights.cols;
    for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t i = 0; i < rows; ++i) {
            double sum = 0, size = 1e-30;
            for (std::int64_t j = 0; j < cols; ++j) {
                const float input = rounding::floatOf(std::uint32_t{x[static_cast<std::size_t>(b * cols + j)]} << 16);
                const double term = double{tried.weights.view().row(i)[j]} * double{input};
                sum += term;
                size += std::fabs(term);
            }
            const double off = std::fabs(double{y[static_cast<std::size_t>(b * rows + i)]} - sum) / size;
            most = std::isnan(off) ? std::numeric_limits<double>::infinity() : std::max(most, off);
        }
    return most;
}

std::vector<float> poisoned(std::int64_t count) {
    return std::vector<float>(static_cast<std::size_t>(count), std::nanf(""));
}

std::vector<float> product(const decoding::Repacked& weights, const std::vector<std::uint16_t>& x, std::int64_t batch, int processors = 132) {
    std::vector<float> y = poisoned(batch * weights.rows);
    const decoding::Matrix matrix = decoding::matrixOf(weights);
    void* const to = y.data();
    decoding::emulate(decoding::planned(std::span(&matrix, 1), x.data(), batch, std::span(&to, 1), decoding::Output::F32, processors));
    return y;
}

}  // namespace

class DecodeTest : public QObject {
    Q_OBJECT

private slots:
    void productsAreThoseOfTheUnpackedWeights() {
        for (const std::string& name : decodeFormats())
            for (const auto& [rows, cols] : {std::pair{1, 16}, {3, 172}, {17, 256}, {20, 1040}, {130, 512}}) {
                if (!decoding::layoutOf(format::get(name).encoding, cols)) continue;
                const Tried tried = triedOf(name, rows, cols, 3);
                for (const std::int64_t batch : {1, 8, 11}) {
                    const std::vector<std::uint16_t> x = inputsOf(batch, cols);
                    const double off = worst(tried, x, batch, product(tried.laidOut, x, batch));
                    QVERIFY2(off <= 2e-6, (name + " " + std::to_string(rows) + "x" + std::to_string(cols) + " " + std::to_string(off)).c_str());
                }
            }
    }

    void everyNumberOfInputs() {
        const Tried tried = triedOf("int5-g64", 40, 768, 9);
        for (std::int64_t batch = 1; batch <= decoding::mostInputs; ++batch) {
            const std::vector<std::uint16_t> x = inputsOf(batch, 768);
            QVERIFY(worst(tried, x, batch, product(tried.laidOut, x, batch)) <= 2e-6);
        }
    }

    void columnsThatNoGroupDivides() {
        for (const std::int64_t cols : {4, 12, 20, 252, 260, 268})
            for (const char* name : {"int4-g32", "int8-row", "bf16"}) {
                const Tried tried = triedOf(name, 18, cols, 2);
                const std::vector<std::uint16_t> x = inputsOf(3, cols);
                QVERIFY2(worst(tried, x, 3, product(tried.laidOut, x, 3)) <= 2e-6, name);
            }
    }

    /// More bricks than the ring holds, over and over, for every way of sharing a block.
    void longRowsGoRoundTheRing() {
        for (const char* name : {"int2-g32", "int3-g32", "int4-g128", "int7-g64", "nvfp4", "fp8-e4m3-block", "bf16", "q4_k", "q6_k"})
            for (const auto& [batch, processors] : {std::pair{1, 132}, {5, 1}, {16, 1}, {16, 3}}) {
                const Tried tried = triedOf(name, 100, 5120 + 256, 4);
                const std::vector<std::uint16_t> x = inputsOf(batch, tried.weights.cols);
                QVERIFY2(worst(tried, x, batch, product(tried.laidOut, x, batch, processors)) <= 2e-6, name);
            }
    }

    void everyCodeCountsWhatItStandsFor() {
        for (const std::string& name : decodeFormats()) {
            const Encoding& encoding = format::get(name).encoding;
            if (encoding.bits > 8 || encoding.element == Element::Block) continue;
            const std::int64_t cols = 1 << encoding.bits;  // code j in column j, and one input alone
            Packed packed = packedOf(randomMatrix(1, cols, 9), encoding);
            std::vector<std::uint16_t> all(static_cast<std::size_t>(cols));
            for (std::size_t j = 0; j < all.size(); ++j)
                all[j] = static_cast<std::uint16_t>(j);
            if (encoding.element == Element::E4M3) all[0x7f] = all[0xff] = 0;  // no numbers
            packBits(all, encoding.bits, packed.codes);
            const Matrix expected = unpackedOf(packed, encoding, 1, cols);
            const decoding::Repacked weights = decoding::repack(encoding, 1, cols, packed.globalScale, packed.codes, packed.scales);
            for (std::int64_t first = 0; first < cols; first += decoding::mostInputs) {
                const std::int64_t batch = std::min<std::int64_t>(decoding::mostInputs, cols - first);
                std::vector<std::uint16_t> x(static_cast<std::size_t>(batch * cols), 0);
                for (std::int64_t b = 0; b < batch; ++b)
                    x[static_cast<std::size_t>(b * cols + first + b)] = 0x3f80;
                const std::vector<float> y = product(weights, x, batch);
                for (std::int64_t b = 0; b < batch; ++b) {
                    const float wanted = expected.numbers[static_cast<std::size_t>(first + b)], found = y[static_cast<std::size_t>(b)];
                    QVERIFY2(std::fabs(found - wanted) <= 1e-6f * std::fabs(wanted), (name + " code " + std::to_string(first + b)).c_str());
                }
            }
        }
    }

    /// Blocks of files are any bytes: scales of every value and sign.
    void blocksOfAnyBytesCountWhatTheyStandFor() {
        std::mt19937 generator(5);
        for (const char* name : {"q4_k", "q6_k", "q8_0"}) {
            const Encoding& encoding = format::get(name).encoding;
            Packed packed = emptyPacked(encoding, 17, 512);
            for (std::byte& byte : packed.codes)
                byte = static_cast<std::byte>(generator() & 0xbb);  // halves stay finite
            const Tried tried{unpackedOf(packed, encoding, 17, 512), decoding::repack(encoding, 17, 512, 1, packed.codes, packed.scales)};
            const std::vector<std::uint16_t> x = inputsOf(2, 512);
            QVERIFY2(worst(tried, x, 2, product(tried.laidOut, x, 2)) <= 2e-6, name);
        }
    }

    void matricesOfOneInputGoTogether() {
        const std::vector<std::string> names{"int5-g64", "nvfp4", "q4_k", "fp8-e4m3", "int8-g32", "bf16", "int3-g32", "q6_k"};
        const std::vector<std::int64_t> rows{48, 1, 33, 16, 130, 5, 64, 17};
        for (const std::int64_t batch : {1, 6, 16}) {
            const std::vector<std::uint16_t> x = inputsOf(batch, 1536);
            std::vector<Tried> tried;
            std::vector<std::vector<float>> y;
            for (std::size_t i = 0; i < names.size(); ++i) {
                tried.push_back(triedOf(names[i], rows[i], 1536, static_cast<unsigned>(i)));
                y.push_back(poisoned(batch * rows[i]));
            }
            std::vector<decoding::Matrix> matrices;
            std::vector<void*> to;
            for (std::size_t i = 0; i < names.size(); ++i) {
                matrices.push_back(decoding::matrixOf(tried[i].laidOut));
                to.push_back(y[i].data());
            }
            decoding::emulate(decoding::planned(matrices, x.data(), batch, to, decoding::Output::F32, 2));
            for (std::size_t i = 0; i < names.size(); ++i)
                QVERIFY2(worst(tried[i], x, batch, y[i]) <= 2e-6, names[i].c_str());
        }
    }

    void resultsInBf16AreRoundedOnce() {
        const Tried tried = triedOf("int4-g32", 20, 512, 1);
        const std::vector<std::uint16_t> x = inputsOf(2, 512);
        const std::vector<float> exact = product(tried.laidOut, x, 2);
        std::vector<std::uint16_t> y(40, 0xffff);
        const decoding::Matrix matrix = decoding::matrixOf(tried.laidOut);
        void* const to = y.data();
        decoding::emulate(decoding::planned(std::span(&matrix, 1), x.data(), 2, std::span(&to, 1), decoding::Output::Bf16, 132));
        for (std::size_t i = 0; i < y.size(); ++i)
            QCOMPARE(rounding::floatOf(std::uint32_t{y[i]} << 16), rounding::toBf16(exact[i]));
    }

    void nothingTimesNothing() {
        const Tried narrow = triedOf("bf16", 2, 0, 5);
        QCOMPARE(product(narrow.laidOut, {}, 1), std::vector<float>(2, 0.0f));
        const decoding::Repacked none = decoding::repack(format::get("int4-g32").encoding, 0, 32, 1, {}, {});
        QVERIFY(product(none, inputsOf(1, 32), 1).empty());
    }

    void onADeviceTheSameComesOut() {
        if (!cudaAvailable()) QSKIP("no CUDA device here, or a build without CUDA: the device's products were not run");
        for (const std::string& name : decodeFormats())
            for (const auto& [rows, cols] : {std::pair{1, 16}, {17, 256}, {130, 5120}}) {
                if (!decoding::layoutOf(format::get(name).encoding, cols)) continue;
                const Tried tried = triedOf(name, rows, cols, 3), other = triedOf("int3-g32", 50, cols, 4);
                for (const std::int64_t batch : {1, 7, 16}) {
                    const std::vector<std::uint16_t> x = inputsOf(batch, cols);
                    const decoding::Repacked* const both[] = {&tried.laidOut, &other.laidOut};
                    const auto y = decoding::cuda::multiply(both, x, batch);
                    QVERIFY2(worst(tried, x, batch, y[0]) <= 1e-5 && worst(other, x, batch, y[1]) <= 1e-5, name.c_str());
                }
            }
    }

    void withoutADeviceTheAnswerIsASentence() {
        if (cudaAvailable()) QSKIP("a CUDA device is there: nothing is refused");
        const Tried tried = triedOf("int4-g32", 16, 256, 1);
        const decoding::Repacked* const one = &tried.laidOut;
        DQ_THROWS(decoding::cuda::multiply(std::span(&one, 1), inputsOf(1, 256), 1), "CUDA");
        DQ_THROWS(decoding::cuda::Resident(tried.laidOut), "CUDA");
        DQ_THROWS(decoding::cuda::processors(), "CUDA");
        DQ_THROWS(decoding::cuda::start({}, nullptr), "CUDA");
    }

    void aWarpHasTwoBricksUnderWayAndABlockFits() {
        for (int coding = 0; coding < decoding::codings; ++coding)
            QVERIFY(decoding::stagesOf(static_cast<decoding::Coding>(coding)) >= 2);
        for (const std::string& name : decodeFormats()) {
            const decoding::Layout layout = *decoding::layoutOf(format::get(name).encoding, 512);
            const decoding::Matrix matrix{layout, 16, 512, 1, nullptr, nullptr};
            void* const to = nullptr;
            const decoding::Launch launch = decoding::planned(std::span(&matrix, 1), nullptr, 1, std::span(&to, 1), decoding::Output::F32, 132);
            QVERIFY2(launch.ringBytes * decoding::warpsPerBlock <= 68 << 10, name.c_str());
            QCOMPARE(launch.ringBytes % 16, 0);
        }
    }

    void whatNoLaunchTakesIsSaid() {
        const decoding::Matrix a{{}, 16, 512, 1, nullptr, nullptr}, b{{}, 16, 256, 1, nullptr, nullptr};
        void* const to[2] = {};
        const auto plan = [&](std::span<const decoding::Matrix> matrices, std::int64_t batch, std::size_t results) {
            return decoding::planned(matrices, nullptr, batch, std::span(to).first(results), decoding::Output::F32, 132);
        };
        const std::vector<decoding::Matrix> one{a}, two{a, b}, nine(9, a);
        DQ_THROWS(plan({}, 1, 0), "1 to 8 matrices", "not 0");
        DQ_THROWS(plan(nine, 1, 2), "not 9");
        DQ_THROWS(plan(one, 1, 2), "a result for each");
        DQ_THROWS(plan(one, 17, 1), "1 to 16 inputs", "17");
        DQ_THROWS(plan(one, 0, 1), "not 0");
        const std::vector<decoding::Matrix> odd{{{}, 16, 510, 1, nullptr, nullptr}};
        DQ_THROWS(plan(odd, 1, 1), "columns in fours, not 510");
        DQ_THROWS(plan(two, 1, 2), "512 and 256 columns");
    }
};

DQ_TEST(DecodeTest);
#include "decode_test.moc"
