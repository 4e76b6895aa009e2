#pragma once

#include <torch/custom_class.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/decode/decode.hpp"
#include "kernels/matvec/weights.hpp"

/// Products with packed weights as operators of torch, for serving programs that Python writes:
///
///     dynaquant::repack(Tensor codes, Tensor scales, str format, int rows, int cols, float global_scale, str device) -> Matrix
///     dynaquant::matvec(Matrix[] weights, Tensor x, int stream=0) -> Tensor[]
///
/// codes and scales are quantizePack's bytes (what export writes), one-dimensional uint8 on the processor; format is a name of
/// core/format; device is "cpu" or "cuda". x is [batch, cols], BF16 on a device, BF16 or FP32 (which is rounded to that) on the processor; each result is FP32
/// [batch, rows]. Matrices of one call have one input and on a device are one launch, on the stream that is given as a number
/// (torch.cuda.current_stream().cuda_stream).
namespace dq::torch_operators {

/// torch.classes.dynaquant.Matrix: a matrix laid out for where it is.
struct Matrix : torch::CustomClassHolder {
    kernels::matvec::Weights here;                             // "cpu"
    std::unique_ptr<kernels::decoding::cuda::Resident> there;  // "cuda"
    std::int64_t rows = 0, cols = 0, bytes = 0;
};

}  // namespace dq::torch_operators
