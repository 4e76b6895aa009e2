#include "kernels/matvec/weights.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::matvec {

namespace {

constexpr std::size_t readBeyond = 64;

bool isKnownGroup(int group) {
    return group == 0 || group == 16 || group == 32 || group == 64 || group == 128 || group == 256 || group == 512;
}

void takeCodes(Weights& to, std::int64_t row, std::span<const std::byte> packed, std::vector<std::uint16_t>& codes) {
    const int bits = to.encoding.bits;
    unpackBits(packed, bits, codes);
    if (to.encoding.element == Element::Int && !to.encoding.zeroPoint)
        for (std::uint16_t& code : codes)
            code = static_cast<std::uint16_t>(code ^ (1u << (bits - 1)));
    const std::size_t perRow = blocksOf(codes.size()) * wordsPerBlock(bits);
    toStream(codes, bits, std::span(to.words).subspan(static_cast<std::size_t>(row) * perRow, perRow));
}

void takeScales(Weights& to, std::int64_t row, const std::byte* packed) {
    const Encoding& encoding = to.encoding;
    if (encoding.scale == ScaleType::None) return;
    const std::size_t size = scaleSize(encoding.scale), perRow = to.groupsPerRow();
    const auto groups = static_cast<std::size_t>(groupsPerRow(encoding, to.cols));
    std::vector<std::uint16_t> zeros(encoding.zeroPoint ? groups : 0);
    if (encoding.zeroPoint)
        unpackBits({packed + groups * size, static_cast<std::size_t>(zeroBytesPerRow(encoding, to.cols))}, encoding.bits, zeros);
    for (std::size_t g = 0; g < perRow; ++g) {
        const std::size_t from = encoding.group == 0 ? 0 : std::min(g, groups - 1);
        const std::size_t at = static_cast<std::size_t>(row) * perRow + g;
        std::copy_n(reinterpret_cast<const std::uint8_t*>(packed) + from * size, size, to.scales.data() + at * size);
        if (encoding.zeroPoint) to.zeros[at] = static_cast<std::uint8_t>(zeros[from]);
    }
}

void requireKnown(const Encoding& encoding) {
    if (canMultiply(encoding)) return;
    throw Error(Kind::Unsupported, "no product reads this format: there are integers of 2 to 8 bits in groups of 16 to 512 or whole "
                                   "rows, NVFP4, MXFP4, FP8 E4M3 with a scale a row, and BF16");
}

}  // namespace

std::size_t Weights::stepsPerGroup() const {
    return encoding.group == 0 ? steps : static_cast<std::size_t>(encoding.group) / lanes;
}

std::size_t Weights::groupsPerRow() const {
    return blocksOf(static_cast<std::size_t>(cols)) * (steps / stepsPerGroup());
}

bool canMultiply(const Encoding& encoding) {
    if (sharesScales(encoding) || !isKnownGroup(encoding.group)) return false;
    switch (encoding.element) {
        case Element::Bf16:
            return true;
        case Element::Int:
            return encoding.bits >= 2 && encoding.bits <= 8 && !encoding.globalScale;
        case Element::E2M1:
        case Element::E4M3:
            return encoding.scale != ScaleType::None;
        default:
            return false;
    }
}

Weights weightsOf(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                  std::span<const std::byte> codes, std::span<const std::byte> scales) {
    requireKnown(encoding);
    const std::int64_t codeBytes = codeBytesPerRow(encoding, cols), perRow = scaleBytesPerRow(encoding, cols);
    if (rows < 0 || cols < 0 || std::ssize(codes) != rows * codeBytes || std::ssize(scales) != rows * perRow)
        throw Error(Kind::Input, std::to_string(codes.size()) + " bytes of codes and " + std::to_string(scales.size()) +
                                     " of scales for a matrix of [" + std::to_string(rows) + ", " + std::to_string(cols) + "]");
    Weights weights{encoding, rows, cols, {}, {}, {}, globalScale};
    const auto count = static_cast<std::size_t>(rows);
    weights.words.resize(count * blocksOf(static_cast<std::size_t>(cols)) * wordsPerBlock(encoding.bits));
    if (encoding.scale != ScaleType::None)
        weights.scales.resize(count * weights.groupsPerRow() * scaleSize(encoding.scale) + readBeyond);
    if (encoding.zeroPoint) weights.zeros.resize(count * weights.groupsPerRow() + readBeyond);
    parallelFor(rows, [&](std::int64_t row) {
        std::vector<std::uint16_t> unpacked(static_cast<std::size_t>(cols));
        takeCodes(weights, row, codes.subspan(static_cast<std::size_t>(row * codeBytes), static_cast<std::size_t>(codeBytes)), unpacked);
        if (cols > 0) takeScales(weights, row, scales.data() + row * perRow);
    });
    return weights;
}

}  // namespace dq::kernels::matvec
