#include "kernels/quantize_pack.hpp"

#include <algorithm>

#include "core/base/parallel.hpp"
#include "kernels/feedback.hpp"
#include "kernels/gguf/rows_of.hpp"
#include "kernels/round_row.hpp"
#include "kernels/simd/quantize_row.hpp"
#include "kernels/slabs.hpp"

namespace dq::kernels {

float globalScaleFor(const Encoding& encoding, float largestMagnitude) {
    if (!encoding.globalScale || !(largestMagnitude > 0)) return 1.0f;
    const float largestScale = encoding.scale == ScaleType::None ? 1.0f : 448.0f;
    constexpr float smallestFloat = 0x1p-149f;
    return std::max(largestMagnitude / (largestScale * largestCode(encoding)), smallestFloat);
}

float largestMagnitude(const MatrixView& weights) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    std::vector<float> perSlab(static_cast<std::size_t>(slabCount(weights)));
    parallelFor(slabCount(weights), [&](std::int64_t s) {
        const MatrixView part = slab(weights, s);
        perSlab[static_cast<std::size_t>(s)] =
            largestOf({part.data, static_cast<std::size_t>(part.rows) * cols});
    });
    return perSlab.empty() ? 0.0f : *std::max_element(perSlab.begin(), perSlab.end());
}

void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales, const Input& input) {
    if (encoding.feedback) {
        Encoding alone = encoding;
        alone.feedback = false;
        quantizePack(weights, alone, globalScale, codes, scales, input);
        if (input.feedback) roundWithFeedback(weights, encoding, globalScale, *input.feedback, scales, codes);
        return;
    }
    const std::int64_t codeBytes = codeBytesPerRow(encoding, weights.cols);
    const std::int64_t scaleBytes = scaleBytesPerRow(encoding, weights.cols);
    const simd::Importance importance(std::span(&encoding, 1), input);
    parallelFor(slabCount(weights), [&](std::int64_t s) {
        const MatrixView part = slab(weights, s);
        const auto partCodes = rowsOf(codes, weights, s, codeBytes);
        const auto partScales = rowsOf(scales, weights, s, scaleBytes);
        if (encoding.element == Element::Block) return gguf::packRows(part, encoding, partCodes, input);
        for (std::int64_t i = 0; i < part.rows; ++i)
            simd::quantizeRow({part.row(i), static_cast<std::size_t>(part.cols)}, encoding, globalScale,
                              {input, importance}, rowAt(partCodes, i, codeBytes), rowAt(partScales, i, scaleBytes));
    });
}

}  // namespace dq::kernels
