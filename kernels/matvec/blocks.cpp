#include "kernels/matvec/blocks.hpp"

#include <array>

#include "core/base/error.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/blocks.hpp"
#include "kernels/gguf/packing.hpp"

namespace dq::kernels::matvec {

namespace {

using namespace gguf;

void takeHalf(Half half, BlockRow& row) {
    row.scales.push_back(static_cast<std::uint8_t>(half & 255));
    row.scales.push_back(static_cast<std::uint8_t>(half >> 8));
}

void take(const BlockQ8_0& block, BlockRow& row) {
    for (const std::int8_t code : block.qs)
        row.codes.push_back(static_cast<std::uint16_t>(code + 128));
    takeHalf(block.d, row);
}

void take(const BlockQ4_0& block, BlockRow& row) {
    std::array<std::uint8_t, 32> codes;
    unpackNibbles<16>(block.qs.data(), codes.data());
    row.codes.insert(row.codes.end(), codes.begin(), codes.end());
    takeHalf(block.d, row);
}

void take(const BlockQ5_0& block, BlockRow& row) {
    std::array<std::uint8_t, 32> codes;
    unpackNibbles<16>(block.qs.data(), codes.data());
    for (std::size_t i = 0; i < 32; ++i)
        row.codes.push_back(static_cast<std::uint16_t>(codes[i] | (block.qh[i / 8] >> i % 8 & 1) << 4));
    takeHalf(block.d, row);
}

template <class Block, class CodeOf>
void takeAffine(const Block& block, BlockRow& row, const CodeOf& codeOf) {
    std::array<std::uint8_t, 8> scales, minima;
    unpackScales45(block.scales.data(), scales.data(), minima.data());
    for (std::size_t i = 0; i < 256; ++i)
        row.codes.push_back(static_cast<std::uint16_t>(codeOf(i)));
    row.scales.insert(row.scales.end(), scales.begin(), scales.end());
    row.minima.insert(row.minima.end(), minima.begin(), minima.end());
    row.halves.insert(row.halves.end(), {block.d, block.dmin});
}

void take(const BlockQ4_K& block, BlockRow& row) {
    takeAffine(block, row, [&](std::size_t i) { return nibbleOf(block.qs.data(), i); });
}

void take(const BlockQ5_K& block, BlockRow& row) {
    takeAffine(block, row, [&](std::size_t i) { return nibbleOf(block.qs.data(), i) | (block.qh[i % 32] >> i / 32 & 1) << 4; });
}

void take(const BlockQ6_K& block, BlockRow& row) {
    for (std::size_t i = 0; i < 256; ++i)
        row.codes.push_back(sixOf(block.ql.data(), block.qh.data(), i));
    for (const std::int8_t scale : block.scales)
        row.scales.push_back(static_cast<std::uint8_t>(scale));
    row.halves.push_back(block.d);
}

template <class Block>
BlockRow rowOf(std::span<const std::byte> bytes) {
    BlockRow row;
    for (std::size_t at = 0; at + sizeof(Block) <= bytes.size(); at += sizeof(Block))
        take(load<Block>(bytes.data() + at), row);
    return row;
}

Encoding integers(int bits, int group, ScaleType scale) {
    return {.element = Element::Int, .bits = bits, .group = group, .scale = scale};
}

}  // namespace

bool isKnownBlock(gguf::Type type) {
    switch (type) {
        case Type::Q8_0:
        case Type::Q6_K:
        case Type::Q5_K:
        case Type::Q4_K:
        case Type::Q5_0:
        case Type::Q4_0:
            return true;
        default:
            return false;
    }
}

BlockShape shapeOf(gguf::Type type) {
    switch (type) {
        case Type::Q8_0:
            return {integers(8, 32, ScaleType::F16), 0};
        case Type::Q6_K:
            return {integers(6, 16, ScaleType::None), 1};
        case Type::Q5_K:
            return {integers(5, 32, ScaleType::None), 2};
        case Type::Q4_K:
            return {integers(4, 32, ScaleType::None), 2};
        case Type::Q5_0:
            return {integers(5, 32, ScaleType::F16), 0};
        default:
            return {integers(4, 32, ScaleType::F16), 0};
    }
}

BlockRow unpackedBlocks(gguf::Type type, std::span<const std::byte> row) {
    switch (type) {
        case Type::Q8_0:
            return rowOf<BlockQ8_0>(row);
        case Type::Q6_K:
            return rowOf<BlockQ6_K>(row);
        case Type::Q5_K:
            return rowOf<BlockQ5_K>(row);
        case Type::Q4_K:
            return rowOf<BlockQ4_K>(row);
        case Type::Q5_0:
            return rowOf<BlockQ5_0>(row);
        default:
            return rowOf<BlockQ4_0>(row);
    }
}

}  // namespace dq::kernels::matvec
