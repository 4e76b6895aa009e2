#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include <cmath>

#include "core/base/error.hpp"
#include "kernels/cuda.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::test;

namespace {

at::Tensor tensorOf(const std::vector<std::byte>& bytes) {
    const at::Tensor tensor = at::empty({std::ssize(bytes)}, at::kByte);
    std::copy(bytes.begin(), bytes.end(), static_cast<std::byte*>(tensor.data_ptr()));
    return tensor;
}

/// As Python's torch calls it: by name, with boxed values.
c10::IValue call(const char* name, std::vector<c10::IValue> stack) {
    c10::Dispatcher::singleton().findSchemaOrThrow(name, "").callBoxed(&stack);
    return stack.at(0);
}

c10::IValue repacked(const char* format, const Matrix& matrix, const char* device) {
    const Packed packed = packedOf(matrix, encodingOf(format));
    return call("dynaquant::repack", {tensorOf(packed.codes), tensorOf(packed.scales), format, matrix.rows, matrix.cols,
                                      double{packed.globalScale}, device});
}

std::vector<at::Tensor> products(const std::vector<c10::IValue>& weights, const at::Tensor& x) {
    c10::impl::GenericList list(weights.front().type());
    for (const c10::IValue& one : weights)
        list.push_back(one);
    return call("dynaquant::matvec", {list, x, std::int64_t{0}}).toTensorVector();
}

/// The largest difference from float64 of the dequantized weights, over the largest result.
double off(const char* format, const Matrix& matrix, const at::Tensor& x, const at::Tensor& y) {
    Matrix weights = roundTrip(matrix, encodingOf(format));
    const at::Tensor w = at::from_blob(weights.numbers.data(), {weights.rows, weights.cols}, at::kFloat).to(at::kDouble);
    const at::Tensor wanted = x.to(at::kCPU).to(at::kDouble).matmul(w.t());
    return ((y.to(at::kCPU).to(at::kDouble) - wanted).abs().max() / wanted.abs().max()).item<double>();
}

}  // namespace

class OperatorsTest : public QObject {
    Q_OBJECT

private slots:
    void productsAreThoseOfTheUnpackedWeights() {
        const Matrix one = randomMatrix(70, 512, 1), other = randomMatrix(33, 512, 2);
        for (const std::int64_t batch : {1, 5}) {
            const at::Tensor x = at::randn({batch, 512}).to(at::kBFloat16);
            const auto y = products({repacked("int5-g64", one, "cpu"), repacked("nvfp4", other, "cpu")}, x);
            QCOMPARE(y.size(), std::size_t{2});
            QVERIFY(off("int5-g64", one, x, y[0]) <= 1e-4 && off("nvfp4", other, x, y[1]) <= 1e-4);
        }
    }

    void onADeviceToo() {
        if (!kernels::cudaAvailable() || !at::hasCUDA()) QSKIP("no CUDA device here, or a build without CUDA: the operators were not run on one");
        const Matrix one = randomMatrix(70, 512, 1), other = randomMatrix(33, 512, 2);
        const at::Tensor x = at::randn({3, 512}).to(at::kBFloat16).to(at::kCUDA);
        const auto y = products({repacked("q4_k", one, "cuda"), repacked("fp8-e4m3-block", other, "cuda")}, x);
        QVERIFY(off("q4_k", one, x, y[0]) <= 1e-4 && off("fp8-e4m3-block", other, x, y[1]) <= 1e-4);
    }

    void whatMakesNoSenseIsSaid() {
        const Matrix matrix = randomMatrix(4, 512, 1);
        const c10::IValue weights = repacked("int4-g32", matrix, "cpu");
        DQ_THROWS(repacked("int4-g32", matrix, "tpu"), "cpu or cuda, not tpu");
        DQ_THROWS(repacked("nf4-g64", matrix, "cpu"), "no product reads this format");
        DQ_THROWS(products({weights}, at::randn({1, 256})), "x has 256 columns, the matrix 512");
        DQ_THROWS(products({weights}, at::randn({512})), "1 dimensions");
        DQ_THROWS(products({weights}, at::ones({1, 512}, at::kInt)), "bfloat16 or float32");
        DQ_THROWS(call("dynaquant::repack", {at::randn({3}), at::randn({3}), "int4-g32", 1, 32, 1.0, "cpu"}), "codes must be");
        if (!kernels::cudaAvailable()) DQ_THROWS(repacked("int4-g32", matrix, "cuda"), "CUDA");
    }
};

DQ_TEST(OperatorsTest);
#include "operators_test.moc"
