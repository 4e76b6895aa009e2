#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/format/format.hpp"
#include "kernels/input.hpp"

namespace dq::exporting {

/// A matrix as a format stores it: what the error table was computed from, what export writes and verify
/// expects.
struct Packed {
    std::vector<std::byte> codes;   // [rows, codeBytesPerRow]
    std::vector<std::byte> scales;  // [rows, groupsPerRow] of the scale type
    std::vector<std::byte> zeros;   // [rows, zeroBytesPerRow]
    float global = 1;
};

/// Throws Error(Corrupt) where a weight is NaN or infinite, but in bf16, which keeps them; Error(Input) where the format looks at
/// an input of which nothing, or another number of columns, is known.
Packed packed(std::span<const float> weights, std::int64_t rows, std::int64_t cols,
              const format::Format& format, const kernels::Input& input = {});

/// Throws Error(Input) where a format looks at an input of which nothing, or another number of columns or weights, is known: its codes
/// would be others than the error table's.
void requireInput(const kernels::Input& input, std::int64_t rows, std::int64_t cols, const format::Format& format);

/// The weights a loader of these bytes computes.
std::vector<float> unpacked(const Packed& matrix, std::int64_t rows, std::int64_t cols,
                            const format::Format& format);

/// The weights a matrix has after rounding to a format: unpacked(packed()).
std::vector<float> rounded(std::span<const float> weights, std::int64_t rows, std::int64_t cols,
                           const format::Format& format, const kernels::Input& input = {});

}  // namespace dq::exporting
