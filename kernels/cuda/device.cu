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
    if (encoding.feedback)
        throw Error(Kind::Unsupported, "the CUDA kernels know no error feedback (-gptq) yet: it is left to the processor");
    if (encoding.scaling == Scaling::Fisher)
        throw Error(Kind::Unsupported, "the CUDA kernels do not search scales under the Fisher diagonal (-fisher) yet: that is left to the processor");
    if (sharesScales(encoding))
        throw Error(Kind::Unsupported, "the CUDA kernels know no scales that rows share yet: they are left to the processor");
    const bool searchable = encoding.element == Element::Int || encoding.element == Element::E2M1;
    if (encoding.scaling == Scaling::Weighted ||
        (encoding.scaling == Scaling::Searched && (!searchable || encoding.scale == ScaleType::E8M0)))
        throw Error(Kind::Unsupported, "the CUDA kernels search scales for integers and NVFP4 alone, and without importances: "
                                       "other searched formats are left to the processor");
    if (encoding.zeroPoint)
        throw Error(Kind::Unsupported, "the CUDA kernels know no zero points yet: integers with " +
                                           std::to_string(encoding.bits) + " bits and a group of " +
                                           std::to_string(encoding.group) + " are left to the processor");
}

}  // namespace cuda

}  // namespace dq::kernels
