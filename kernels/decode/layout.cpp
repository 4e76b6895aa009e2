#include "kernels/decode/layout.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/decode/rows.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::decoding {

namespace {

bool isKnownGroup(int group) {
    return group == 16 || group == 32 || group == 64 || group == 128 || group == 256 || group == 512;
}

/// Scales of groups inside the bricks, zero points behind them.
Layout grouped(Coding coding, const Encoding& encoding) {
    Layout layout;
    layout.coding = coding;
    layout.scale = encoding.scale;
    layout.stepsPerGroup = std::min(encoding.group / stepColumns, brickSteps);
    layout.first = {brickSteps / layout.stepsPerGroup, static_cast<int>(scaleSize(encoding.scale)), encoding.groupRows > 1};
    if (encoding.zeroPoint) layout.second = {layout.first.count, 1, false};
    return layout;
}

Layout ofRows(Coding coding, const Encoding& encoding) {
    Layout layout;
    layout.coding = coding;
    layout.scale = encoding.scale;
    layout.rowScales = encoding.scale != ScaleType::None;
    return layout;
}

std::optional<Layout> ofInteger(const Encoding& encoding) {
    if (encoding.bits < 2 || encoding.bits > 8 || encoding.globalScale || sharesScales(encoding)) return {};
    if (encoding.scale == ScaleType::None || encoding.scale == ScaleType::E4M3) return {};
    const auto coding = static_cast<Coding>(encoding.bits - 2);
    if (encoding.group == 0 && !encoding.zeroPoint) return ofRows(coding, encoding);
    return isKnownGroup(encoding.group) ? std::optional(grouped(coding, encoding)) : std::nullopt;
}

std::optional<Layout> ofE2M1(const Encoding& encoding) {
    if (encoding.scale == ScaleType::E4M3 && encoding.group == 16) return grouped(Coding::Nvfp4, encoding);
    if (encoding.scale == ScaleType::E8M0 && encoding.group == 32) return grouped(Coding::Mxfp4, encoding);
    return {};
}

std::optional<Layout> ofE4M3(const Encoding& encoding) {
    if (encoding.scale == ScaleType::E4M3 || encoding.scale == ScaleType::Dynamic8) return {};
    if (encoding.groupRows == 128 && encoding.group == 128) return grouped(Coding::Fp8, encoding);
    if (encoding.groupRows > 1) return {};
    if (encoding.group == 0 || encoding.scale == ScaleType::None) return ofRows(Coding::Fp8, encoding);
    return isKnownGroup(encoding.group) ? std::optional(grouped(Coding::Fp8, encoding)) : std::nullopt;
}

std::optional<Layout> ofBlocks(const Encoding& encoding, std::int64_t cols) {
    const auto type = static_cast<gguf::Type>(encoding.block);
    if (cols % static_cast<std::int64_t>(gguf::infoOf(type).blockWeights) != 0) return {};
    switch (type) {
        case gguf::Type::Q4_K:
            return Layout{Coding::Q4K, ScaleType::F16, false, 2, {1, 12}, {1, 4}};
        case gguf::Type::Q6_K:
            return Layout{Coding::Q6K, ScaleType::F16, false, 1, {16, 1}, {1, 2}};
        case gguf::Type::Q8_0:
            return Layout{Coding::Int8, ScaleType::F16, false, 2, {8, 2}, {}};
        default:
            return {};
    }
}

/// The bits of one pair in every plane.
void placePair(std::uint8_t* brick, int bits, int lane, int pair, std::uint32_t low, std::uint32_t high) {
    for (int plane = 0; planeWidth(bits, plane) > 0; ++plane) {
        const int width = planeWidth(bits, plane), offset = planeOffset(bits, plane);
        const auto [word, shift] = placeOfPair(width, pair);
        std::uint8_t* const at = brick + loadOffset(bits, plane, word / 4, lane) + word % 4 * 4;
        const std::uint32_t mask = (1u << width) - 1;
        std::uint32_t there = 0;
        std::memcpy(&there, at, 4);
        there |= (low >> offset & mask) << shift | (high >> offset & mask) << (shift + 16);
        std::memcpy(at, &there, 4);
    }
}

std::uint32_t pairAt(const std::uint8_t* brick, int bits, int lane, int pair) {
    std::uint32_t both = 0;
    for (int plane = 0; planeWidth(bits, plane) > 0; ++plane) {
        const int width = planeWidth(bits, plane), offset = planeOffset(bits, plane);
        const auto [word, shift] = placeOfPair(width, pair);
        std::uint32_t there = 0;
        std::memcpy(&there, brick + loadOffset(bits, plane, word / 4, lane) + word % 4 * 4, 4);
        const std::uint32_t mask = (1u << width) - 1;
        both |= (there >> shift & mask) << offset | (there >> (shift + 16) & mask) << (offset + 16);
    }
    return both;
}

/// Calls f(lane, pair, column) for the pairs of one row of a brick: `column` is that of the pair's first code.
template <class F>
void forEachPair(int row, F f) {
    for (int column = 0; column < brickColumns; column += 2) {
        const int step = column / stepColumns, within = column % stepColumns;
        f(row % 8 * 4 + within / 4, step * 4 + within % 4 / 2 * 2 + row / 8, column);
    }
}

/// `mover` takes the place of each entry in the brick and in the row.
template <class F>
void forEachEntry(const Field& field, int row, std::size_t brick, F mover) {
    for (int e = 0; e < field.count; ++e)
        mover(field.offsetOf(e, rowSlot(row)), (brick * static_cast<std::size_t>(field.count) + static_cast<std::size_t>(e)) *
                                                  static_cast<std::size_t>(field.size));
}

std::size_t offsetOfBrick(const Repacked& weights, std::int64_t row, std::int64_t brick) {
    const std::int64_t number = row / brickRows * bricksAcross(weights.cols) + brick;
    return static_cast<std::size_t>(number) * static_cast<std::size_t>(weights.layout.bytes());
}

void place(Repacked& to, std::int64_t i, const Row& row) {
    const Layout& layout = to.layout;
    const int within = static_cast<int>(i % brickRows), bits = bitsOf(layout.coding);
    const auto codeAt = [&](std::int64_t j) { return j < to.cols ? std::uint32_t{row.codes[static_cast<std::size_t>(j)]} : 0u; };
    for (std::int64_t k = 0; k < bricksAcross(to.cols); ++k) {
        std::uint8_t* const brick = to.bricks.data() + offsetOfBrick(to, i, k);
        forEachPair(within, [&](int lane, int pair, int column) {
            const std::int64_t j = k * brickColumns + column;
            placePair(brick, bits, lane, pair, codeAt(j), codeAt(j + 1));
        });
        const auto from = static_cast<std::size_t>(k);
        forEachEntry(layout.first, within, from, [&](int at, std::size_t entry) {
            std::memcpy(brick + layout.codeBytes() + at, row.first.data() + entry, static_cast<std::size_t>(layout.first.size));
        });
        forEachEntry(layout.second, within, from, [&](int at, std::size_t entry) {
            std::memcpy(brick + layout.codeBytes() + layout.first.bytes() + at, row.second.data() + entry, static_cast<std::size_t>(layout.second.size));
        });
    }
    if (layout.rowScales) std::copy(row.scale.begin(), row.scale.end(), to.rowScales.begin() + i * std::ssize(row.scale));
}

Row taken(const Repacked& from, std::int64_t i) {
    const Layout& layout = from.layout;
    const int within = static_cast<int>(i % brickRows), bits = bitsOf(layout.coding);
    const auto across = static_cast<std::size_t>(bricksAcross(from.cols));
    Row row;
    row.codes.resize(static_cast<std::size_t>(from.cols));
    row.first.resize(across * static_cast<std::size_t>(layout.first.count * layout.first.size));
    row.second.resize(across * static_cast<std::size_t>(layout.second.count * layout.second.size));
    for (std::size_t k = 0; k < across; ++k) {
        const std::uint8_t* const brick = from.bricks.data() + offsetOfBrick(from, i, static_cast<std::int64_t>(k));
        forEachPair(within, [&](int lane, int pair, int column) {
            const std::size_t j = k * brickColumns + static_cast<std::size_t>(column);
            const std::uint32_t both = pairAt(brick, bits, lane, pair);
            if (j < row.codes.size()) row.codes[j] = static_cast<std::uint16_t>(both);
            if (j + 1 < row.codes.size()) row.codes[j + 1] = static_cast<std::uint16_t>(both >> 16);
        });
        forEachEntry(layout.first, within, k, [&](int at, std::size_t entry) {
            std::memcpy(row.first.data() + entry, brick + layout.codeBytes() + at, static_cast<std::size_t>(layout.first.size));
        });
        forEachEntry(layout.second, within, k, [&](int at, std::size_t entry) {
            std::memcpy(row.second.data() + entry, brick + layout.codeBytes() + layout.first.bytes() + at, static_cast<std::size_t>(layout.second.size));
        });
    }
    if (layout.rowScales) {
        const auto size = static_cast<std::ptrdiff_t>(scaleSize(layout.scale));
        row.scale.assign(from.rowScales.begin() + i * size, from.rowScales.begin() + (i + 1) * size);
    }
    return row;
}

/// Which bytes of the scales a row has: its own, or those of its row of tiles.
struct ScaleRow {
    std::size_t offset, size;
};
ScaleRow scaleRowOf(const Encoding& encoding, std::int64_t cols, std::int64_t row) {
    if (encoding.groupRows == 1) {
        const auto size = static_cast<std::size_t>(scaleBytesPerRow(encoding, cols));
        return {static_cast<std::size_t>(row) * size, size};
    }
    const std::size_t size = static_cast<std::size_t>(groupsPerRow(encoding, cols)) * scaleSize(encoding.scale);
    return {static_cast<std::size_t>(row / encoding.groupRows) * size, size};
}

Layout knownLayout(const Encoding& encoding, std::int64_t cols) {
    if (const auto layout = layoutOf(encoding, cols)) return *layout;
    throw Error(Kind::Unsupported, "the device's products have no layout for this format with " + std::to_string(cols) +
                                       " columns: there are integers of 2 to 8 bits in groups of 16 to 512 or whole rows, NVFP4, MXFP4, "
                                       "FP8 E4M3, BF16, and GGUF's Q4_K, Q6_K (columns in blocks of 256) and Q8_0 (of 32)");
}

}  // namespace

std::optional<Layout> layoutOf(const Encoding& encoding, std::int64_t cols) {
    switch (encoding.element) {
        case Element::Bf16:
            return Layout{};
        case Element::Int:
            return ofInteger(encoding);
        case Element::E2M1:
            return ofE2M1(encoding);
        case Element::E4M3:
            return ofE4M3(encoding);
        case Element::Block:
            return ofBlocks(encoding, cols);
        default:
            return {};
    }
}

Repacked repack(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale, std::span<const std::byte> codes,
                std::span<const std::byte> scales) {
    Repacked to{encoding, rows, cols, globalScale, knownLayout(encoding, cols), {}, {}};
    const std::int64_t codeBytes = rows < 0 || cols < 0 ? 0 : codeBytesPerRow(encoding, cols);
    if (rows < 0 || cols < 0 || std::ssize(codes) != rows * codeBytes || std::ssize(scales) != scaleBytes(encoding, rows, cols))
        throw Error(dq::Kind::Input, std::to_string(codes.size()) + " bytes of codes and " + std::to_string(scales.size()) +
                                         " of scales for a matrix of [" + std::to_string(rows) + ", " + std::to_string(cols) + "]");
    to.bricks.resize(static_cast<std::size_t>(bricksDown(rows) * bricksAcross(cols)) * static_cast<std::size_t>(to.layout.bytes()));
    if (to.layout.rowScales) to.rowScales.resize(static_cast<std::size_t>(rows) * scaleSize(encoding.scale));
    parallelFor(bricksDown(rows), [&](std::int64_t band) {
        for (std::int64_t i = band * brickRows; i < std::min(rows, (band + 1) * brickRows); ++i) {
            const ScaleRow own = scaleRowOf(encoding, cols, i);
            place(to, i, takenApart(encoding, to.layout, cols, codes.subspan(static_cast<std::size_t>(i * codeBytes), static_cast<std::size_t>(codeBytes)),
                                    scales.subspan(own.offset, own.size)));
        }
    });
    return to;
}

Flat unpack(const Repacked& from) {
    Flat to;
    const auto codeBytes = static_cast<std::size_t>(codeBytesPerRow(from.encoding, from.cols));
    to.codes.resize(static_cast<std::size_t>(from.rows) * codeBytes);
    to.scales.resize(static_cast<std::size_t>(scaleBytes(from.encoding, from.rows, from.cols)));
    for (std::int64_t i = 0; i < from.rows; ++i) {
        const ScaleRow own = scaleRowOf(from.encoding, from.cols, i);
        putTogether(from.encoding, from.layout, taken(from, i), std::span(to.codes).subspan(static_cast<std::size_t>(i) * codeBytes, codeBytes),
                    std::span(to.scales).subspan(own.offset, own.size));
    }
    return to;
}

Matrix matrixOf(const Repacked& weights) {
    return {weights.layout, weights.rows, weights.cols, weights.encoding.globalScale ? weights.globalScale : 1.0f, weights.bricks.data(), weights.rowScales.data()};
}

}  // namespace dq::kernels::decoding
