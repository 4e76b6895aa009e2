#include "core/torch/operators/operators.hpp"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <span>

#include "core/base/error.hpp"
#include "core/format/format.hpp"

namespace dq::torch_operators {

namespace {

using MatrixPointer = c10::intrusive_ptr<Matrix>;

std::span<const std::byte> bytesOf(const at::Tensor& tensor, const char* name) {
    if (tensor.scalar_type() != at::kByte || !tensor.device().is_cpu() || !tensor.is_contiguous())
        throw Error(Kind::Input, std::string(name) + " must be a contiguous tensor of uint8 on the processor");
    return {static_cast<const std::byte*>(tensor.data_ptr()), static_cast<std::size_t>(tensor.numel())};
}

MatrixPointer repack(const at::Tensor& codes, const at::Tensor& scales, std::string format, std::int64_t rows, std::int64_t cols, double globalScale,
                     std::string device) {
    const kernels::Encoding& encoding = format::get(format).encoding;
    const auto codeBytes = bytesOf(codes, "codes"), scaleBytes = bytesOf(scales, "scales");
    auto matrix = c10::make_intrusive<Matrix>();
    matrix->rows = rows;
    matrix->cols = cols;
    if (device == "cpu") {
        matrix->here = kernels::matvec::weightsOf(encoding, rows, cols, static_cast<float>(globalScale), codeBytes, scaleBytes);
        matrix->bytes = static_cast<std::int64_t>(matrix->here.bytes());
    } else if (device == "cuda") {
        const auto bricks = kernels::decoding::repack(encoding, rows, cols, static_cast<float>(globalScale), codeBytes, scaleBytes);
        matrix->there = std::make_unique<kernels::decoding::cuda::Resident>(bricks);
        matrix->bytes = static_cast<std::int64_t>(bricks.bytes());
    } else {
        throw Error(Kind::Input, "device must be cpu or cuda, not " + device);
    }
    return matrix;
}

void require(const std::vector<MatrixPointer>& weights, const at::Tensor& x) {
    if (weights.empty()) throw Error(Kind::Input, "there must be a matrix to multiply with");
    if (x.dim() != 2) throw Error(Kind::Input, "x must be [batch, cols], not of " + std::to_string(x.dim()) + " dimensions");
    for (const MatrixPointer& one : weights) {
        if (one->cols != x.size(1))
            throw Error(Kind::Input, "x has " + std::to_string(x.size(1)) + " columns, the matrix " + std::to_string(one->cols));
        if ((one->there != nullptr) != x.is_cuda()) throw Error(Kind::Input, "x and the matrices must be on the same device");
    }
}

std::vector<at::Tensor> resultsFor(const std::vector<MatrixPointer>& weights, const at::Tensor& x) {
    std::vector<at::Tensor> results;
    for (const MatrixPointer& one : weights)
        results.push_back(at::empty({x.size(0), one->rows}, x.options().dtype(at::kFloat)));
    return results;
}

std::vector<at::Tensor> onProcessor(const std::vector<MatrixPointer>& weights, const at::Tensor& x) {
    if (x.scalar_type() != at::kBFloat16 && x.scalar_type() != at::kFloat) throw Error(Kind::Input, "x must be of bfloat16 or float32");
    const at::Tensor inputs = x.to(at::kFloat).contiguous();
    const std::span from(static_cast<const float*>(inputs.data_ptr()), static_cast<std::size_t>(inputs.numel()));
    std::vector<at::Tensor> results = resultsFor(weights, x);
    for (std::size_t i = 0; i < weights.size(); ++i)
        kernels::matvec::multiply(weights[i]->here, from, x.size(0), {static_cast<float*>(results[i].data_ptr()), static_cast<std::size_t>(results[i].numel())});
    return results;
}

std::vector<at::Tensor> onDevice(const std::vector<MatrixPointer>& weights, const at::Tensor& x, std::int64_t stream) {
    if (x.scalar_type() != at::kBFloat16 || !x.is_contiguous()) throw Error(Kind::Input, "on a device x must be a contiguous tensor of bfloat16");
    std::vector<at::Tensor> results = resultsFor(weights, x);
    std::vector<kernels::decoding::Matrix> matrices;
    std::vector<void*> to;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        matrices.push_back(weights[i]->there->matrix());
        to.push_back(results[i].data_ptr());
    }
    const auto launch = kernels::decoding::planned(matrices, static_cast<const std::uint16_t*>(x.data_ptr()), x.size(0), to,
                                                   kernels::decoding::Output::F32, kernels::decoding::cuda::processors());
    kernels::decoding::cuda::start(launch, reinterpret_cast<void*>(stream));
    return results;
}

std::vector<at::Tensor> matvec(const std::vector<MatrixPointer>& weights, const at::Tensor& x, std::int64_t stream) {
    require(weights, x);
    return x.is_cuda() ? onDevice(weights, x, stream) : onProcessor(weights, x);
}

}  // namespace

TORCH_LIBRARY(dynaquant, library) {
    library.class_<Matrix>("Matrix")
        .def("rows", [](const MatrixPointer& self) { return self->rows; })
        .def("cols", [](const MatrixPointer& self) { return self->cols; })
        .def("bytes", [](const MatrixPointer& self) { return self->bytes; });
    const std::string matrix = "__torch__.torch.classes.dynaquant.Matrix";
    const std::string repacking = "repack(Tensor codes, Tensor scales, str format, int rows, int cols, float global_scale, str device) -> " + matrix;
    library.def(repacking.c_str(), &repack);
    library.def(("matvec(" + matrix + "[] weights, Tensor x, int stream=0) -> Tensor[]").c_str(), &matvec);
}

}  // namespace dq::torch_operators
