#include "kernels/quantize_pack.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "kernels/bit_pack.hpp"
#include "kernels/element.hpp"
#include "kernels/group_scale.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::reference {

namespace {

/// Codes and scales of one row, group by group. An encoding without scales is one group with divisor 1.
void quantizeRow(std::span<const float> row, const Encoding& encoding, float globalScale,
                 std::span<std::uint16_t> codes, std::byte* scales) {
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : row.size();
    for (std::size_t begin = 0; begin < row.size(); begin += group) {
        const std::size_t size = std::min(group, row.size() - begin);
        float divisor = 1.0f;
        if (encoding.scale != ScaleType::None) {
            const std::uint32_t bits = groupScaleBits(row.subspan(begin, size), encoding, globalScale);
            storeScale(encoding.scale, bits, scales);
            scales += scaleSize(encoding.scale);
            divisor = divisorOf(encoding, scaleValue(encoding.scale, bits), globalScale);
        }
        for (std::size_t j = begin; j < begin + size; ++j)
            codes[j] = encode(encoding, divisor > 0 ? row[j] / divisor : std::copysign(0.0f, row[j]));
    }
}

}  // namespace

void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, weights.cols));
    const auto scaleBytes = static_cast<std::size_t>(scaleBytesPerRow(encoding, weights.cols));
    assert(codes.size() == static_cast<std::size_t>(weights.rows) * codeBytes);
    assert(scales.size() == static_cast<std::size_t>(weights.rows) * scaleBytes);
    std::vector<std::uint16_t> rowCodes(cols);
    for (std::size_t i = 0; i < static_cast<std::size_t>(weights.rows); ++i) {
        quantizeRow({weights.row(static_cast<std::int64_t>(i)), cols}, encoding, globalScale, rowCodes,
                    scales.data() + i * scaleBytes);
        packBits(rowCodes, encoding.bits, codes.subspan(i * codeBytes, codeBytes));
    }
}

}  // namespace dq::kernels::reference
