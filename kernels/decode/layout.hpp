#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernels/decode/launch.hpp"

namespace dq::kernels::decoding {

/// A packed matrix laid out for a device's products: bricks (kernels/decode/brick.hpp), row of bricks after row of bricks. Codes
/// beyond the matrix are zeros.
struct Repacked {
    Encoding encoding;
    std::int64_t rows = 0, cols = 0;
    float globalScale = 1;
    Layout layout;
    std::vector<std::uint8_t> bricks;
    std::vector<std::uint8_t> rowScales;  // where layout.rowScales: one a row, in its own type

    std::size_t bytes() const { return bricks.size() + rowScales.size(); }
};

/// A packed matrix as quantizePack writes it.
struct Flat {
    std::vector<std::byte> codes, scales;
    bool operator==(const Flat&) const = default;
};

/// Integers of 2 to 8 bits in groups of 16 to 512 or whole rows, with and without zero points; NVFP4, MXFP4; FP8 E4M3 with scales of
/// rows, tiles of 128 x 128, E8M0 groups or one for all; BF16; GGUF's Q4_K, Q6_K and Q8_0. Absent for others, and where GGUF's block
/// does not divide the columns.
std::optional<Layout> layoutOf(const Encoding& encoding, std::int64_t cols);

/// From quantizePack's bytes. Throws Error(Unsupported) where there is no layout, Error(Input) for spans of another size.
Repacked repack(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale, std::span<const std::byte> codes,
                std::span<const std::byte> scales);
/// The inverse, to the byte (but for bits that pad the last byte of a row: zeros).
Flat unpack(const Repacked& from);

/// As launches take it: its bytes stay where they are.
Matrix matrixOf(const Repacked& weights);

}  // namespace dq::kernels::decoding
