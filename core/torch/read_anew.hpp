#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace dq::torch_worker {

/// y = x W^T + b, where W is read when it is used and again when the gradient of y comes back, and kept by nobody in
/// between. An undefined bias is none.
at::Tensor linearReadAnew(const at::Tensor& x, const std::function<at::Tensor()>& weight, const at::Tensor& bias);

}  // namespace dq::torch_worker
