#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/matvec/input.hpp"
#include "kernels/matvec/pairs.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/matvec/weights.hpp"
#include "kernels/rounding.hpp"
#include "kernels/simd/targets.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

const std::vector<std::string> formats{"int2-g32", "int3-g32", "int3-g64-mse", "int4-g16", "int4-g32", "int4-g128-bf16", "int5-g64", "int6-g128",
                                       "int7-g32", "int8-g64", "int8-row", "int4a-g32", "int4a-g128", "int8-g256", "nvfp4", "mxfp4",
                                       "fp8-e4m3", "fp8-e4m3-bf16", "fp8-e4m3-block", "bf16", "q8_0", "q6_k", "q5_k", "q4_k", "q5_0", "q4_0"};

struct Tried {
    Matrix weights;  // as unpacked
    matvec::Weights laidOut;
};

Tried triedOf(const Encoding& encoding, std::int64_t rows, std::int64_t cols, unsigned seed) {
    const Packed packed = packedOf(randomMatrix(rows, cols, seed), encoding);
    return {unpackedOf(packed, encoding, rows, cols), matvec::weightsOf(encoding, rows, cols, packed.globalScale, packed.codes, packed.scales)};
}

/// Rows that no block divides fall back to types that products may not know.
bool divides(const Encoding& encoding, std::int64_t cols) {
    if (encoding.element != Element::Block) return true;
    return cols % static_cast<std::int64_t>(gguf::infoOf(static_cast<gguf::Type>(encoding.block)).blockWeights) == 0;
}

std::vector<float> inputsOf(std::int64_t batch, std::int64_t cols) {
    std::vector<float> x = randomMatrix(batch, cols, 77).numbers;
    for (float& one : x)
        one = rounding::toBf16(one * 30);
    return x;
}

/// The largest error over the sum of magnitudes it is made of.
double worst(const Tried& tried, const std::vector<float>& x, std::int64_t batch, const std::vector<float>& y) {
    double most = 0;
    for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t i = 0; i < tried.weights.rows; ++i) {
            double sum = 0, size = 1e-30;
            for (std::int64_t j = 0; j < tried.weights.cols; ++j) {
                const double term = double{tried.weights.view().row(i)[j]} * double{x[static_cast<std::size_t>(b * tried.weights.cols + j)]};
                sum += term;
                size += std::fabs(term);
            }
            most = std::max(most, std::fabs(double{y[static_cast<std::size_t>(b * tried.weights.rows + i)]} - sum) / size);
        }
    return most;
}

std::vector<float> product(const matvec::Weights& weights, const std::vector<float>& x, std::int64_t batch) {
    std::vector<float> y(static_cast<std::size_t>(batch * weights.rows), std::nanf(""));  // what is not written is seen
    matvec::multiply(weights, x, batch, y);
    return y;
}

}  // namespace

class MatvecTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() {
        simd::forceTarget({});
        limitThreads(0);
        matvec::allowPairs(true);
    }

    void everyCodeComesBackFromEveryPlace() {
        for (int bits = 1; bits <= 16; ++bits)
            for (const std::size_t cols : {1UL, 15UL, 16UL, 511UL, 512UL, 513UL, 1300UL}) {
                std::vector<std::uint16_t> codes(cols), back(cols);
                std::vector<std::uint32_t> words(matvec::blocksOf(cols) * matvec::wordsPerBlock(bits));
                for (unsigned first = 0; first < 1u << std::min(bits, 9); ++first) {
                    for (std::size_t j = 0; j < cols; ++j)
                        codes[j] = static_cast<std::uint16_t>((first + j * 40503u) & ((1u << bits) - 1));
                    matvec::toStream(codes, bits, words);
                    matvec::fromStream(words, bits, back);
                    QVERIFY(codes == back);
                }
            }
    }

    void aBlockIsLaidOutAsDrawn() {
        std::vector<std::uint16_t> codes(512);
        std::iota(codes.begin(), codes.end(), std::uint16_t{0});
        std::vector<std::uint32_t> words(64);

        matvec::toStream(codes, 4, words);

        QCOMPARE(words[0], 0xba983210u);   // columns 0 1 2 3 and, of the other half, 8 9 10 11
        QCOMPARE(words[16], 0xfedc7654u);  // 4 5 6 7, 12 13 14 15
        const matvec::Place place = matvec::placeOf(32 * 5 + 8 + 5, 3);  // bits 15, 16, 17 of half 1 of lane 5
        QCOMPARE(place.word, std::size_t{5});
        QCOMPARE(place.shift, 31);
        QCOMPARE(place.had, 1);
    }

    void productsAreThoseOfTheUnpackedWeights() {
        for (const std::string& target : simd::targets()) {
            simd::forceTarget(target);
            for (const std::string& name : formats)
                for (const auto& [rows, cols] : {std::pair{1, 16}, {3, 172}, {5, 512}, {9, 1040}, {66, 768}, {130, 160}}) {
                    const Encoding& encoding = format::get(name).encoding;
                    if (!divides(encoding, cols)) continue;
                    const Tried tried = triedOf(encoding, rows, cols, 3);
                    for (const bool pairs : {true, false}) {
                        matvec::allowPairs(pairs);
                        for (const std::int64_t batch : {1, 3, 5, 16}) {
                            const std::vector<float> x = inputsOf(batch, cols);
                            const double off = worst(tried, x, batch, product(tried.laidOut, x, batch));
                            QVERIFY2(off <= 3e-5, (target + " " + name + " " + std::to_string(off)).c_str());
                        }
                    }
                }
        }
    }

    /// What processors without vector units run.
    void theDefinitionIsWithinTheSameBounds() {
        for (const std::string& name : formats) {
            const Tried tried = triedOf(format::get(name).encoding, 3, 768, 3);
            const std::vector<float> x = inputsOf(1, 768);
            std::vector<float> y;
            for (std::int64_t row = 0; row < 3; ++row)
                y.push_back(matvec::plainProduct(tried.laidOut, row, x.data()));
            QVERIFY2(worst(tried, x, 1, y) <= 2e-6, name.c_str());
        }
    }

    void everyCodeCountsWhatItStandsFor() {
        for (const std::string& name : formats) {
            const Encoding& encoding = format::get(name).encoding;
            if (encoding.bits > 8 || encoding.element == Element::Block) continue;
            const std::int64_t cols = 1 << encoding.bits;  // code j in column j, and one input alone
            Packed packed = emptyPacked(encoding, 1, cols);
            const Packed scales = packedOf(randomMatrix(1, cols, 9), encoding);
            packed.scales = scales.scales;
            packed.globalScale = scales.globalScale;
            std::vector<std::uint16_t> all(static_cast<std::size_t>(cols));
            std::iota(all.begin(), all.end(), std::uint16_t{0});
            if (encoding.element == Element::E4M3) all[0x7f] = all[0xff] = 0;  // no numbers
            packBits(all, encoding.bits, packed.codes);
            const Matrix expected = unpackedOf(packed, encoding, 1, cols);
            const matvec::Weights weights = matvec::weightsOf(encoding, 1, cols, packed.globalScale, packed.codes, packed.scales);
            for (std::int64_t j = 0; j < cols; ++j) {
                std::vector<float> x(static_cast<std::size_t>(cols), 0.0f);
                x[static_cast<std::size_t>(j)] = 1;
                const float found = product(weights, x, 1).front(), wanted = expected.numbers[static_cast<std::size_t>(j)];
                QVERIFY2(std::fabs(found - wanted) <= 1e-6f * std::fabs(wanted), (name + " code " + std::to_string(j)).c_str());
            }
        }
    }

    void matricesThatMeetOneInputGoTogether() {
        const Tried first = triedOf(format::get("int4-g32").encoding, 70, 640, 5), second = triedOf(format::get("bf16").encoding, 3, 640, 6);
        const std::vector<float> x = inputsOf(2, 640);
        std::vector<float> y(140, -1.0f), z(6, -1.0f);
        const std::vector<const matvec::Weights*> both{&first.laidOut, &second.laidOut};
        const std::vector<std::span<float>> outputs{y, z};

        matvec::multiply(both, x, 2, outputs);

        QCOMPARE(y, product(first.laidOut, x, 2));
        QCOMPARE(z, product(second.laidOut, x, 2));
        DQ_THROWS(matvec::multiply(both, x, 2, std::span(outputs).first(1)), "2 matrices for 1 outputs");
    }

    void inputsAreRoundedToBfloat16() {
        const Tried tried = triedOf(format::get("int8-g64").encoding, 3, 512, 5);
        std::vector<float> x = inputsOf(1, 512);
        const std::vector<float> rounded = product(tried.laidOut, x, 1);
        for (float& one : x)
            one *= 1.001f;
        QCOMPARE(product(tried.laidOut, x, 1), rounded);
    }

    void threadsDoNotShow() {
        const Tried tried = triedOf(format::get("int4-g32").encoding, 300, 1024, 5);
        const std::vector<float> x = inputsOf(2, 1024);
        limitThreads(1);
        const std::vector<float> alone = product(tried.laidOut, x, 2);
        limitThreads(3);
        QCOMPARE(product(tried.laidOut, x, 2), alone);
    }

    void nothingTimesNothing() {
        const matvec::Weights none = matvec::weightsOf(format::get("int4-g32").encoding, 0, 32, 1, {}, {});
        QVERIFY(product(none, std::vector<float>(32, 1.0f), 1).empty());
        const Tried empty = triedOf(format::get("bf16").encoding, 2, 0, 5);
        QCOMPARE(product(empty.laidOut, {}, 1), std::vector<float>(2, 0.0f));
    }

    void whatNoProductReadsIsSaid() {
        for (const char* name : {"q3_k", "iq4_xs", "nf4-g64", "int12-g64", "fp8-e4m3-tensor", "mxfp6-e2m3"}) {
            const Encoding& encoding = format::get(name).encoding;
            QVERIFY(!matvec::canMultiply(encoding));
            DQ_THROWS(matvec::weightsOf(encoding, 1, 256, 1, {}, {}), "no product reads this format");
        }
        const Encoding& encoding = format::get("int4-g32").encoding;
        const std::vector<std::byte> short_(7);
        DQ_THROWS(matvec::weightsOf(encoding, 1, 32, 1, short_, {}), "7 bytes of codes", "[1, 32]");
        const Tried tried = triedOf(encoding, 2, 32, 1);
        std::vector<float> y(2);
        DQ_THROWS(matvec::multiply(tried.laidOut, std::vector<float>(31), 1, y), "1 inputs of 31 numbers");
    }
};

DQ_TEST(MatvecTest);
#include "matvec_test.moc"
