#include "kernels/cuda.hpp"

#include "core/base/error.hpp"

namespace dq::kernels {

namespace {
[[noreturn]] void refuse() {
    throw Error(
        Kind::Unavailable,
        "this build has no CUDA kernels: configure with -DDQ_CUDA=ON where a CUDA compiler is installed");
}
}  // namespace

bool cudaAvailable() {
    return false;
}

namespace cuda {

void quantizePack(const MatrixView&, const Encoding&, float, std::span<std::byte>, std::span<std::byte>) {
    refuse();
}

void dequantize(const Encoding&, std::int64_t, std::int64_t, float, std::span<const std::byte>,
                std::span<const std::byte>, std::span<float>) {
    refuse();
}

std::vector<ErrorSums> errorStats(const MatrixView&, std::span<const Encoding>, std::span<const float>,
                                  const float*, const float*) {
    refuse();
}

}  // namespace cuda

}  // namespace dq::kernels
