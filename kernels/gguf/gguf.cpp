#include "kernels/gguf/gguf.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "kernels/gguf/block_kernels.hpp"
#include "kernels/gguf/rounding.hpp"
#include "kernels/gguf/row_sums.hpp"

namespace dq::kernels::gguf {

namespace {

constexpr std::array<TypeInfo, 16> all{{
    {Type::F16, "F16", 1, 1, 2, false},
    {Type::Bf16, "BF16", 30, 1, 2, false},
    {Type::Q8_0, "Q8_0", 8, 32, 34, false},
    {Type::Q6_K, "Q6_K", 14, 256, 210, true},
    {Type::Q5_K, "Q5_K", 13, 256, 176, true},
    {Type::Q4_K, "Q4_K", 12, 256, 144, true},
    {Type::Q3_K, "Q3_K", 11, 256, 110, true},
    {Type::Q2_K, "Q2_K", 10, 256, 84, true},
    {Type::Q5_0, "Q5_0", 6, 32, 22, true},
    {Type::Q5_1, "Q5_1", 7, 32, 24, true},
    {Type::Q4_0, "Q4_0", 2, 32, 18, true},
    {Type::Q4_1, "Q4_1", 3, 32, 20, true},
    {Type::Iq4Nl, "IQ4_NL", 20, 32, 18, true},
    {Type::Iq4Xs, "IQ4_XS", 23, 256, 136, true},
    {Type::Mxfp4, "MXFP4", 39, 32, 17, false},
    {Type::Nvfp4, "NVFP4", 40, 64, 36, false},
}};

Type smallerBlock(Type wanted) {
    switch (wanted) {
        case Type::Q2_K:
        case Type::Q3_K:
            return Type::Q4_0;
        case Type::Q4_K:
            return Type::Q5_0;
        case Type::Q5_K:
            return Type::Q5_1;
        case Type::Q6_K:
            return Type::Q8_0;
        case Type::Iq4Xs:
            return Type::Iq4Nl;
        default:
            return Type::F16;
    }
}

}  // namespace

const TypeInfo& infoOf(Type type) {
    return all[static_cast<std::size_t>(type)];
}

std::span<const TypeInfo> types() {
    return all;
}

const TypeInfo* typeNamed(std::string_view name) {
    const auto* found =
        std::find_if(all.begin(), all.end(), [&](const TypeInfo& one) { return one.name == name; });
    return found == all.end() ? nullptr : found;
}

std::size_t rowBytes(Type type, std::size_t cols) {
    const TypeInfo& info = infoOf(type);
    if (cols % info.blockWeights != 0)
        throw Error(Kind::Unsupported, "a row of " + std::to_string(cols) + " weights cannot be stored as " +
                                           std::string(info.name) + ", whose blocks hold " +
                                           std::to_string(info.blockWeights));
    return cols / info.blockWeights * info.blockBytes;
}

Type typeFor(Type wanted, std::size_t cols) {
    if (cols % infoOf(wanted).blockWeights == 0) return wanted;
    const Type smaller = smallerBlock(wanted);
    return cols % infoOf(smaller).blockWeights == 0 ? smaller : Type::F16;
}

void checkSizes(Type type, std::size_t cols, std::size_t rows, std::size_t bytes) {
    const std::size_t wanted = rows * rowBytes(type, cols);
    if (bytes != wanted)
        throw Error(Kind::Input, std::to_string(rows) + " rows of " + std::to_string(cols) + " weights in " +
                                     std::string(infoOf(type).name) + " take " + std::to_string(wanted) +
                                     " bytes, not " + std::to_string(bytes));
}

void reference::quantizeRow(Type type, std::span<const float> weights, const float* importance,
                            std::span<std::byte> out) {
    checkSizes(type, weights.size(), 1, out.size());
    const TypeInfo& info = infoOf(type);
    const BlockKernels kernels = kernelsOf(type);
    const float rowMeanSquare =
        needsRowMeanSquare(info, importance)
            ? sumOfSquares(weights.data(), weights.size()) / static_cast<float>(weights.size())
            : 0.0f;
    for (std::size_t block = 0; block < weights.size() / info.blockWeights; ++block) {
        const std::size_t at = block * info.blockWeights;
        kernels.quantize({weights.data() + at, importance ? importance + at : nullptr, rowMeanSquare},
                         out.data() + block * info.blockBytes);
    }
}

void dequantizeRow(Type type, std::span<const std::byte> bytes, std::span<float> weights) {
    checkSizes(type, weights.size(), 1, bytes.size());
    const TypeInfo& info = infoOf(type);
    const BlockKernels kernels = kernelsOf(type);
    for (std::size_t block = 0; block < weights.size() / info.blockWeights; ++block)
        kernels.dequantize(bytes.data() + block * info.blockBytes,
                           weights.data() + block * info.blockWeights);
}

}  // namespace dq::kernels::gguf
