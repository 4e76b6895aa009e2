#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace dq::kernels {

/// The order in which a row's numbers are summed, fixed so that every processor gets the same bits: column j
/// belongs to lane j % 16; in the end lane i takes lane i+8, i+4, i+2 and i+1 in turn:
///
///     for (width = 8; width > 0; width /= 2)  lane[i] += lane[i + width]   for i < width
///
/// Sixteen is one AVX-512 register of floats, two of doubles, and half a warp.
inline constexpr std::size_t laneCount = 16;
using Lanes = std::array<double, laneCount>;

template <class T>
T sumOf(std::array<T, laneCount> lanes) {
    for (std::size_t width = laneCount / 2; width > 0; width /= 2)
        for (std::size_t i = 0; i < width; ++i)
            lanes[i] += lanes[i + width];
    return lanes[0];
}

/// Error sums are float within a block of 512 columns and double beyond it. A lane takes its columns of a block
/// four at a time, columns rising, and what lies beyond the row's end counts 0:
///
///     block += (term[j] + term[j+16]) + (term[j+32] + term[j+48])     j = lane, lane + 64, ...
///     lane  += double(block)
///
/// That is at most nine roundings a term, and twice the speed of doubles.
inline constexpr std::size_t blockColumns = 512;
inline constexpr std::size_t quadColumns = 4 * laneCount;

template <class Term>
Lanes laneSums(std::size_t columns, Term term) {
    const auto padded = [&](std::size_t j) { return j < columns ? term(j) : 0.0f; };
    Lanes lanes{};
    for (std::size_t begin = 0; begin < columns; begin += blockColumns)
        for (std::size_t lane = 0; lane < laneCount; ++lane) {
            float block = 0;
            for (std::size_t j = begin + lane; j < std::min(begin + blockColumns, columns); j += quadColumns)
                block += (padded(j) + padded(j + 16)) + (padded(j + 32) + padded(j + 48));
            lanes[lane] += static_cast<double>(block);
        }
    return lanes;
}

}  // namespace dq::kernels
