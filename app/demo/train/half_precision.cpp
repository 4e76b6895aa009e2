#include "app/demo/train/half_precision.hpp"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace dq::demo {

namespace {
void enable(bool on) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_enabled(at::kCPU, on);
#else
    at::autocast::set_cpu_enabled(on);
#endif
}
}  // namespace

HalfPrecision::HalfPrecision() {
    enable(true);
}

HalfPrecision::~HalfPrecision() {
    at::autocast::clear_cache();  // of the weights' BF16 copies: the next step changes the weights
    enable(false);
}

}  // namespace dq::demo
