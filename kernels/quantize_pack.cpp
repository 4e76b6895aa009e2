#include "kernels/quantize_pack.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/base/parallel.hpp"
#include "kernels/feedback.hpp"
#include "kernels/gguf/rows_of.hpp"
#include "kernels/round_row.hpp"
#include "kernels/simd/quantize_row.hpp"
#include "kernels/slabs.hpp"

namespace dq::kernels {

namespace {

/// The smallest power of two that is at least `x`; `x` itself where that would take weights out of what floats hold.
float powerFrom(float x) {
    if (x < 0x1p-100f || x > 0x1p100f) return x;
    int exponent = 0;
    const float fraction = std::frexp(x, &exponent);
    return std::ldexp(1.0f, fraction == 0.5f ? exponent - 1 : exponent);
}

}  // namespace

float globalScaleFor(const Encoding& encoding, float largestMagnitude) {
    if (!encoding.globalScale || !(largestMagnitude > 0)) return 1.0f;
    constexpr float smallestFloat = 0x1p-149f, largestScale = 448.0f;
    if (encoding.scale == ScaleType::None) return std::max(largestMagnitude / largestCode(encoding), smallestFloat);
    return powerFrom(std::max(largestMagnitude / (largestScale * largestCode(encoding)), smallestFloat));
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
    const std::span<const std::uint8_t> known =
        input.sensitivities ? std::span<const std::uint8_t>(*input.sensitivities) : std::span<const std::uint8_t>();
    assert(known.empty() || std::ssize(known) == weights.rows * weights.cols);
    const std::int64_t perRow = known.empty() ? 0 : weights.cols;
    const MatrixScales shared(encoding, weights);
    std::copy(shared.stored().begin(), shared.stored().end(), scales.begin());
    parallelFor(slabCount(weights), [&](std::int64_t s) {
        const MatrixView part = slab(weights, s);
        const auto partCodes = rowsOf(codes, weights, s, codeBytes);
        const auto partScales = rowsOf(scales, weights, s, scaleBytes);
        if (encoding.element == Element::Block) return gguf::packRows(part, encoding, partCodes, input);
        for (std::int64_t i = 0; i < part.rows; ++i)
            simd::quantizeRow({part.row(i), static_cast<std::size_t>(part.cols)}, encoding, globalScale,
                              shared.row(s * slabRows(weights.cols) + i), {importance, rowAt(known, s * slabRows(weights.cols) + i, perRow)},
                              rowAt(partCodes, i, codeBytes), rowAt(partScales, i, scaleBytes));
    });
}

}  // namespace dq::kernels
