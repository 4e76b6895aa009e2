#include "kernels/decode/rows.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/bit_pack.hpp"
#include "kernels/gguf/blocks.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::decoding {

namespace {

/// Two's complement <-> offset binary, its own inverse. Eight bits stay two's complement, which is what their arithmetic wants: with zero
/// points they become it.
std::uint16_t flipOf(const Encoding& encoding) {
    if (encoding.element != Element::Int) return 0;
    const bool wantsComplement = encoding.bits == 8;
    return wantsComplement == encoding.zeroPoint ? static_cast<std::uint16_t>(1u << (encoding.bits - 1)) : std::uint16_t{0};
}

void flip(std::vector<std::uint16_t>& codes, std::uint16_t bit) {
    for (std::uint16_t& code : codes)
        code = static_cast<std::uint16_t>(code ^ bit);
}

std::size_t across(const std::vector<std::uint16_t>& codes) {
    return static_cast<std::size_t>(bricksAcross(std::ssize(codes)));
}

std::size_t fieldBytes(const Field& field) {
    return static_cast<std::size_t>(field.count * field.size);
}

/// Of the scales that stand in a brick: which of the format's each is. Groups larger than a brick repeat theirs.
std::size_t groupAt(const Encoding& encoding, const Layout& layout, std::size_t entry, std::size_t groups) {
    const auto columns = static_cast<std::size_t>(layout.stepsPerGroup * stepColumns);
    return std::min(entry * columns / static_cast<std::size_t>(encoding.group), groups - 1);
}

struct Q8_0 {
    static constexpr std::size_t weights = 32;
    using Block = gguf::BlockQ8_0;
    static void take(const Block& block, std::uint16_t* codes, std::uint8_t* first, std::uint8_t*) {
        for (std::size_t j = 0; j < weights; ++j)
            codes[j] = static_cast<std::uint8_t>(block.qs[j]);
        std::memcpy(first, &block.d, 2);
    }
    static void put(Block& block, const std::uint16_t* codes, const std::uint8_t* first, const std::uint8_t*) {
        for (std::size_t j = 0; j < weights; ++j)
            block.qs[j] = static_cast<std::int8_t>(codes[j]);
        std::memcpy(&block.d, first, 2);
    }
};

struct Q4K {
    static constexpr std::size_t weights = 256;
    using Block = gguf::BlockQ4_K;
    /// Scale and minimum of run r in bits 12 r .. 12 r + 11 of twelve bytes; a file has them in another order.
    static std::array<std::uint16_t, 16> sixes(const std::array<std::uint8_t, 12>& stored) {
        std::array<std::uint16_t, 16> all{};
        for (std::size_t j = 0; j < 4; ++j) {
            all[2 * j] = stored[j] & 63u;
            all[2 * j + 1] = stored[j + 4] & 63u;
            all[2 * j + 8] = static_cast<std::uint16_t>((stored[j + 8] & 15u) | (stored[j] >> 6 << 4));
            all[2 * j + 9] = static_cast<std::uint16_t>(stored[j + 8] >> 4 | (stored[j + 4] >> 6 << 4));
        }
        return all;
    }
    static std::array<std::uint8_t, 12> stored(const std::array<std::uint16_t, 16>& six) {
        std::array<std::uint8_t, 12> all{};
        for (std::size_t j = 0; j < 4; ++j) {
            all[j] = static_cast<std::uint8_t>(six[2 * j] | (six[2 * j + 8] >> 4 << 6));
            all[j + 4] = static_cast<std::uint8_t>(six[2 * j + 1] | (six[2 * j + 9] >> 4 << 6));
            all[j + 8] = static_cast<std::uint8_t>((six[2 * j + 8] & 15u) | (six[2 * j + 9] & 15u) << 4);
        }
        return all;
    }
    static void take(const Block& block, std::uint16_t* codes, std::uint8_t* first, std::uint8_t* second) {
        for (std::size_t j = 0; j < weights; ++j)
            codes[j] = block.qs[j / 64 * 32 + j % 32] >> (j % 64 / 32 * 4) & 15u;
        packBits(sixes(block.scales), 6, {reinterpret_cast<std::byte*>(first), 12});
        std::memcpy(second, &block.d, 2);
        std::memcpy(second + 2, &block.dmin, 2);
    }
    static void put(Block& block, const std::uint16_t* codes, const std::uint8_t* first, const std::uint8_t* second) {
        for (std::size_t j = 0; j < weights; ++j)
            block.qs[j / 64 * 32 + j % 32] |= static_cast<std::uint8_t>(codes[j] << (j % 64 / 32 * 4));
        std::array<std::uint16_t, 16> six{};
        unpackBits({reinterpret_cast<const std::byte*>(first), 12}, 6, six);
        block.scales = stored(six);
        std::memcpy(&block.d, second, 2);
        std::memcpy(&block.dmin, second + 2, 2);
    }
};

struct Q6K {
    static constexpr std::size_t weights = 256;
    using Block = gguf::BlockQ6_K;
    struct Places {
        std::size_t low, high;
        unsigned lowShift, highShift;
    };
    static Places placesOf(std::size_t j) {
        const std::size_t half = j / 128, within = j % 128;
        return {half * 64 + within % 64, half * 32 + within % 32, static_cast<unsigned>(within / 64 * 4), static_cast<unsigned>(within / 32 * 2)};
    }
    static void take(const Block& block, std::uint16_t* codes, std::uint8_t* first, std::uint8_t* second) {
        for (std::size_t j = 0; j < weights; ++j) {
            const Places at = placesOf(j);
            codes[j] = static_cast<std::uint16_t>((block.ql[at.low] >> at.lowShift & 15u) | (block.qh[at.high] >> at.highShift & 3u) << 4);
        }
        std::memcpy(first, block.scales.data(), 16);
        std::memcpy(second, &block.d, 2);
    }
    static void put(Block& block, const std::uint16_t* codes, const std::uint8_t* first, const std::uint8_t* second) {
        for (std::size_t j = 0; j < weights; ++j) {
            const Places at = placesOf(j);
            block.ql[at.low] |= static_cast<std::uint8_t>((codes[j] & 15u) << at.lowShift);
            block.qh[at.high] |= static_cast<std::uint8_t>(codes[j] >> 4 << at.highShift);
        }
        std::memcpy(block.scales.data(), first, 16);
        std::memcpy(&block.d, second, 2);
    }
};

template <class Of>
void takeBlocks(const Layout& layout, std::span<const std::byte> codes, Row& row) {
    using Block = typename Of::Block;
    const std::size_t perBrick = brickColumns / Of::weights;
    const std::size_t first = fieldBytes(layout.first) / perBrick, second = fieldBytes(layout.second) / perBrick;
    for (std::size_t k = 0; k < row.codes.size() / Of::weights; ++k) {
        Block block;
        std::memcpy(&block, codes.data() + k * sizeof(Block), sizeof(Block));
        Of::take(block, row.codes.data() + k * Of::weights, row.first.data() + k * first, row.second.data() + k * second);
    }
}

template <class Of>
void putBlocks(const Layout& layout, const Row& row, std::span<std::byte> codes) {
    using Block = typename Of::Block;
    const std::size_t perBrick = brickColumns / Of::weights;
    const std::size_t first = fieldBytes(layout.first) / perBrick, second = fieldBytes(layout.second) / perBrick;
    for (std::size_t k = 0; k < row.codes.size() / Of::weights; ++k) {
        Block block{};
        Of::put(block, row.codes.data() + k * Of::weights, row.first.data() + k * first, row.second.data() + k * second);
        std::memcpy(codes.data() + k * sizeof(Block), &block, sizeof(Block));
    }
}

}  // namespace

Row takenApart(const Encoding& encoding, const Layout& layout, std::int64_t cols, std::span<const std::byte> codes,
               std::span<const std::byte> scales) {
    Row row;
    row.codes.resize(static_cast<std::size_t>(cols));
    row.first.resize(across(row.codes) * fieldBytes(layout.first));
    row.second.resize(across(row.codes) * fieldBytes(layout.second));
    if (encoding.element == Element::Block) {
        if (layout.coding == Coding::Q4K) takeBlocks<Q4K>(layout, codes, row);
        if (layout.coding == Coding::Q6K) takeBlocks<Q6K>(layout, codes, row);
        if (layout.coding == Coding::Int8) takeBlocks<Q8_0>(layout, codes, row);
        return row;
    }
    unpackBits(codes, encoding.bits, row.codes);
    flip(row.codes, flipOf(encoding));
    const auto groups = static_cast<std::size_t>(groupsPerRow(encoding, cols));
    const auto* const stored = reinterpret_cast<const std::uint8_t*>(scales.data());
    const std::size_t size = encoding.scale == ScaleType::None ? 0 : scaleSize(encoding.scale);
    if (layout.rowScales) row.scale.assign(stored, stored + size);
    if (!layout.scaledInside() || groups == 0) return row;
    std::vector<std::uint16_t> zeros(encoding.zeroPoint ? groups : 0);
    if (encoding.zeroPoint) unpackBits(scales.subspan(groups * size), encoding.bits, zeros);
    for (std::size_t e = 0; e < row.first.size() / size; ++e) {
        const std::size_t from = groupAt(encoding, layout, e, groups);
        std::memcpy(row.first.data() + e * size, stored + from * size, size);
        if (encoding.zeroPoint) row.second[e] = static_cast<std::uint8_t>(zeros[from]);
    }
    return row;
}

void putTogether(const Encoding& encoding, const Layout& layout, const Row& row, std::span<std::byte> codes, std::span<std::byte> scales) {
    if (encoding.element == Element::Block) {
        if (layout.coding == Coding::Q4K) putBlocks<Q4K>(layout, row, codes);
        if (layout.coding == Coding::Q6K) putBlocks<Q6K>(layout, row, codes);
        if (layout.coding == Coding::Int8) putBlocks<Q8_0>(layout, row, codes);
        return;
    }
    std::vector<std::uint16_t> own = row.codes;
    flip(own, flipOf(encoding));
    packBits(own, encoding.bits, codes);
    if (!row.scale.empty()) std::memcpy(scales.data(), row.scale.data(), row.scale.size());
    const auto groups = static_cast<std::size_t>(groupsPerRow(encoding, std::ssize(row.codes)));
    if (!layout.scaledInside() || groups == 0) return;
    const std::size_t size = scaleSize(encoding.scale);
    std::vector<std::uint16_t> zeros(encoding.zeroPoint ? groups : 0);
    for (std::size_t e = row.first.size() / size; e-- > 0;) {
        const std::size_t to = groupAt(encoding, layout, e, groups);
        std::memcpy(scales.data() + to * size, row.first.data() + e * size, size);
        if (encoding.zeroPoint) zeros[to] = row.second[e];
    }
    if (encoding.zeroPoint) packBits(zeros, encoding.bits, scales.subspan(groups * size));
}

}  // namespace dq::kernels::decoding
