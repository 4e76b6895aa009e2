#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/dtype.hpp"
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/packing.hpp"
#include "kernels/gguf/rounding.hpp"
#include "kernels/gguf/search.hpp"

/// Blocks of 32: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
namespace dq::kernels::gguf {

namespace {

constexpr std::size_t size = 32;
using Codes = std::array<std::uint8_t, size>;

struct Fitted {
    Half d = 0;
    Half m = 0;
    Codes codes{};
};

/// A code is the integer part, kept as a signed byte keeps it.
std::uint8_t byteBelow(float value, int highest) {
    return static_cast<std::uint8_t>(
        std::min(highest, static_cast<int>(static_cast<std::int8_t>(truncated(value)))));
}

std::array<float, size> weightsOf(const Source& source) {
    std::array<float, size> weights{};
    importanceWeights(source.x, source.importance, source.rowMeanSquare, size, weights.data());
    return weights;
}

Fitted fitSigned(const Source& source, int limit) {
    Fitted fitted;
    if (source.importance) {
        const auto weights = weightsOf(source);
        fitted.d = toF16(signedScale({source.x, size}, weights.data(), limit, fitted.codes.data()));
        return fitted;
    }
    const float d = farthest(source.x, size) / static_cast<float>(-limit);
    const float inverse = inverseOrZero(d);
    fitted.d = toF16(d);
    for (std::size_t j = 0; j < size; ++j)
        fitted.codes[j] =
            byteBelow(source.x[j] * inverse + (static_cast<float>(limit) + 0.5f), 2 * limit - 1);
    return fitted;
}

Fitted fitAffine(const Source& source, int limit) {
    Fitted fitted;
    if (source.importance) {
        const auto weights = weightsOf(source);
        const Affine affine = affineScale({source.x, size}, weights.data(), {limit, -0.9f, 0.05f, 36, false},
                                          fitted.codes.data());
        fitted.d = toF16(affine.scale);
        fitted.m = toF16(-affine.minimum);
        return fitted;
    }
    float low = std::numeric_limits<float>::max();
    float high = -low;
    for (std::size_t j = 0; j < size; ++j) {
        low = source.x[j] < low ? source.x[j] : low;
        high = source.x[j] > high ? source.x[j] : high;
    }
    const float d = (high - low) / static_cast<float>(limit);
    const float inverse = inverseOrZero(d);
    fitted.d = toF16(d);
    fitted.m = toF16(low);
    for (std::size_t j = 0; j < size; ++j) {
        const float code = (source.x[j] - low) * inverse + 0.5f;
        fitted.codes[j] = limit == 15 ? byteBelow(code, limit) : static_cast<std::uint8_t>(truncated(code));
    }
    return fitted;
}

template <class Block>
Codes codesOf(const Block& block) {
    Codes codes{};
    unpackNibbles<16>(block.qs.data(), codes.data());
    if constexpr (requires { block.qh; })
        for (std::size_t j = 0; j < size; ++j)
            codes[j] = static_cast<std::uint8_t>(codes[j] | (((block.qh[j / 8] >> (j % 8)) & 1) << 4));
    return codes;
}

template <class Block>
void dequantizeSigned(const std::byte* from, int limit, float* x) {
    const auto block = load<Block>(from);
    const Codes codes = codesOf(block);
    const float d = fromF16(block.d);
    for (std::size_t j = 0; j < size; ++j)
        x[j] = static_cast<float>(codes[j] - limit) * d;
}

template <class Block>
void dequantizeAffine(const std::byte* from, float* x) {
    const auto block = load<Block>(from);
    const Codes codes = codesOf(block);
    const float d = fromF16(block.d);
    const float m = fromF16(block.m);
    for (std::size_t j = 0; j < size; ++j)
        x[j] = static_cast<float>(codes[j]) * d + m;
}

}  // namespace

void quantizeQ4_0(const Source& source, std::byte* out) {
    const Fitted fitted = fitSigned(source, 8);
    assembleQ4_0(fitted.d, fitted.codes.data(), out);
}

void quantizeQ4_1(const Source& source, std::byte* out) {
    const Fitted fitted = fitAffine(source, 15);
    assembleQ4_1(fitted.d, fitted.m, fitted.codes.data(), out);
}

void quantizeQ5_0(const Source& source, std::byte* out) {
    const Fitted fitted = fitSigned(source, 16);
    assembleQ5_0(fitted.d, fitted.codes.data(), out);
}

void quantizeQ5_1(const Source& source, std::byte* out) {
    const Fitted fitted = fitAffine(source, 31);
    assembleQ5_1(fitted.d, fitted.m, fitted.codes.data(), out);
}

void quantizeQ8_0(const Source& source, std::byte* out) {
    const float d = std::fabs(farthest(source.x, size)) / 127.0f;
    const float inverse = inverseOrZero(d);
    Codes codes{};
    for (std::size_t j = 0; j < size; ++j)
        codes[j] = static_cast<std::uint8_t>(truncated(std::round(source.x[j] * inverse)));
    assembleQ8_0(toF16(d), codes.data(), out);
}

void dequantizeQ4_0(const std::byte* from, float* x) {
    dequantizeSigned<BlockQ4_0>(from, 8, x);
}
void dequantizeQ5_0(const std::byte* from, float* x) {
    dequantizeSigned<BlockQ5_0>(from, 16, x);
}
void dequantizeQ4_1(const std::byte* from, float* x) {
    dequantizeAffine<BlockQ4_1>(from, x);
}
void dequantizeQ5_1(const std::byte* from, float* x) {
    dequantizeAffine<BlockQ5_1>(from, x);
}

void dequantizeQ8_0(const std::byte* from, float* x) {
    const auto block = load<BlockQ8_0>(from);
    const float d = fromF16(block.d);
    for (std::size_t j = 0; j < size; ++j)
        x[j] = static_cast<float>(block.qs[j]) * d;
}

}  // namespace dq::kernels::gguf
