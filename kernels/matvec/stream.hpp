#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/rounding.hpp"

/// The layout that products read: codes of one row, 512 columns a block. A block has sixteen lanes of two halves; lane l has columns
/// 32 l .. 32 l + 31, so that what a lane sums up shares a scale (groups of 16: its first eight codes, then its last eight). Code t of half h is
/// column
///
///     32 l + 16 (t / 8) + 8 h + t % 8,    t = 0 .. 15
///
/// A half's codes follow each other without gaps in its own 16-bit words, least significant bit first; word k of all lanes stands
/// together, half 0 in the lower half of a 32-bit word:
///
///     4 bits    word 0 of lanes 0..15 | word 1 of lanes 0..15 | word 2 ... | word 3 ...      64 bytes each
///     in word 0 of lane l: bits 0-3 column 32 l, bits 4-7 column 32 l + 1, ... bits 16-19 column 32 l + 8, ...
///
/// A vector unit that multiplies pairs of 16-bit numbers takes both halves at once. A block of b bits takes b * 64 bytes whatever b
/// is; what lies beyond the row's end is code 0.
namespace dq::kernels::matvec {

inline constexpr std::size_t lanes = 16, laneColumns = 32, blockColumns = lanes * laneColumns;

DQ_ANYWHERE inline std::size_t blocksOf(std::size_t cols) {
    return (cols + blockColumns - 1) / blockColumns;
}
DQ_ANYWHERE inline std::size_t wordsPerBlock(int bits) {
    return lanes * static_cast<std::size_t>(bits);
}

/// Where a column stands in its block.
struct Seat {
    std::size_t lane, half, step;  // below 16, 2 and 16
};
DQ_ANYWHERE inline Seat seatOf(std::size_t column) {
    const std::size_t within = column % laneColumns;
    return {column % blockColumns / laneColumns, within / 8 % 2, within / 16 * 8 + within % 8};
}

/// Where in a row's words a code begins; it goes on at the lowest bit of the same half of the word `lanes` further where it does not fit.
struct Place {
    std::size_t word = 0;
    int shift = 0, had = 0;  // how many of its bits the first word has
};
DQ_ANYWHERE inline Place placeOf(std::size_t column, int bits) {
    const Seat seat = seatOf(column);
    const int bit = static_cast<int>(seat.step) * bits, left = 16 - bit % 16;
    return {column / blockColumns * wordsPerBlock(bits) + static_cast<std::size_t>(bit / 16) * lanes + seat.lane,
            bit % 16 + 16 * static_cast<int>(seat.half), left < bits ? left : bits};
}

/// The code that stands there.
DQ_ANYWHERE inline std::uint32_t codeAt(const std::uint32_t* words, const Place& at, int bits) {
    std::uint32_t code = words[at.word] >> at.shift & ((1u << at.had) - 1);
    if (at.had < bits) code |= (words[at.word + lanes] >> at.shift / 16 * 16 & ((1u << (bits - at.had)) - 1)) << at.had;
    return code;
}

/// Codes of a row, each below 2^bits (1 to 16 bits), to words; `words` holds blocksOf(codes.size()) * wordsPerBlock(bits).
void toStream(std::span<const std::uint16_t> codes, int bits, std::span<std::uint32_t> words);
/// The inverse.
void fromStream(std::span<const std::uint32_t> words, int bits, std::span<std::uint16_t> codes);

}  // namespace dq::kernels::matvec
