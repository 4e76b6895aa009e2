#include "kernels/cuda.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::kernels;
using namespace dq::test;

namespace {

/// Bit for bit, where a NaN is a NaN.
bool same(const std::vector<float>& a, const std::vector<float>& b) {
    for (std::size_t k = 0; k < a.size(); ++k)
        if (std::bit_cast<std::uint32_t>(a[k]) != std::bit_cast<std::uint32_t>(b[k]) &&
            !(std::isnan(a[k]) && std::isnan(b[k])))
            return false;
    return a.size() == b.size();
}

/// Every shape in ordinary, tiny and huge weights.
std::vector<Matrix> matrices() {
    std::vector<Matrix> all;
    for (const auto& [rows, cols] : shapes())
        all.push_back(randomMatrix(rows, cols, 3));
    for (const float size :
         {0.0f, std::numeric_limits<float>::denorm_min(), 1e-20f, 1e20f, std::numeric_limits<float>::max()}) {
        all.push_back(randomMatrix(5, 172, 4));
        for (float& number : all.back().numbers)
            number = std::clamp(number * 20.0f, -1.0f, 1.0f) * size;
    }
    return all;
}

std::vector<format::Format> formatsOnDevices() {
    std::vector<format::Format> all;
    for (const format::Format& format : format::catalogue())
        if (!cuda::leftToProcessor(format.encoding)) all.push_back(format);
    return all;
}

}  // namespace

class CudaTest : public QObject {
    Q_OBJECT

private slots:
    void withoutADeviceTheAnswerIsASentence() {
        if (cudaAvailable()) QSKIP("a CUDA device is there: nothing is refused");
        const Matrix matrix = randomMatrix(2, 40, 1);
        const Encoding encoding = format::get("int4-g32").encoding;
        Packed packed = emptyPacked(encoding, 2, 40);
        const std::vector<float> one{1.0f};
        std::vector<float> weights(80);

        DQ_THROWS(cuda::quantizePack(matrix.view(), encoding, 1, packed.codes, packed.scales), "CUDA");
        DQ_THROWS(cuda::dequantize(encoding, 2, 40, 1, packed.codes, packed.scales, weights), "CUDA");
        try {
            cuda::errorStats(matrix.view(), std::span(&encoding, 1), one, nullptr, nullptr);
            QFAIL("no dq::Error was thrown");
        } catch (const Error& error) {
            QVERIFY(error.kind() == Kind::Unavailable);
        }
    }

    void whatIsLeftToTheProcessorIsSaid() {
        const auto said = [](const char* name) { return cuda::leftToProcessor(format::get(name).encoding).value_or(""); };
        for (const char* const name : {"int4-g32", "int8-row", "int4-g32-bf16", "nvfp4", "mxfp4", "fp8-e4m3", "bf16"}) QCOMPARE(said(name), std::string());
        QVERIFY(said("q4_k").find("GGUF blocks") != std::string::npos);
        QVERIFY(said("int4a-g32").find("4 bits and a group of 32") != std::string::npos);
        QVERIFY(said("fp8-e4m3-block").find("rows share") != std::string::npos);
        QVERIFY(formatsOnDevices().size() >= 10);
    }

    void codesScalesAndWeightsAreTheReferences() {
        if (!cudaAvailable())
            QSKIP("no CUDA device here, or a build without CUDA: the device kernels were not run");
        for (const format::Format& format : formatsOnDevices())
            for (const Matrix& matrix : matrices()) {
                const Packed expected = packedOf(matrix, format.encoding);
                Packed packed = emptyPacked(format.encoding, matrix.rows, matrix.cols);
                packed.globalScale = expected.globalScale;
                cuda::quantizePack(matrix.view(), format.encoding, packed.globalScale, packed.codes,
                                   packed.scales);
                QVERIFY2(packed == expected, format.name.c_str());

                std::vector<float> weights(matrix.numbers.size());
                cuda::dequantize(format.encoding, matrix.rows, matrix.cols, packed.globalScale, packed.codes,
                                 packed.scales, weights);
                QVERIFY2(
                    same(weights, unpackedOf(expected, format.encoding, matrix.rows, matrix.cols).numbers),
                    format.name.c_str());
            }
    }

    void anyBytesDequantizeAsInTheReference() {
        if (!cudaAvailable())
            QSKIP("no CUDA device here, or a build without CUDA: the device kernels were not run");
        std::mt19937 generator(2);
        for (const format::Format& format : formatsOnDevices()) {
            Packed packed = emptyPacked(format.encoding, 9, 172);
            for (std::byte& byte : packed.codes)
                byte = static_cast<std::byte>(generator() & 0xff);
            for (std::byte& byte : packed.scales)
                byte = static_cast<std::byte>(generator() & 0xff);
            packed.globalScale = 3.0f;
            std::vector<float> weights(9 * 172);
            cuda::dequantize(format.encoding, 9, 172, packed.globalScale, packed.codes, packed.scales,
                             weights);
            QVERIFY2(same(weights, unpackedOf(packed, format.encoding, 9, 172).numbers), format.name.c_str());
        }
    }

    void errorsAreTheReferencesBitForBit() {
        if (!cudaAvailable())
            QSKIP("no CUDA device here, or a build without CUDA: the device kernels were not run");
        for (const Matrix& matrix : matrices()) {
            std::vector<Encoding> palette;
            std::vector<float> scales;
            for (const format::Format& format : formatsOnDevices()) {
                palette.push_back(format.encoding);
                scales.push_back(globalScaleFor(format.encoding, largestMagnitude(matrix.view())));
            }
            const std::vector<float> fisher = randomWeights(matrix.numbers.size(), 5);
            const std::vector<float> moment = randomWeights(static_cast<std::size_t>(matrix.cols), 6);
            for (const bool weighted : {true, false}) {
                const float* const h = weighted ? fisher.data() : nullptr;
                const float* const x = weighted ? moment.data() : nullptr;
                const auto expected = errorStats(matrix.view(), palette, scales, h, x);
                const auto found = cuda::errorStats(matrix.view(), palette, scales, h, x);
                for (std::size_t f = 0; f < palette.size(); ++f)
                    QVERIFY2(found[f].squared == expected[f].squared &&
                                 found[f].fisher == expected[f].fisher &&
                                 found[f].activation == expected[f].activation &&
                                 found[f].largest == expected[f].largest,
                             formatsOnDevices()[f].name.c_str());
            }
        }
    }
};

DQ_TEST(CudaTest);
#include "cuda_test.moc"
