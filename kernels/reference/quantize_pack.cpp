#include "kernels/quantize_pack.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "kernels/bit_pack.hpp"
#include "kernels/element.hpp"
#include "kernels/feedback.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/group_scale.hpp"
#include "kernels/importance.hpp"
#include "kernels/scale.hpp"
#include "kernels/sensitivity.hpp"

namespace dq::kernels::reference {

namespace {

/// A row as it will be stored.
struct Row {
    std::vector<std::uint16_t> codes;
    std::vector<GroupScale> scales;
};

/// Group by group. An encoding without scales is one group.
Row quantized(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given, const float* importance) {
    Row result{std::vector<std::uint16_t>(row.size()), {}};
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : row.size();
    for (std::size_t begin = 0; begin < row.size(); begin += group) {
        const std::size_t size = std::min(group, row.size() - begin);
        GroupScale scale;
        if (encoding.scale != ScaleType::None && !given.divisors) {
            scale = groupScale(row.subspan(begin, size), encoding, globalScale, importance ? importance + begin : nullptr);
            result.scales.push_back(scale);
        }
        const float divisor = given.divisors
                                  ? given.divisors[begin / group]
                                  : divisorOf(encoding, scaleValue(encoding.scale, scale.bits), globalScale);
        for (std::size_t j = begin; j < begin + size; ++j) {
            float scaled = divisor > 0 ? row[j] / divisor : std::copysign(0.0f, row[j]);
            if (encoding.zeroPoint) scaled += static_cast<float>(scale.zero);
            result.codes[j] = encode(encoding, scaled);
        }
    }
    return result;
}

void store(const std::vector<GroupScale>& scales, const Encoding& encoding, std::span<std::byte> bytes) {
    std::vector<std::uint16_t> zeros;
    for (const GroupScale& one : scales) {
        storeScale(encoding.scale, one.bits, bytes.data());
        bytes = bytes.subspan(scaleSize(encoding.scale));
        zeros.push_back(static_cast<std::uint16_t>(one.zero));
    }
    if (encoding.zeroPoint) packBits(zeros, encoding.bits, bytes);
}

}  // namespace

void quantizeRow(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
                 std::span<std::byte> codes, std::span<std::byte> scales, const float* importance) {
    const Row stored = quantized(row, encoding, globalScale, given, importance);
    if (!given.divisors) store(stored.scales, encoding, scales);
    packBits(stored.codes, encoding.bits, codes);
}

void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales, const Input& input) {
    if (encoding.feedback) {
        Encoding alone = encoding;
        alone.feedback = false;
        reference::quantizePack(weights, alone, globalScale, codes, scales, input);
        if (input.feedback) reference::roundWithFeedback(weights, encoding, globalScale, *input.feedback, scales, codes);
        return;
    }
    const auto cols = static_cast<std::size_t>(weights.cols);
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, weights.cols));
    const auto scaleBytes = static_cast<std::size_t>(scaleBytesPerRow(encoding, weights.cols));
    assert(codes.size() == static_cast<std::size_t>(weights.rows) * codeBytes);
    assert(std::ssize(scales) == kernels::scaleBytes(encoding, weights.rows, weights.cols));
    assert(input.moment.empty() || input.moment.size() == cols);
    const std::vector<float> importance =
        encoding.scaling == Scaling::Weighted ? importanceOf(input.moment) : std::vector<float>();
    const bool bySensitivity = encoding.scaling == Scaling::Fisher && input.sensitivities;
    assert(!bySensitivity || input.sensitivities->size() == static_cast<std::size_t>(weights.rows) * cols);
    std::vector<float> own(cols);  // of one row
    const MatrixScales shared(encoding, weights);
    std::copy(shared.stored().begin(), shared.stored().end(), scales.begin());
    for (std::size_t i = 0; i < static_cast<std::size_t>(weights.rows); ++i) {
        if (encoding.element == Element::Block) {
            const auto type = gguf::typeFor(static_cast<gguf::Type>(encoding.block), cols);
            gguf::reference::quantizeRow(type, {weights.row(static_cast<std::int64_t>(i)), cols},
                                         importance.empty() ? nullptr : input.moment.data(),
                                         codes.subspan(i * codeBytes, codeBytes));
            continue;
        }
        if (bySensitivity) sensitivitiesTo(std::span(*input.sensitivities).subspan(i * cols, cols), own.data());
        quantizeRow({weights.row(static_cast<std::int64_t>(i)), cols}, encoding, globalScale,
                    shared.row(static_cast<std::int64_t>(i)), codes.subspan(i * codeBytes, codeBytes),
                    scales.subspan(i * scaleBytes, scaleBytes),
                    bySensitivity ? own.data() : importance.empty() ? nullptr : importance.data());
    }
}

}  // namespace dq::kernels::reference
