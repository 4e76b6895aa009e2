#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/rounding.hpp"

/// The layout that products read: codes of one row, 512 columns a block. Sixteen lanes take 32 codes each; lane l's code t is
/// column 16 t + l of the block, so that one step of all lanes meets sixteen neighbouring inputs. A lane's codes follow each other without
/// gaps in its own 32-bit words, least significant bit first, and word k of all lanes stands together:
///
///     4 bits    word 0 of lanes 0..15 | word 1 of lanes 0..15 | word 2 ... | word 3 ...      64 bytes each
///     in word 0 of lane l: bits 0-3 column l, bits 4-7 column 16 + l, ... bits 28-31 column 112 + l
///
/// A block of b bits takes b * 64 bytes whatever b is; what lies beyond the row's end is code 0.
namespace dq::kernels::matvec {

inline constexpr std::size_t lanes = 16, steps = 32, blockColumns = lanes * steps;

DQ_ANYWHERE inline std::size_t blocksOf(std::size_t cols) {
    return (cols + blockColumns - 1) / blockColumns;
}
DQ_ANYWHERE inline std::size_t wordsPerBlock(int bits) {
    return lanes * static_cast<std::size_t>(bits);
}

/// Where in a row's words a code begins; it goes on in the word `lanes` further where it does not fit.
struct Place {
    std::size_t word = 0;
    int shift = 0;
};
DQ_ANYWHERE inline Place placeOf(std::size_t column, int bits) {
    const std::size_t block = column / blockColumns, step = column % blockColumns / lanes, lane = column % lanes;
    const std::size_t bit = step * static_cast<std::size_t>(bits);
    return {block * wordsPerBlock(bits) + bit / 32 * lanes + lane, static_cast<int>(bit % 32)};
}

/// Codes of a row, each below 2^bits (1 to 16 bits), to words; `words` holds blocksOf(codes.size()) * wordsPerBlock(bits).
void toStream(std::span<const std::uint16_t> codes, int bits, std::span<std::uint32_t> words);
/// The inverse.
void fromStream(std::span<const std::uint32_t> words, int bits, std::span<std::uint16_t> codes);

}  // namespace dq::kernels::matvec
