#include "kernels/cuda/device.cuh"

#include <string>

#include "core/base/error.hpp"
#include "kernels/cuda.hpp"

namespace dq::kernels {

bool cudaAvailable() {
    int count = 0;  // a failing call leaves it untouched
    const cudaError_t result = cudaGetDeviceCount(&count);
    if (result != cudaSuccess) cudaGetLastError();
    return result == cudaSuccess && count > 0;
}

namespace cuda {

void check(cudaError_t result, const char* tried) {
    if (result == cudaSuccess) return;
    cudaGetLastError();
    const Kind kind = result == cudaErrorMemoryAllocation ? Kind::Memory : Kind::Unavailable;
    throw Error(kind, std::string("the CUDA device could not ") + tried + ": " + cudaGetErrorString(result));
}

void requireDevice() {
    if (!cudaAvailable())
        throw Error(Kind::Unavailable, "no CUDA device is there, or its driver is missing or too old");
}

void requireKnown(const Encoding& encoding) {
    if (const auto reason = leftToProcessor(encoding)) throw Error(Kind::Unsupported, *reason);
}

}  // namespace cuda

}  // namespace dq::kernels
