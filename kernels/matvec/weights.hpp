#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"

namespace dq::kernels::matvec {

/// A packed matrix laid out for products. Integers of 2 to 8 bits with and without zero points (two's complement becomes
/// offset binary), NVFP4, MXFP4, FP8 E4M3 and BF16.
struct Weights {
    Encoding encoding;
    std::int64_t rows = 0, cols = 0;
    std::vector<std::uint32_t> words;  // [rows][blocks][bits * 16], kernels/matvec/stream.hpp
    /// Of every row: what its groups' sums are multiplied by, as their own type has it (F16, BF16, E4M3, E8M0, or F32), and of
    /// groups with zero points those. A group larger than a block has one for each of its blocks.
    std::vector<std::uint8_t> scales;  // [rows][groups], 4, 2 or 1 bytes each; a vector may be read beyond the last
    std::vector<std::uint8_t> zeros;   // [rows][groups], or empty
    float globalScale = 1;

    std::size_t groupsPerRow() const;
    std::size_t stepsPerGroup() const;  // of 16 columns: 1 to 32
    std::size_t bytes() const { return words.size() * 4 + scales.size() + zeros.size(); }
};

bool canMultiply(const Encoding& encoding);

/// From quantizePack's bytes. Throws Error(Unsupported) naming what products do not know, Error(Input) for spans of another size.
Weights weightsOf(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                  std::span<const std::byte> codes, std::span<const std::byte> scales);

/// y[b][i] = sum_j W[i][j] x[b][j] for b < batch: x [batch, cols], y [batch, rows], sums in FP32, a group at a time. Threads over
/// rows; the same bits for any number of them.
void multiply(const Weights& weights, std::span<const float> x, std::int64_t batch, std::span<float> y);

}  // namespace dq::kernels::matvec
