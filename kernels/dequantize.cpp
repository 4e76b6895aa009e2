#include "kernels/dequantize.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/element.hpp"
#include "kernels/gguf/rows_of.hpp"
#include "kernels/scale.hpp"
#include "kernels/simd/quantize_row.hpp"
#include "kernels/slabs.hpp"

namespace dq::kernels {

namespace {

using Numbers = std::array<float, 256>;

Numbers numbersOf(const Encoding& encoding) {
    Numbers numbers{};
    for (std::size_t code = 0; code < std::size_t{1} << encoding.bits; ++code)
        numbers[code] = decode(encoding, static_cast<std::uint16_t>(code));
    return numbers;
}

void scaleGroup(std::span<const std::uint8_t> codes, const Encoding& encoding, const Numbers& numbers, float scale,
                float globalScale, float* weights) {
    if (encoding.element == Element::Int && !encoding.globalScale)
        return simd::scaleInts(codes, encoding.bits, scale, weights);
    if (!encoding.globalScale) {
        for (std::size_t j = 0; j < codes.size(); ++j)
            weights[j] = numbers[codes[j]] * scale;
        return;
    }
    for (std::size_t j = 0; j < codes.size(); ++j)
        weights[j] = numbers[codes[j]] * scale * globalScale;
}

struct Buffers {
    std::vector<std::uint8_t> codes, zeros;
};

void dequantizeRow(const Encoding& encoding, const Numbers& numbers, float globalScale, GivenScales given,
                   std::span<const std::byte> codes, std::span<const std::byte> scales, std::span<float> weights) {
    thread_local Buffers row;
    row.codes.resize(weights.size());
    unpackBytes(codes.data(), encoding.bits, row.codes);
    row.zeros.resize(static_cast<std::size_t>(groupsPerRow(encoding, std::ssize(weights))));
    const std::size_t size = scaleSize(encoding.scale);
    if (encoding.zeroPoint) unpackBytes(scales.data() + row.zeros.size() * size, encoding.bits, row.zeros);
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : weights.size();
    for (std::size_t begin = 0, g = 0; begin < weights.size(); begin += group, ++g) {
        const std::span<const std::uint8_t> part{row.codes.data() + begin, std::min(group, weights.size() - begin)};
        const float scale = given.scales ? given.scales[g]
                                         : scaleValue(encoding.scale, loadScale(encoding.scale, scales.data() + g * size));
        if (encoding.zeroPoint)
            for (std::size_t j = 0; j < part.size(); ++j)
                weights[begin + j] = static_cast<float>(part[j] - row.zeros[g]) * scale;
        else
            scaleGroup(part, encoding, numbers, scale, globalScale, weights.data() + begin);
    }
}

void widenBf16(std::span<const std::byte> codes, std::span<float> weights) {
    for (std::size_t j = 0; j < weights.size(); ++j) {
        std::uint16_t code = 0;
        std::memcpy(&code, codes.data() + 2 * j, 2);
        weights[j] = __builtin_bit_cast(float, std::uint32_t{code} << 16);
    }
}

}  // namespace

void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights) {
    const MatrixView whole{weights.data(), rows, cols};
    const std::int64_t codeBytes = codeBytesPerRow(encoding, cols);
    const std::int64_t scaleBytes = scaleBytesPerRow(encoding, cols);
    const bool byTable = encoding.bits <= 8 && encoding.element != Element::Block;
    const Numbers numbers = byTable ? numbersOf(encoding) : Numbers{};
    const MatrixScales shared(encoding, rows, cols, scales);
    parallelFor(slabCount(whole), [&](std::int64_t s) {
        const MatrixView part = slab(whole, s);
        const auto partCodes = rowsOf(codes, whole, s, codeBytes);
        const auto partScales = rowsOf(scales, whole, s, scaleBytes);
        const auto partWeights = rowsOf(weights, whole, s, cols);
        if (encoding.element == Element::Block) return gguf::unpackRows(encoding, cols, partCodes, partWeights);
        if (encoding.element == Element::Bf16) return widenBf16(partCodes, partWeights);
        if (!byTable)
            return reference::dequantize(encoding, part.rows, cols, globalScale, partCodes, partScales, partWeights);
        for (std::int64_t i = 0; i < part.rows; ++i)
            dequantizeRow(encoding, numbers, globalScale, shared.row(s * slabRows(cols) + i),
                          rowAt(partCodes, i, codeBytes), rowAt(partScales, i, scaleBytes),
                          rowAt(partWeights, i, cols));
    });
}

}  // namespace dq::kernels
