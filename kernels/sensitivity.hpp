#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/rounding.hpp"

/// What the squared error of one weight counts for in a search of scales: its Fisher entry h in eight bits, which is fine enough
/// to choose a scale by and small enough to be kept beside a table. Of a row, multiplied by the power of two that brings its
/// largest h into [1, 2):
///
///     code 0      0, and only that
///     code c > 0  (1 + (c mod 8) / 8) 2^(floor(c / 8) - 31): the nearest, ties to the even code, from 1 to 255
///
/// Only the ratios within a group matter to a search, so that a row's power of two need not be kept.
namespace dq::kernels {

/// The codes of one row.
void sensitivitiesOf(std::span<const float> fisher, std::span<std::uint8_t> codes);
/// Of `fisher`, [rows, cols].
std::vector<std::uint8_t> sensitivitiesOf(std::span<const float> fisher, std::int64_t cols);

inline float sensitivity(std::uint8_t code) {
    constexpr std::uint32_t lowest = (127u - 31u) << 3;
    return code == 0 ? 0.0f : rounding::floatOf((lowest + code) << 20);
}

/// What one row's codes stand for.
void sensitivitiesTo(std::span<const std::uint8_t> codes, float* numbers);

}  // namespace dq::kernels
