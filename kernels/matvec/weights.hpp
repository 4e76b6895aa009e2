#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"

namespace dq::kernels::matvec {

/// A packed matrix laid out for products. Integers of 2 to 8 bits with and without zero points (two's complement becomes
/// offset binary), NVFP4, MXFP4, FP8 E4M3 with scales of rows or tiles, BF16, and of GGUF's types Q8_0, Q6_K, Q5_K, Q4_K, Q5_0, Q4_0.
struct Weights {
    Encoding encoding;  // of GGUF's types the integers they are made of
    std::int64_t rows = 0, cols = 0;
    std::vector<std::uint32_t> words;  // [rows][blocks][bits * 16], kernels/matvec/stream.hpp
    /// What sums of groups are multiplied by, as their own type has it (F16, BF16, E4M3, E8M0, F32, or with `halves` a byte). Of every
    /// tileRows rows together. A group larger than a block has one for each of its blocks; those of groups of 16 stand as lanes do,
    /// first halves first.
    std::vector<std::uint8_t> scales;  // [rows / tileRows][groups], 4, 2 or 1 bytes each; a vector may be read beyond the last
    std::vector<std::uint8_t> zeros;   // [rows][groups] zero points, or with `halves` minima; or empty
    /// Of Q6_K, Q5_K and Q4_K: d of every 256 columns, which scales are bytes of; where there are minima dmin behind it.
    std::vector<std::uint16_t> halves;  // [rows][cols / 256][1 or 2], or empty; read beyond as well
    std::int64_t tileRows = 1;
    float globalScale = 1;

    std::size_t groupsPerBlock() const;  // 1 to 32
    std::size_t groupsPerRow() const;
    std::size_t scaleBytes() const;  // of one
    bool hasMinima() const { return !halves.empty() && !zeros.empty(); }
    std::size_t bytes() const { return words.size() * 4 + scales.size() + zeros.size() + halves.size() * 2; }
};

bool canMultiply(const Encoding& encoding);

/// From quantizePack's bytes. Throws Error(Unsupported) naming what products do not know, Error(Input) for spans of another size.
Weights weightsOf(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                  std::span<const std::byte> codes, std::span<const std::byte> scales);

/// y[b][i] = sum_j W[i][j] x[b][j] for b < batch: x [batch, cols], rounded to bfloat16 (where that has no normal number, to 0 or near it),
/// y [batch, rows], sums in FP32. Threads over rows; the same bits for any number of them.
void multiply(const Weights& weights, std::span<const float> x, std::int64_t batch, std::span<float> y);

/// Matrices that meet one input (q, k and v; gate and up), at once: their formats and rows may differ, their columns not.
void multiply(std::span<const Weights* const> weights, std::span<const float> x, std::int64_t batch, std::span<const std::span<float>> y);

}  // namespace dq::kernels::matvec
