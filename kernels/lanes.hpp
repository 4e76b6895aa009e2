#pragma once

#include <array>
#include <cstddef>

namespace dq::kernels {

/// The order in which a row's numbers are summed, fixed so that every processor gets the same bits: column j
/// is added to lane j % 16, columns rising; then lane i takes lane i+8, i+4, i+2 and i+1 in turn:
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

}  // namespace dq::kernels
