#include "core/quality/rotation.hpp"

#include <cmath>
#include <string>

#include "core/base/error.hpp"

namespace dq::quality {

namespace {

/// One bit of a mixed counter (splitmix64): the same signs in every run.
float signOf(std::int64_t column) {
    std::uint64_t x = static_cast<std::uint64_t>(column) + 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return ((x ^ (x >> 31)) & 1) != 0 ? -1.0f : 1.0f;
}

void flip(std::span<float> block, std::int64_t firstColumn) {
    for (std::size_t i = 0; i < block.size(); ++i) block[i] *= signOf(firstColumn + static_cast<std::int64_t>(i));
}

/// The fast Walsh-Hadamard transform, orthonormal: its own inverse.
void transform(std::span<float> block) {
    for (std::size_t half = 1; half < block.size(); half *= 2)
        for (std::size_t start = 0; start < block.size(); start += 2 * half)
            for (std::size_t i = start; i < start + half; ++i) {
                const float a = block[i], b = block[i + half];
                block[i] = a + b;
                block[i + half] = a - b;
            }
    const float length = 1.0f / std::sqrt(static_cast<float>(block.size()));
    for (float& x : block) x *= length;
}

void forEachBlock(std::span<float> weights, std::int64_t cols, std::int64_t block, const auto& turn) {
    if (block < 1 || (block & (block - 1)) != 0)
        throw Error(Kind::Input, "a rotation of " + std::to_string(block) + " columns: their number must be a power of two");
    const auto width = static_cast<std::size_t>(cols), size = static_cast<std::size_t>(block);
    for (std::size_t row = 0; row + width <= weights.size(); row += width)
        for (std::size_t column = 0; column + size <= width; column += size)
            turn(weights.subspan(row + column, size), static_cast<std::int64_t>(column));
}

}  // namespace

void rotateRows(std::span<float> weights, std::int64_t cols, std::int64_t block) {
    forEachBlock(weights, cols, block, [](std::span<float> part, std::int64_t column) {
        flip(part, column);
        transform(part);
    });
}

void rotateRowsBack(std::span<float> weights, std::int64_t cols, std::int64_t block) {
    forEachBlock(weights, cols, block, [](std::span<float> part, std::int64_t column) {
        transform(part);
        flip(part, column);
    });
}

std::int64_t largestRotation(std::int64_t cols) {
    return cols & -cols;
}

}  // namespace dq::quality
