#include "kernels/cuda.hpp"

namespace dq::kernels::cuda {

std::optional<std::string> leftToProcessor(const Encoding& encoding) {
    if (encoding.element == Element::Block) return "the CUDA kernels know no GGUF blocks yet: they are left to the processor";
    if (encoding.feedback) return "the CUDA kernels know no error feedback (-gptq) yet: it is left to the processor";
    if (encoding.scaling == Scaling::Fisher)
        return "the CUDA kernels do not search scales under the Fisher diagonal (-fisher) yet: that is left to the processor";
    if (sharesScales(encoding)) return "the CUDA kernels know no scales that rows share yet: they are left to the processor";
    const bool searchable = encoding.element == Element::Int || encoding.element == Element::E2M1;
    if (encoding.scaling == Scaling::Weighted || (encoding.scaling == Scaling::Searched && (!searchable || encoding.scale == ScaleType::E8M0)))
        return "the CUDA kernels search scales for integers and NVFP4 alone, and without importances: other searched formats are left to "
               "the processor";
    if (encoding.zeroPoint)
        return "the CUDA kernels know no zero points yet: integers with " + std::to_string(encoding.bits) + " bits and a group of " +
               std::to_string(encoding.group) + " are left to the processor";
    return {};
}

}  // namespace dq::kernels::cuda
