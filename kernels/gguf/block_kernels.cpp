#include "kernels/gguf/block_kernels.hpp"

#include <cstdint>

#include "core/base/dtype.hpp"

namespace dq::kernels::gguf {

namespace {

void toHalf(const Source& source, std::byte* out) {
    store(toF16(source.x[0]), out);
}
void fromHalf(const std::byte* from, float* x) {
    *x = fromF16(load<std::uint16_t>(from));
}
void toBrain(const Source& source, std::byte* out) {
    store(toBf16(source.x[0]), out);
}
void fromBrain(const std::byte* from, float* x) {
    *x = fromBf16(load<std::uint16_t>(from));
}

}  // namespace

BlockKernels kernelsOf(Type type) {
    switch (type) {
        case Type::F16:
            return {toHalf, fromHalf};
        case Type::Bf16:
            return {toBrain, fromBrain};
        case Type::Q8_0:
            return {quantizeQ8_0, dequantizeQ8_0};
        case Type::Q6_K:
            return {quantizeQ6_K, dequantizeQ6_K};
        case Type::Q5_K:
            return {quantizeQ5_K, dequantizeQ5_K};
        case Type::Q4_K:
            return {quantizeQ4_K, dequantizeQ4_K};
        case Type::Q3_K:
            return {quantizeQ3_K, dequantizeQ3_K};
        case Type::Q2_K:
            return {quantizeQ2_K, dequantizeQ2_K};
        case Type::Q5_0:
            return {quantizeQ5_0, dequantizeQ5_0};
        case Type::Q5_1:
            return {quantizeQ5_1, dequantizeQ5_1};
        case Type::Q4_0:
            return {quantizeQ4_0, dequantizeQ4_0};
        case Type::Q4_1:
            return {quantizeQ4_1, dequantizeQ4_1};
        case Type::Iq4Nl:
            return {quantizeIq4Nl, dequantizeIq4Nl};
        case Type::Iq4Xs:
            return {quantizeIq4Xs, dequantizeIq4Xs};
        case Type::Mxfp4:
            return {quantizeMxfp4, dequantizeMxfp4};
        case Type::Nvfp4:
            return {quantizeNvfp4, dequantizeNvfp4};
    }
    return {};
}

}  // namespace dq::kernels::gguf
