#include "kernels/dequantize.hpp"

#include <cassert>
#include <vector>

#include "kernels/bit_pack.hpp"
#include "kernels/element.hpp"
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
    const auto width = static_cast<std::size_t>(cols);
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, cols));
    const auto scaleBytes = static_cast<std::size_t>(scaleBytesPerRow(encoding, cols));
    assert(codes.size() == static_cast<std::size_t>(rows) * codeBytes);
    assert(scales.size() == static_cast<std::size_t>(rows) * scaleBytes);
    assert(weights.size() == static_cast<std::size_t>(rows) * width);
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : width;
    const std::vector<float> numbers = numbersOf(encoding);
    std::vector<std::uint16_t> rowCodes(width);
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
        unpackBits(codes.subspan(i * codeBytes, codeBytes), encoding.bits, rowCodes);
        const std::byte* rowScales = scales.data() + i * scaleBytes;
        float scale = 1.0f;
        for (std::size_t j = 0; j < width; ++j) {
            if (encoding.scale != ScaleType::None && j % group == 0)
                scale =
                    scaleValue(encoding.scale,
                               loadScale(encoding.scale, rowScales + j / group * scaleSize(encoding.scale)));
            const float number = numbers.empty() ? decode(encoding, rowCodes[j]) : numbers[rowCodes[j]];
            float weight = number * scale;
            if (encoding.globalScale) weight = weight * globalScale;
            weights[i * width + j] = weight;
        }
    }
}

}  // namespace dq::kernels::reference
