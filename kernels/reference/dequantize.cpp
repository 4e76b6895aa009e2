#include "kernels/dequantize.hpp"

#include <cassert>
#include <vector>

#include "kernels/bit_pack.hpp"
#include "kernels/element.hpp"
#include "kernels/gguf/rows_of.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::reference {

namespace {

/// Every code's number, where there are few enough codes to list.
std::vector<float> numbersOf(const Encoding& encoding) {
    std::vector<float> numbers(encoding.bits <= 8 ? std::size_t{1} << encoding.bits : 0);
    for (std::size_t code = 0; code < numbers.size(); ++code)
        numbers[code] = decode(encoding, static_cast<std::uint16_t>(code));
    return numbers;
}

}  // namespace

void dequantizeRow(const Encoding& encoding, float globalScale, GivenScales given, std::span<const std::byte> codes,
                   std::span<const std::byte> scales, std::span<float> weights) {
    const std::vector<float> numbers = numbersOf(encoding);
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : weights.size();
    std::vector<std::uint16_t> rowCodes(weights.size());
    std::vector<std::uint16_t> zeros(static_cast<std::size_t>(groupsPerRow(encoding, std::ssize(weights))));
    unpackBits(codes, encoding.bits, rowCodes);
    if (encoding.zeroPoint)
        unpackBits(scales.subspan(zeros.size() * scaleSize(encoding.scale)), encoding.bits, zeros);
    for (std::size_t j = 0; j < weights.size(); ++j) {
        const std::size_t g = j / group;
        float scale = 1.0f;
        if (given.scales)
            scale = given.scales[g];
        else if (encoding.scale != ScaleType::None)
            scale = scaleValue(encoding.scale,
                               loadScale(encoding.scale, scales.data() + g * scaleSize(encoding.scale)));
        float number = numbers.empty() ? decode(encoding, rowCodes[j]) : numbers[rowCodes[j]];
        if (encoding.zeroPoint) number -= static_cast<float>(zeros[g]);
        float weight = number * scale;
        if (encoding.globalScale) weight = weight * globalScale;
        weights[j] = weight;
    }
}

void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights) {
    if (encoding.element == Element::Block) return gguf::unpackRows(encoding, cols, codes, weights);
    const auto width = static_cast<std::size_t>(cols);
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, cols));
    const auto scaleBytes = static_cast<std::size_t>(scaleBytesPerRow(encoding, cols));
    assert(codes.size() == static_cast<std::size_t>(rows) * codeBytes);
    assert(std::ssize(scales) == kernels::scaleBytes(encoding, rows, cols));
    assert(weights.size() == static_cast<std::size_t>(rows) * width);
    const MatrixScales shared(encoding, rows, cols, scales);
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
        dequantizeRow(encoding, globalScale, shared.row(static_cast<std::int64_t>(i)),
                      codes.subspan(i * codeBytes, codeBytes), scales.subspan(i * scaleBytes, scaleBytes),
                      weights.subspan(i * width, width));
}

}  // namespace dq::kernels::reference
