#include "kernels/matvec/weights.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/matvec/blocks.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::matvec {

namespace {

constexpr std::size_t readBeyond = 64;

bool isKnownGroup(int group) {
    return group == 0 || group == 16 || group == 32 || group == 64 || group == 128 || group == 256 || group == 512;
}

bool isKnownPlain(const Encoding& encoding) {
    if (encoding.scale == ScaleType::Dynamic8 || !isKnownGroup(encoding.group) || encoding.groupRows < 1) return false;
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

void requireKnown(const Encoding& encoding) {
    if (canMultiply(encoding)) return;
    throw Error(Kind::Unsupported, "no product reads this format: there are integers of 2 to 8 bits in groups of 16 to 512 or whole "
                                   "rows, NVFP4, MXFP4, FP8 E4M3 with a scale a row or a tile, BF16, and of GGUF's types Q8_0, Q6_K, "
                                   "Q5_K, Q4_K, Q5_0 and Q4_0");
}

void requireSizes(const Encoding& encoding, std::int64_t rows, std::int64_t cols, std::size_t codes, std::size_t scales) {
    if (rows >= 0 && cols >= 0 && codes == static_cast<std::size_t>(rows * codeBytesPerRow(encoding, cols)) &&
        scales == static_cast<std::size_t>(kernels::scaleBytes(encoding, rows, cols)))
        return;
    throw Error(Kind::Input, std::to_string(codes) + " bytes of codes and " + std::to_string(scales) + " of scales for a matrix of [" +
                                 std::to_string(rows) + ", " + std::to_string(cols) + "]");
}

/// Where the scale of a row's group g stands among those of a row.
std::size_t placeOfGroup(std::size_t g, std::size_t perBlock) {
    if (perBlock != 2 * lanes) return g;
    const std::size_t within = g % perBlock;
    return g - within + within % 2 * lanes + within / 2;
}

/// The groups of a row as the layout has them: `of(place, group of the packed row)`.
template <class Of>
void eachGroup(const Weights& weights, std::size_t packedGroups, const Of& of) {
    const std::size_t all = weights.groupsPerRow(), perBlock = weights.groupsPerBlock();
    const auto group = static_cast<std::size_t>(weights.encoding.group);
    for (std::size_t g = 0; g < all; ++g) {
        const std::size_t from = group == 0 ? 0 : perBlock == 1 ? g * blockColumns / group : g;
        of(placeOfGroup(g, perBlock), std::min(from, packedGroups - 1));
    }
}

void takeCodes(Weights& to, std::int64_t row, std::span<const std::uint16_t> codes) {
    const std::size_t perRow = blocksOf(codes.size()) * wordsPerBlock(to.encoding.bits);
    toStream(codes, to.encoding.bits, std::span(to.words).subspan(static_cast<std::size_t>(row) * perRow, perRow));
}

void takePlainCodes(Weights& to, std::int64_t row, std::span<const std::byte> packed) {
    std::vector<std::uint16_t> codes(static_cast<std::size_t>(to.cols));
    unpackBits(packed, to.encoding.bits, codes);
    if (to.encoding.element == Element::Int && !to.encoding.zeroPoint)
        for (std::uint16_t& code : codes)
            code = static_cast<std::uint16_t>(code ^ (1u << (to.encoding.bits - 1)));
    takeCodes(to, row, codes);
}

/// Of one row, or of the rows of a tile.
void takeScales(Weights& to, std::int64_t at, std::span<const std::byte> packed, std::size_t groups) {
    const std::size_t size = to.scaleBytes();
    std::uint8_t* const scales = to.scales.data() + static_cast<std::size_t>(at) * to.groupsPerRow() * size;
    eachGroup(to, groups, [&](std::size_t place, std::size_t from) {
        std::copy_n(reinterpret_cast<const std::uint8_t*>(packed.data()) + from * size, size, scales + place * size);
    });
}

void takeZeros(Weights& to, std::int64_t row, std::span<const std::byte> packed, std::size_t groups) {
    std::vector<std::uint16_t> zeros(groups);
    unpackBits(packed, to.encoding.bits, zeros);
    std::uint8_t* const at = to.zeros.data() + static_cast<std::size_t>(row) * to.groupsPerRow();
    eachGroup(to, groups, [&](std::size_t place, std::size_t from) { at[place] = static_cast<std::uint8_t>(zeros[from]); });
}

void takeBlocks(Weights& to, std::int64_t row, const BlockRow& blocks) {
    takeCodes(to, row, blocks.codes);
    const std::size_t groups = to.groupsPerRow(), at = static_cast<std::size_t>(row) * groups, size = to.scaleBytes();
    eachGroup(to, blocks.scales.size() / size, [&](std::size_t place, std::size_t from) {
        std::copy_n(blocks.scales.data() + from * size, size, to.scales.data() + (at + place) * size);
        if (!blocks.minima.empty()) to.zeros[at + place] = blocks.minima[from];
    });
    std::ranges::copy(blocks.halves, to.halves.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * blocks.halves.size()));
}

Weights emptyWeights(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale) {
    Weights weights;
    weights.encoding = encoding;
    weights.rows = rows;
    weights.cols = cols;
    weights.tileRows = encoding.groupRows;
    weights.globalScale = globalScale;
    const auto count = static_cast<std::size_t>(rows), tiles = static_cast<std::size_t>((rows + weights.tileRows - 1) / weights.tileRows);
    weights.words.resize(count * blocksOf(static_cast<std::size_t>(cols)) * wordsPerBlock(encoding.bits));
    if (weights.scaleBytes() > 0) weights.scales.resize(tiles * weights.groupsPerRow() * weights.scaleBytes() + readBeyond);
    return weights;
}

Weights plainWeights(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale, std::span<const std::byte> codes,
                     std::span<const std::byte> scales) {
    Weights weights = emptyWeights(encoding, rows, cols, globalScale);
    if (cols == 0) return weights;
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(encoding, cols));
    const auto groups = static_cast<std::size_t>(groupsPerRow(encoding, cols)), ownBytes = groups * weights.scaleBytes();
    const std::size_t zeroBytes = encoding.zeroPoint ? static_cast<std::size_t>(zeroBytesPerRow(encoding, cols)) : 0;
    if (encoding.zeroPoint) weights.zeros.resize(static_cast<std::size_t>(rows) * weights.groupsPerRow() + readBeyond);
    parallelFor(rows, [&](std::int64_t row) {
        const auto r = static_cast<std::size_t>(row);
        takePlainCodes(weights, row, codes.subspan(r * codeBytes, codeBytes));
        if (ownBytes == 0 || row % weights.tileRows != 0) return;
        const auto own = scales.subspan(r / static_cast<std::size_t>(weights.tileRows) * (ownBytes + zeroBytes), ownBytes + zeroBytes);
        takeScales(weights, row / weights.tileRows, own, groups);
        if (zeroBytes > 0) takeZeros(weights, row, own.subspan(ownBytes), groups);
    });
    return weights;
}

Weights blockWeights(const Encoding& encoding, std::int64_t rows, std::int64_t cols, std::span<const std::byte> codes) {
    const gguf::Type type = gguf::typeFor(static_cast<gguf::Type>(encoding.block), static_cast<std::size_t>(cols));
    if (!isKnownBlock(type)) requireKnown(Encoding{.element = Element::Block, .block = static_cast<std::uint8_t>(type)});
    const BlockShape shape = shapeOf(type);
    Weights weights = emptyWeights(shape.encoding, rows, cols, 1);
    const auto count = static_cast<std::size_t>(rows), codeBytes = gguf::rowBytes(type, static_cast<std::size_t>(cols));
    if (shape.halves > 0) weights.halves.resize(count * static_cast<std::size_t>(cols) / 256 * static_cast<std::size_t>(shape.halves) + readBeyond);
    if (shape.halves == 2) weights.zeros.resize(count * weights.groupsPerRow() + readBeyond);
    parallelFor(rows, [&](std::int64_t row) {
        takeBlocks(weights, row, unpackedBlocks(type, codes.subspan(static_cast<std::size_t>(row) * codeBytes, codeBytes)));
    });
    return weights;
}

}  // namespace

std::size_t Weights::groupsPerBlock() const {
    const auto group = static_cast<std::size_t>(encoding.group);
    return group == 0 || group >= blockColumns ? 1 : blockColumns / group;
}

std::size_t Weights::groupsPerRow() const {
    return blocksOf(static_cast<std::size_t>(cols)) * groupsPerBlock();
}

std::size_t Weights::scaleBytes() const {
    return encoding.element == Element::Int && encoding.scale == ScaleType::None ? 1 : scaleSize(encoding.scale);
}

bool canMultiply(const Encoding& encoding) {
    if (encoding.element == Element::Block) return isKnownBlock(static_cast<gguf::Type>(encoding.block));
    return isKnownPlain(encoding);
}

Weights weightsOf(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                  std::span<const std::byte> codes, std::span<const std::byte> scales) {
    requireKnown(encoding);
    requireSizes(encoding, rows, cols, codes.size(), scales.size());
    return encoding.element == Element::Block ? blockWeights(encoding, rows, cols, codes)
                                              : plainWeights(encoding, rows, cols, globalScale, codes, scales);
}

}  // namespace dq::kernels::matvec
