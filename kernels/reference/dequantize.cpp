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

void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights) {
    if (encoding.element == Element::Block) return gguf::unpackRows(encoding, cols, codes, weights);
    const auto width = static_cast<std::size_t>(cols);
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, cols));
    const auto scaleBytes = static_cast<std::size_t>(scaleBytesPerRow(encoding, cols));
    assert(codes.size() == static_cast<std::size_t>(rows) * codeBytes);
    assert(scales.size() == static_cast<std::size_t>(rows) * scaleBytes);
    assert(weights.size() == static_cast<std::size_t>(rows) * width);
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : width;
    const std::vector<float> numbers = numbersOf(encoding);
    const auto zeroBytes = static_cast<std::size_t>(zeroBytesPerRow(encoding, cols));
    std::vector<std::uint16_t> rowCodes(width);
    std::vector<std::uint16_t> zeros(static_cast<std::size_t>(groupsPerRow(encoding, cols)));
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
        unpackBits(codes.subspan(i * codeBytes, codeBytes), encoding.bits, rowCodes);
        const auto rowScales = scales.subspan(i * scaleBytes, scaleBytes);
        if (encoding.zeroPoint) unpackBits(rowScales.last(zeroBytes), encoding.bits, zeros);
        float scale = 1.0f;
        for (std::size_t j = 0; j < width; ++j) {
            if (encoding.scale != ScaleType::None && j % group == 0)
                scale = scaleValue(encoding.scale,
                                   loadScale(encoding.scale,
                                             rowScales.data() + j / group * scaleSize(encoding.scale)));
            float number = numbers.empty() ? decode(encoding, rowCodes[j]) : numbers[rowCodes[j]];
            if (encoding.zeroPoint) number -= static_cast<float>(zeros[j / group]);
            float weight = number * scale;
            if (encoding.globalScale) weight = weight * globalScale;
            weights[i * width + j] = weight;
        }
    }
}

}  // namespace dq::kernels::reference
